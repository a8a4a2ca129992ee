package embedded

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestFirstAndLaterStart(t *testing.T) {
	t.Parallel()
	dir := newFolder(t)
	s := start(t, Options{Dir: dir, Settings: map[string]string{"shared_buffers": "16MB"}}) // durable
	must(t, addRow(s))
	for setting, want := range map[string]string{
		"data_checksums":      "on",
		"server_encoding":     "UTF8",
		"lc_messages":         "C",
		"password_encryption": "scram-sha-256",
		"listen_addresses":    "",
		"shared_buffers":      "16MB",
		"fsync":               "on",
	} {
		if got := ask[string](t, s, "SELECT current_setting('"+setting+"')"); got != want {
			t.Errorf("%s = %q, want %q", setting, got, want)
		}
	}
	if got := ask[string](t, s, `SELECT datcollate FROM pg_database WHERE datname = 'postgres'`); got != "C.UTF-8" {
		t.Errorf("collation %q", got)
	}
	if got := ask[string](t, s, `SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules`); got != "scram-sha-256" {
		t.Errorf("sign-in methods %q", got)
	}
	modes := map[string]os.FileMode{"secret": 0o600, "log": 0o600, "lock": 0o600, "run": 0o700, "data": 0o700}
	for name, want := range modes {
		info, err := os.Stat(filepath.Join(dir, name))
		must(t, err)
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", name, got, want)
		}
	}
	if by, err := ownerOf(filepath.Join(dir, "secret")); err != nil || by.uid != os.Geteuid() {
		t.Errorf("secret belongs to %v, %v", by, err)
	}
	if by, err := ownerOf(filepath.Join(dir, "data")); err != nil || by.uid == 0 {
		t.Errorf("data belongs to %v, %v", by, err)
	}
	pid := serverPid(t, dir)
	stop(t, s)
	if alive(pid) {
		t.Error("the server outlives Stop")
	}
	if _, err := os.Stat(filepath.Join(dir, "data", "postmaster.pid")); err == nil {
		t.Error("postmaster.pid left behind")
	}
	stop(t, s) // again: harmless

	begun := time.Now()
	s = start(t, quick(dir))
	t.Logf("later start: %v", time.Since(begun))
	wantRows(t, s, 1)
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	dir := madeFolder(t)
	s := start(t, quick(dir))
	try := func(dsn string) error {
		db, err := sql.Open("postgres", dsn)
		must(t, err)
		defer db.Close()
		return db.PingContext(t.Context())
	}
	wantError(t, try(s.DSN(AdminUser, "wrong", "postgres")), "password authentication failed")
	wantError(t, try(s.DSN(AdminUser, "", "postgres")), "password")
	password := `it's a \ "pass word"`
	db, err := sql.Open("postgres", s.AdminDSN("postgres"))
	must(t, err)
	defer db.Close()
	_, err = db.Exec(`CREATE ROLE "o'neil" LOGIN PASSWORD 'it''s a \ "pass word"'`)
	must(t, err)
	must(t, try(s.DSN("o'neil", password, "postgres")))
	stop(t, s)

	secret := filepath.Join(dir, "secret")
	must(t, os.WriteFile(secret, []byte("another\n"), 0o600))
	startFails(t, quick(dir), "密码文件", "与数据库不符", secret)
	must(t, os.Remove(secret))
	startFails(t, quick(dir), "密码文件", "不存在", secret)
}

func TestImpatientStop(t *testing.T) {
	t.Parallel()
	dir := madeFolder(t)
	s := start(t, quick(dir))
	must(t, addRow(s))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	pid := serverPid(t, dir)
	if err := s.Stop(ctx); err != nil { // a quick server may still stop in time
		wantError(t, err, "立即中止", "自动恢复")
	}
	if alive(pid) {
		t.Error("the server outlives Stop")
	}
	wantRows(t, start(t, quick(dir)), 1)
}

func TestInterruptedStart(t *testing.T) {
	t.Parallel()
	dir := newFolder(t)
	for _, wait := range []time.Duration{0, 60 * time.Millisecond, 200 * time.Millisecond} {
		ctx, cancel := context.WithTimeout(context.Background(), wait)
		s, err := Start(ctx, quick(dir))
		cancel()
		if err == nil { // a very quick machine
			stop(t, s)
			continue
		}
		if pid, err := serverIn(dir); err != nil || pid != 0 {
			t.Errorf("process %d left behind, %v", pid, err)
		}
	}
	must(t, addRow(start(t, quick(dir))))
}

func TestFixedSettings(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"listen_addresses", "Port", "unix_socket_directories"} {
		dir := newFolder(t)
		startFails(t, Options{Dir: dir, Settings: map[string]string{name: "*"}}, name, "不能改动")
		if _, err := os.Stat(dir); err == nil {
			t.Error("folder made before the settings were checked")
		}
	}
	startFails(t, Options{Dir: madeFolder(t), Settings: map[string]string{"no_such": "1"}}, "数据库启动失败", "no_such", "日志")
}
