package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the system user the server runs as.
type account struct {
	uid, gid int
	// credential makes a child become the account; nil when we already are it.
	credential *syscall.Credential
}

// serverAccount chooses who the server runs as: ourselves, or when we are root
// the owner of the existing data, else a user made for such work.
func serverAccount(l layout) (account, error) {
	owner, err := ownerOf(l.data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return account{}, fmt.Errorf("无法查看数据目录 %s 的所有者：%w", l.data, err)
	}
	exists := err == nil
	if uid := os.Geteuid(); uid != 0 {
		if exists && owner.uid != uid {
			return account{}, fmt.Errorf("数据目录 %s 属于用户 %s，不属于当前用户 %s；请改用该用户（或 root）启动，或换一个目录",
				l.data, userName(owner.uid), userName(uid))
		}
		return account{uid: uid, gid: os.Getegid()}, nil
	}
	if !exists {
		return lookupAccount(user.Lookup)
	}
	if owner.uid == 0 {
		major, err := l.dataMajor()
		if err != nil {
			return account{}, err
		}
		if major == 0 { // an empty folder that root made
			return lookupAccount(user.Lookup)
		}
		return account{}, fmt.Errorf("数据目录 %s 属于 root，PostgreSQL 不能以 root 运行；请执行 chown -R postgres %s", l.data, l.data)
	}
	return dropTo(owner.uid, owner.gid), nil
}

// lookupAccount finds the user that root drops to for a new cluster. initdb
// needs one with a passwd entry.
func lookupAccount(lookup func(name string) (*user.User, error)) (account, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.Atoi(u.Uid)
		gid, gidErr := strconv.Atoi(u.Gid)
		if uidErr == nil && gidErr == nil && uid != 0 {
			return dropTo(uid, gid), nil
		}
	}
	return account{}, errors.New("PostgreSQL 不能以 root 运行，而本机没有 postgres 或 nobody 用户；请执行 apt-get install postgresql，或用普通用户启动")
}

func dropTo(uid, gid int) account {
	return account{uid: uid, gid: gid, credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}

// give hands a file or folder to the account; nothing happens unless we are root.
func (a account) give(path string) error {
	if a.credential == nil {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}

// closedFolder returns the first folder on the way to path that the account
// may not enter, judged by mode bits; "" when none is found.
func (a account) closedFolder(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	var closed string
	for dir := path; ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err == nil && info.IsDir() && !a.mayEnter(info) {
			closed = dir
		}
		if dir == filepath.Dir(dir) {
			return closed
		}
	}
}

func (a account) mayEnter(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	switch perm := info.Mode().Perm(); {
	case !ok:
		return true
	case int(st.Uid) == a.uid:
		return perm&0o100 != 0
	case int(st.Gid) == a.gid:
		return perm&0o010 != 0
	default:
		return perm&0o001 != 0
	}
}

type owner struct{ uid, gid int }

func ownerOf(path string) (owner, error) {
	info, err := os.Stat(path)
	if err != nil {
		return owner{}, err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return owner{}, fmt.Errorf("no owner known for %s", path)
	}
	return owner{uid: int(st.Uid), gid: int(st.Gid)}, nil
}

func userName(uid int) string {
	id := strconv.Itoa(uid)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return id
}
