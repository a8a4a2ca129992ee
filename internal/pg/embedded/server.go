package embedded

import (
	"context"
	"log/slog"
	"os"
	"strings"
)

// AdminUser is the name of the cluster's superuser.
const AdminUser = "postgres"

// port only names the socket file; nothing listens on TCP.
const port = "5432"

// Options configure a private cluster.
type Options struct {
	// Dir belongs to the server alone; see the package comment for its content.
	// It is made when missing. Its path must not hold a comma.
	Dir string
	// BinDir holds postgres and initdb; when empty, Find chooses it.
	BinDir string
	// Bundle is a folder holding an unpacked fallback bundle; may be empty.
	Bundle string
	// Settings are extra server settings. fsync=off also makes initdb faster.
	Settings map[string]string
	// Logger receives what the supervisor does; nil discards it.
	Logger *slog.Logger
}

// Server is a running private server. Its methods may be called concurrently.
type Server struct {
	layout   layout
	account  account
	bin      string
	secret   string
	settings map[string]string
	log      *slog.Logger

	lock  *os.File
	stop  context.CancelFunc // asks for a fast stop
	force context.CancelFunc // ends the patience of a fast stop
	done  chan struct{}
	err   error // written before done is closed, read after
}

// DSN returns the lib/pq connection string for a user over the unix socket.
func (s *Server) DSN(user, password, database string) string {
	return s.layout.dsn(user, password, database)
}

// DSN returns the connection string for a user of the server of the folder dir,
// which another process runs.
func DSN(dir, user, password, database string) (string, error) {
	l, err := newLayout(dir)
	if err != nil {
		return "", err
	}
	return l.dsn(user, password, database), nil
}

func (l layout) dsn(user, password, database string) string {
	pairs := []string{
		"host=" + quoteDSN(l.run),
		"port=" + port,
		"user=" + quoteDSN(user),
		"password=" + quoteDSN(password),
		"dbname=" + quoteDSN(database),
		"sslmode=disable",
	}
	return strings.Join(pairs, " ")
}

// AdminDSN returns the connection string of the superuser. It holds the
// password: it is for migrations and tests, and never for a log.
func (s *Server) AdminDSN(database string) string {
	return s.DSN(AdminUser, s.secret, database)
}

// Done is closed when the server has ended for good: after Stop, or after the
// supervisor gave up starting it again.
func (s *Server) Done() <-chan struct{} { return s.done }

// Err says why the server ended: nil while it runs and after a clean stop.
func (s *Server) Err() error {
	select {
	case <-s.done:
		return s.err
	default:
		return nil
	}
}

// Stop ends the server and returns once it is gone. It disconnects clients and
// writes everything out; when ctx ends first, the server is ended at once and
// the error says so (the next start recovers, no committed data is lost).
// Calling it again is harmless and returns the same result.
func (s *Server) Stop(ctx context.Context) error {
	s.stop()
	select {
	case <-s.done:
	case <-ctx.Done():
		s.force()
		<-s.done
	}
	return s.Err()
}

// quoteDSN writes a value of a key=value connection string.
func quoteDSN(v string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(v) + "'"
}
