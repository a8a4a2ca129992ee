// Package embedded runs a private PostgreSQL server as a child of the program.
//
// The server belongs to one folder and one process. It listens on a unix
// socket in a 0700 folder and never on TCP, every connection signs in with
// scram-sha-256, and the superuser's random password lies in <dir>/secret.
//
//	<dir>/lock     flock held for as long as the server is ours
//	<dir>/secret   superuser password, 0600, owned by who starts the program
//	<dir>/log      output of initdb and of the server, 0600
//	<dir>/run/     socket folder, 0700, owned by the server's user
//	<dir>/data/    the cluster, 0700, owned by the server's user
//
// What the package holds on to, and why:
//
//   - PostgreSQL refuses to run as root, and initdb refuses a uid that has no
//     passwd entry. Started as root, the server runs as the owner of the
//     existing data, else as postgres, else as nobody. Started as anyone else
//     it runs as that user.
//   - The server's user must be able to enter every folder above the data.
//     Root's own temporary folders are 0700, so the way is tried for real
//     before anything is made, and the error names the closed folder.
//   - A second instance on one folder would find the first one's socket and
//     believe it was its own. The flock is taken first, and a server counts as
//     started only once postmaster.pid names our own child.
//   - The server must not outlive the program: the kernel sends it SIGINT when
//     the thread that started it ends (Pdeathsig), so that thread is locked and
//     stays in Wait. After kill -9 of the program the server stops cleanly.
//   - After kill -9 of the server it is started again and recovers. Three
//     unasked exits within a minute end the attempts and close Done.
//   - A leftover postmaster.pid blocks the server when its process id is a
//     zombie or has been given to another program. Under the flock we wait for
//     what is ending and set aside what cannot be a server of this folder.
//   - The socket path may have 107 bytes; longer ones are refused by name.
//   - The programs must have the data's major version. They are chosen by
//     PG_VERSION, never just the newest, and a folder without matching programs
//     is left alone. No data folder is ever deleted or initialised over: a new
//     cluster grows under another name and is renamed when it is complete.
//   - PATH may hold links to only some of the programs, so links are resolved
//     and the distribution's own folders come first.
//
// Linux only: it uses flock, /proc and the parent-death signal.
package embedded
