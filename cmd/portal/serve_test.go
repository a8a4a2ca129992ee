package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"liuhen/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// screen is an output that may be read while it is written.
type screen struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.String()
}

// outside is the environment of a portal on the server of a test's database.
func outside(t *testing.T, db *pgtest.DB) func(string) string {
	env := map[string]string{
		"DATABASE_URL":       pgtest.AppDSN(db),
		"DATABASE_OWNER_URL": pgtest.OwnerDSN(db),
		"LIUHEN_ACTOR_KEY":   db.Key.String(),
		"LIUHEN_DATA_DIR":    t.TempDir(),
	}
	return func(k string) string { return env[k] }
}

func TestServeOnAnOutsideServer(t *testing.T) {
	t.Parallel()
	getenv := outside(t, pgtest.New(t))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, ended := &screen{}, make(chan error, 1)
	go func() { ended <- run(ctx, []string{"serve", "--addr", "127.0.0.1:0"}, getenv, out) }()
	url := addressIn(t, out, ended)
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/metrics": 200, "/login": 200, "/": 303, "/nowhere": 404} {
		if got := status(t, url+path); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("stopped with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("does not stop")
	}
}

// addressIn waits for the address that the portal prints.
func addressIn(t *testing.T, out *screen, ended <-chan error) string {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if m := regexp.MustCompile(`http://\S+`).FindString(out.String()); m != "" {
			return m
		}
		select {
		case err := <-ended:
			t.Fatalf("ended at once: %v", err)
		default:
		}
	}
	t.Fatalf("no address in %q", out)
	return ""
}

func status(t *testing.T, url string) int {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode
}

func TestServeRefusesTheOwnersRole(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	getenv := outside(t, db)
	err := run(t.Context(), []string{"serve", "--addr", "127.0.0.1:0", "--database", pgtest.OwnerDSN(db)}, getenv, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "权限过大") {
		t.Errorf("serve as the owner: %v", err)
	}
}

func TestTheFirstPersonIsAddedAtThePrompt(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	inner := outside(t, db)
	getenv := func(k string) string {
		if k == "LIUHEN_PASSWORD" {
			return "a-good-long-password"
		}
		return inner(k)
	}
	out := &screen{}
	args := []string{"staff", "add", "--no", "10001", "--username", "wang", "--name", "王立", "--role", "admin", "--institution", "甲银行"}
	if err := run(t.Context(), args, getenv, out); err != nil {
		t.Fatal(err)
	}
	if n := db.QueryInt(`SELECT count(*) FROM staff AS s JOIN branch AS b ON b.id = s.branch_id WHERE s.username = 'wang' AND b.name = '甲银行' AND b.kind = 'head'`); n != 1 {
		t.Errorf("%d people were added: %s", n, out)
	}
	if err := run(t.Context(), args, getenv, out); err == nil {
		t.Error("the same person is added twice")
	}
}

func TestAFolderOfOthersIsNotTakenForTheDemo(t *testing.T) {
	t.Parallel()
	getenv := func(string) string { return "" }
	dir := t.TempDir()
	if err := writeOnce(dir+"/precious", []byte("x")); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"demo", "--data", dir}, {"demo", "--data", dir, "--reset"}} {
		if err := run(t.Context(), args, getenv, io.Discard); err == nil || !strings.Contains(err.Error(), "不是演示数据目录") {
			t.Errorf("%v: %v", args, err)
		}
	}
}
