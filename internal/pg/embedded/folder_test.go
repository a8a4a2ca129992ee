package embedded

import (
	"errors"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func TestTwoStartsOnOneFolder(t *testing.T) {
	t.Parallel()
	dir := madeFolder(t)
	p := runProgram(t, exec.Command(os.Args[0]), dir)
	p.expect("ready")
	startFails(t, quick(dir), "另一个进程正在使用该目录", dir, strconv.Itoa(p.cmd.Process.Pid))
	p.finish()

	s := start(t, quick(dir))
	startFails(t, quick(dir), "另一个进程正在使用该目录") // from the same process too
	wantRows(t, s, 1)
}

func TestUnprivileged(t *testing.T) {
	t.Parallel()
	needRoot(t)
	nobody, err := user.Lookup("nobody")
	must(t, err)
	uid, err := strconv.Atoi(nobody.Uid)
	must(t, err)
	gid, err := strconv.Atoi(nobody.Gid)
	must(t, err)
	dir := newFolder(t)
	must(t, os.Chown(filepath.Dir(dir), uid, gid))
	binary := copyProgram(t, filepath.Dir(dir))
	for _, round := range []int{1, 2} { // first and later start
		cmd := exec.Command(binary)
		cmd.Dir = "/"
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
		p := runProgram(t, cmd, dir)
		p.expect("ready")
		for _, name := range []string{"secret", "data", "run", "lock", "log"} {
			if by, err := ownerOf(filepath.Join(dir, name)); err != nil || by.uid != uid {
				t.Errorf("round %d: %s belongs to %v, %v", round, name, by, err)
			}
		}
		p.finish()
	}
	s := start(t, quick(dir)) // root takes over and keeps the data's owner
	if s.account.uid != uid {
		t.Errorf("server runs as %d, want %d", s.account.uid, uid)
	}
	wantRows(t, s, 2)
}

// TestForeignOwner starts as an ordinary user on data that root's server made.
func TestForeignOwner(t *testing.T) {
	t.Parallel()
	needRoot(t)
	dir := madeFolder(t)
	s := start(t, quick(dir))
	stop(t, s)
	must(t, os.Chown(filepath.Join(dir, "lock"), 65534, 65534)) // let it come as far as the data
	binary := copyProgram(t, filepath.Dir(dir))
	cmd := exec.Command(binary)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	got := runProgram(t, cmd, dir).line()
	for _, word := range []string{"属于用户 " + userName(s.account.uid), "数据目录"} {
		if !strings.Contains(got, word) {
			t.Errorf("%q lacks %q", got, word)
		}
	}
}

func TestRootDropsTo(t *testing.T) {
	t.Parallel()
	known := map[string]*user.User{
		"postgres": {Uid: "101", Gid: "104"},
		"nobody":   {Uid: "65534", Gid: "65533"},
		"zero":     {Uid: "0", Gid: "0"},
	}
	for _, test := range []struct {
		name              string
		postgres, nobody  string
		wantUID, wantGID  int
		wantErrorSentence string
	}{
		{"postgres first", "postgres", "nobody", 101, 104, ""},
		{"nobody without postgres", "", "nobody", 65534, 65533, ""},
		{"never root", "zero", "nobody", 65534, 65533, ""},
		{"nobody there", "", "", 0, 0, "apt-get install postgresql"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a, err := lookupAccount(func(name string) (*user.User, error) {
				if u := known[map[string]string{"postgres": test.postgres, "nobody": test.nobody}[name]]; u != nil {
					return u, nil
				}
				return nil, errors.New("unknown user")
			})
			if test.wantErrorSentence != "" {
				wantError(t, err, test.wantErrorSentence)
				return
			}
			must(t, err)
			if a.uid != test.wantUID || a.gid != test.wantGID || a.credential == nil {
				t.Errorf("got %+v", a)
			}
		})
	}
}

func TestClosedParent(t *testing.T) {
	t.Parallel()
	needRoot(t)
	base := filepath.Dir(newFolder(t))
	closed := filepath.Join(base, "closed")
	must(t, os.Mkdir(closed, 0o700))
	startFails(t, quick(filepath.Join(closed, "pg")), "不能进入目录 "+closed+"；", "chmod o+x "+closed)

	own := madeFolder(t) // our own folder is opened just enough
	must(t, os.Chmod(own, 0o700))
	must(t, addRow(start(t, quick(own))))
}

func TestUnusablePaths(t *testing.T) {
	t.Parallel()
	base := filepath.Dir(newFolder(t))
	long := filepath.Join(base, strings.Repeat("长", 30))
	startFails(t, quick(long), "路径太长", "107", long)
	startFails(t, quick(filepath.Join(base, "a,b")), "逗号")
	startFails(t, quick(""), "没有指定")
	room := maxSocketPath - len(base) - len("//run/.s.PGSQL.5432")
	odd := `数据 it's "q" \[a]`
	odd += strings.Repeat("x", room-len(odd))
	must(t, addRow(start(t, quick(filepath.Join(base, odd))))) // just fits
	startFails(t, quick(filepath.Join(base, odd+"x")), "路径太长")
}

func TestStrangeData(t *testing.T) {
	t.Parallel()
	dir := newFolder(t)
	data := filepath.Join(dir, "data")
	must(t, os.MkdirAll(data, 0o700))
	must(t, os.WriteFile(filepath.Join(data, "note"), []byte("mine"), 0o600))
	startFails(t, quick(dir), "没有 PG_VERSION", "不会删除", data)
	if text, err := os.ReadFile(filepath.Join(data, "note")); err != nil || string(text) != "mine" {
		t.Errorf("data changed: %q, %v", text, err)
	}
	if os.Geteuid() == 0 {
		must(t, os.WriteFile(filepath.Join(data, "PG_VERSION"), []byte("15\n"), 0o600))
		startFails(t, quick(dir), "属于 root", "chown")
		must(t, os.Remove(filepath.Join(data, "PG_VERSION")))
	}
	must(t, os.Remove(filepath.Join(data, "note")))
	must(t, addRow(start(t, quick(dir)))) // an empty folder is as good as none
}
