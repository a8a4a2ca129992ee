package embedded

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperVar); dir != "" {
		os.Exit(actAsProgram(dir))
	}
	os.Exit(runTests(m))
}

// templateVar names a stopped cluster that most tests copy to save initdb.
const templateVar = "LIUHEN_EMBEDDED_TEMPLATE"

func runTests(m *testing.M) int {
	base, err := os.MkdirTemp("", "lh")
	if err == nil {
		defer os.RemoveAll(base)
		err = makeTemplate(filepath.Join(base, "pg"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "template cluster:", err)
		return 1
	}
	return m.Run()
}

func makeTemplate(dir string) error {
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	s, err := Start(context.Background(), quick(dir))
	if err != nil {
		return err
	}
	if err := s.Stop(context.Background()); err != nil {
		return err
	}
	return os.Setenv(templateVar, dir)
}

// newFolder is a folder that the server's user can reach, for its Dir to be in.
func newFolder(t *testing.T) string {
	t.Helper()
	base, err := os.MkdirTemp("", "lh")
	must(t, err)
	t.Cleanup(func() { must(t, os.RemoveAll(base)) })
	must(t, os.Chmod(base, 0o755))
	return filepath.Join(base, "pg")
}

// madeFolder is a folder with a cluster in it.
func madeFolder(t *testing.T) string {
	t.Helper()
	dir := newFolder(t)
	out, err := exec.Command("cp", "-a", os.Getenv(templateVar), dir).CombinedOutput()
	if err != nil {
		t.Fatalf("copy the template: %v: %s", err, out)
	}
	return dir
}

func quick(dir string) Options {
	o := Options{Dir: dir, Settings: map[string]string{
		"fsync":          "off",
		"shared_buffers": "16MB",
	}}
	if os.Getenv("LIUHEN_EMBEDDED_LOG") != "" {
		o.Logger = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	return o
}

// start starts a server that the test's end stops.
func start(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Start(t.Context(), o)
	must(t, err)
	t.Cleanup(func() { _ = s.Stop(context.Background()) }) // tests that care look themselves
	return s
}

func stop(t *testing.T, s *Server) {
	t.Helper()
	must(t, s.Stop(t.Context()))
}

// startFails expects Start to refuse with a sentence that holds every word.
func startFails(t *testing.T, o Options, words ...string) {
	t.Helper()
	s, err := Start(t.Context(), o)
	if err == nil {
		stop(t, s)
	}
	wantError(t, err, words...)
}

func wantError(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one with %q", words)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("error %q lacks %q", err, word)
		}
	}
}

// addRow makes the table when needed and adds one row to it.
func addRow(s *Server) error {
	db, err := sql.Open("postgres", s.AdminDSN("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Exec(`
		CREATE TABLE IF NOT EXISTS kept (at timestamptz NOT NULL DEFAULT clock_timestamp());
		INSERT INTO kept DEFAULT VALUES`)
	return err
}

func wantRows(t *testing.T, s *Server, want int) {
	t.Helper()
	if got := ask[int](t, s, `SELECT count(*) FROM kept`); got != want {
		t.Errorf("%d rows kept, want %d", got, want)
	}
}

// ask runs a query for one value.
func ask[T any](t *testing.T, s *Server, query string) T {
	t.Helper()
	db, err := sql.Open("postgres", s.AdminDSN("postgres"))
	must(t, err)
	defer db.Close()
	var v T
	must(t, db.QueryRowContext(t.Context(), query).Scan(&v))
	return v
}

// serverPid reads the postmaster's process id.
func serverPid(t *testing.T, dir string) int {
	t.Helper()
	l, err := newLayout(dir)
	must(t, err)
	pid, err := l.lockedBy()
	must(t, err)
	return pid
}

// eventually waits up to 10 s for a condition.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within 10 s: %s", what)
		}
	}
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil && !zombie(pid) }

func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root: it changes the user")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
