package e2e

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/lib/pq" // the superuser's way into the embedded database
)

// The first start makes the cluster and the demo institution, the second only
// starts them. Wanted is the promise, printed; limit is what fails, far above,
// because test machines are busy.
const (
	firstWanted, firstLimit   = 20 * time.Second, 60 * time.Second
	secondWanted, secondLimit = 2 * time.Second, 20 * time.Second
)

// portal is the built program, serving the demo institution from a folder of
// its own.
type portal struct {
	url string
	dir string
	db  *sql.DB // as the superuser: tests move time and break things with it
}

// openPortal builds the program, starts it on an empty folder, stops it, and
// starts it again to stay.
func openPortal(t *testing.T) *portal {
	t.Helper()
	binary := build(t)
	dir, err := os.MkdirTemp("", "liuhen-e2e-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil { // started as root, the database is another user's
		t.Fatal(err)
	}
	_, stop := start(t, binary, dir, startLimits{"first", firstWanted, firstLimit})
	stop()
	url, stop := start(t, binary, dir, startLimits{"second", secondWanted, secondLimit})
	t.Cleanup(stop)
	p := &portal{url: url, dir: dir, db: openDatabase(t, dir)}
	return p
}

func build(t *testing.T) string {
	t.Helper()
	noteSources(t)
	binary := filepath.Join(t.TempDir(), "portal")
	out, err := exec.Command("go", "build", "-o", binary, "liuhen/cmd/portal").CombinedOutput()
	if err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

// noteSources looks at every file the program is built from, so that go test
// knows its kept result to be out of date when one of them changes.
func noteSources(t *testing.T) {
	t.Helper()
	for _, dir := range []string{"cmd", "internal", "migrations", "static", "views", "web"} {
		err := filepath.WalkDir(filepath.Join("..", "..", dir), func(path string, _ fs.DirEntry, err error) error {
			if err == nil {
				_, err = os.Stat(path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

type startLimits struct {
	name          string
	wanted, limit time.Duration
}

// start runs the program and waits for the address it prints. The function
// returned stops it the way a terminal does and checks that it ends well.
func start(t *testing.T, binary, dir string, l startLimits) (url string, stop func()) {
	t.Helper()
	began := time.Now()
	cmd := exec.Command(binary, "demo", "--addr", "127.0.0.1:0", "--data", dir)
	cmd.Env = append(os.Environ(), "DATABASE_URL=", "DATABASE_OWNER_URL=")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	var said logged
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	address := make(chan string, 1)
	go readAddress(io.TeeReader(out, &said), address)
	stop = func() { end(t, cmd, &said) }
	select {
	case url = <-address:
	case <-time.After(l.limit):
	}
	took := time.Since(began)
	if url == "" {
		stop()
		t.Fatalf("%s start: no address after %s\n%s", l.name, took, said.text())
	}
	t.Logf("%s start took %.1f s (wanted: below %s)", l.name, took.Seconds(), l.wanted)
	return url, stop
}

// readAddress sends the address once it is printed, or "" when the program
// ends without one, and reads on so that the program never waits for us.
func readAddress(out io.Reader, address chan<- string) {
	pattern := regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if found := pattern.FindString(lines.Text()); found != "" {
			address <- found
		}
	}
	close(address)
}

func end(t *testing.T, cmd *exec.Cmd, said *logged) {
	t.Helper()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Errorf("stop: %v\n%s", err, said.text())
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("the portal ended badly: %v\n%s", err, said.text())
		}
	case <-time.After(30 * time.Second):
		t.Errorf("the portal does not stop: %v\n%s", cmd.Process.Kill(), said.text())
	}
	if t.Failed() {
		t.Logf("the portal said:\n%s", said.text())
	}
}

// logged keeps what the program says.
type logged struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logged) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// openDatabase connects to the embedded cluster as its superuser.
func openDatabase(t *testing.T, dir string) *sql.DB {
	t.Helper()
	secret, err := os.ReadFile(filepath.Join(dir, "pg", "secret"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("postgres", fmt.Sprintf("host='%s' user=postgres password='%s' dbname=liuhen sslmode=disable",
		filepath.Join(dir, "pg", "run"), strings.TrimSpace(string(secret))))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.PingContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

// force runs a statement past every trigger, as no part of the program can.
func (p *portal) force(t *testing.T, statement string, args ...any) {
	t.Helper()
	tx, err := p.db.BeginTx(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback() //nolint:errcheck // after the commit there is nothing left to undo
	if _, err := tx.Exec(`SET LOCAL session_replication_role = replica`); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// ask returns the one value a query answers.
func ask[T any](t *testing.T, p *portal, query string, args ...any) T {
	t.Helper()
	var v T
	if err := p.db.QueryRow(query, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}
