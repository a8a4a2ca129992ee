package embedded

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

func TestProgramKilled(t *testing.T) {
	t.Parallel()
	dir := madeFolder(t)
	p := runProgram(t, exec.Command(os.Args[0]), dir)
	p.expect("ready")
	pid := serverPid(t, dir)
	p.kill()
	s := start(t, quick(dir)) // at once, while the old server is still ending
	if alive(pid) {
		t.Error("the old server lives beside the new one")
	}
	wantRows(t, s, 1)
}

func TestProgramKilledServerEnds(t *testing.T) {
	t.Parallel()
	dir := madeFolder(t)
	p := runProgram(t, exec.Command(os.Args[0]), dir)
	p.expect("ready")
	pid := serverPid(t, dir)
	p.kill()
	eventually(t, "server gone with its program", func() bool { return !alive(pid) })
	eventually(t, "postmaster.pid removed: a clean stop", func() bool {
		_, err := os.Stat(filepath.Join(dir, "data", "postmaster.pid"))
		return os.IsNotExist(err)
	})
}

func TestBothKilled(t *testing.T) {
	t.Parallel()
	dir := madeFolder(t)
	p := runProgram(t, exec.Command(os.Args[0]), dir)
	p.expect("ready")
	pid := serverPid(t, dir)
	must(t, p.cmd.Process.Signal(syscall.SIGSTOP)) // it may not start another
	must(t, syscall.Kill(pid, syscall.SIGKILL))
	p.kill()
	wantRows(t, start(t, quick(dir)), 1)
}

func TestServerKilledComesBack(t *testing.T) {
	t.Parallel()
	dir := madeFolder(t)
	s := start(t, quick(dir))
	must(t, addRow(s))
	for crash := range maxCrashes {
		old := serverPid(t, dir)
		must(t, syscall.Kill(old, syscall.SIGKILL))
		if crash == maxCrashes-1 {
			break
		}
		eventually(t, "a new server answers", func() bool {
			l, err := newLayout(dir)
			must(t, err)
			pid, err := l.lockedBy()
			return err == nil && pid != old && addRow(s) == nil
		})
		wantRows(t, s, crash+2)
		if err := s.Err(); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case <-s.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("Done still open after three crashes within a minute")
	}
	wantError(t, s.Err(), "3 次意外退出", "信号 9", filepath.Join(dir, "log"))
	s = start(t, quick(dir))
	wantRows(t, s, maxCrashes) // the folder is free, the data there

	must(t, syscall.Kill(serverPid(t, dir), syscall.SIGKILL)) // Stop while it comes back
	stop(t, s)
	if pid, err := serverIn(filepath.Join(dir, "data")); err != nil || pid != 0 {
		t.Errorf("process %d left behind, %v", pid, err)
	}
}

func TestInitdbKilled(t *testing.T) {
	t.Parallel()
	dir := newFolder(t)
	p := runProgram(t, exec.Command(os.Args[0]), dir)
	eventually(t, "initdb at work", func() bool {
		made, err := filepath.Glob(filepath.Join(dir, unfinishedPrefix+"*", "PG_VERSION"))
		return err == nil && len(made) > 0
	})
	p.kill()
	if _, err := os.Stat(filepath.Join(dir, "data")); err == nil {
		t.Fatal("initdb was through already")
	}
	must(t, addRow(start(t, quick(dir))))
	eventually(t, "no unfinished cluster left", func() bool {
		left, err := filepath.Glob(filepath.Join(dir, unfinishedPrefix+"*"))
		return err == nil && len(left) == 0
	})
}

// TestPidTaken has postmaster.pid name a process that is no server of ours.
func TestPidTaken(t *testing.T) {
	t.Parallel()
	dir := madeFolder(t)
	s := start(t, quick(dir))
	must(t, addRow(s))
	pidFile, attr := s.layout.pidFile(), &syscall.SysProcAttr{Credential: s.account.credential}
	stop(t, s)
	takePid := func(cmd *exec.Cmd) {
		t.Helper()
		cmd.SysProcAttr = attr
		must(t, cmd.Start())
		body := fmt.Sprintf("%d\n%s\n%d\n%s\n%s\n\n\n", cmd.Process.Pid, s.layout.data, time.Now().Unix(), port, s.layout.run)
		must(t, os.WriteFile(pidFile, []byte(body), 0o600))
		must(t, s.account.give(pidFile))
	}

	other := exec.Command("sleep", "60")
	takePid(other)
	s = start(t, quick(dir))
	wantRows(t, s, 1)
	stop(t, s)
	must(t, other.Process.Kill())
	_ = other.Wait() // "signal: killed"

	dead := exec.Command("true")
	takePid(dead)
	eventually(t, "a zombie", func() bool { return zombie(dead.Process.Pid) })
	reaped := make(chan error, 1)
	time.AfterFunc(300*time.Millisecond, func() { reaped <- dead.Wait() })
	s = start(t, quick(dir))
	must(t, <-reaped)
	wantRows(t, s, 1)
	stop(t, s)

	kept := exec.Command("true") // a zombie nobody reaps
	takePid(kept)
	eventually(t, "a zombie", func() bool { return zombie(kept.Process.Pid) })
	must(t, clearLeftovers(t.Context(), s.layout, 100*time.Millisecond))
	if _, err := os.Stat(pidFile); !os.IsNotExist(err) {
		t.Errorf("postmaster.pid still names a zombie: %v", err)
	}
	must(t, kept.Wait())
	foreignServer(t, s)
}

// foreignServer starts a server by hand on s's data, without its lock.
func foreignServer(t *testing.T, s *Server) {
	t.Helper()
	cmd := s.command(0, "postgres", s.arguments()...)
	must(t, cmd.Start())
	eventually(t, "it holds postmaster.pid", func() bool {
		pid, err := s.layout.lockedBy()
		return err == nil && pid == cmd.Process.Pid
	})
	err := clearLeftovers(t.Context(), s.layout, 100*time.Millisecond)
	wantError(t, err, "正在使用该目录", strconv.Itoa(cmd.Process.Pid))
	must(t, cmd.Process.Signal(syscall.SIGQUIT))
	_ = cmd.Wait() // ends with a status of its own
}
