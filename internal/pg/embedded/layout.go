package embedded

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxSocketPath is the room in sockaddr_un without the closing zero byte.
const maxSocketPath = 107

// layout names the files of one private cluster by absolute path.
type layout struct {
	dir, data, run, lock, secret, log string
}

// newLayout checks dir's path and derives the others. It creates nothing.
func newLayout(dir string) (layout, error) {
	if dir == "" {
		return layout{}, errors.New("没有指定数据库目录")
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return layout{}, fmt.Errorf("无法确定数据库目录 %s 的完整路径：%w", dir, err)
	}
	if strings.Contains(abs, ",") {
		return layout{}, fmt.Errorf("数据库目录 %s 的路径含有逗号，数据库无法使用，请换一个目录", abs)
	}
	l := layout{
		dir:    abs,
		data:   filepath.Join(abs, "data"),
		run:    filepath.Join(abs, "run"),
		lock:   filepath.Join(abs, "lock"),
		secret: filepath.Join(abs, "secret"),
		log:    filepath.Join(abs, "log"),
	}
	if n := len(l.socket()); n > maxSocketPath {
		return layout{}, fmt.Errorf("数据库目录 %s 的路径太长：套接字路径有 %d 字节，最多 %d 字节，请换一个短一些的目录",
			abs, n, maxSocketPath)
	}
	return l, nil
}

// socket is the path of the server's unix socket.
func (l layout) socket() string { return filepath.Join(l.run, ".s.PGSQL."+port) }

// pidFile is the server's own lock file.
func (l layout) pidFile() string { return filepath.Join(l.data, "postmaster.pid") }

// dataMajor returns the major version that made the data, or 0 when there is no
// cluster yet. A folder with content but without PG_VERSION is an error.
func (l layout) dataMajor() (int, error) {
	text, err := os.ReadFile(filepath.Join(l.data, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, l.checkVacant()
	}
	if err != nil {
		return 0, fmt.Errorf("无法读取数据目录 %s 的版本：%w", l.data, err)
	}
	major, ok := leadingInt(strings.TrimSpace(string(text)))
	if !ok {
		return 0, fmt.Errorf("数据目录 %s 的 PG_VERSION 内容 %q 无法识别，请从备份恢复", l.data, text)
	}
	return major, nil
}

// checkVacant refuses a data folder that holds something other than a cluster.
func (l layout) checkVacant() error {
	entries, err := os.ReadDir(l.data)
	if errors.Is(err, fs.ErrNotExist) || (err == nil && len(entries) == 0) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("无法读取数据目录 %s：%w", l.data, err)
	}
	return fmt.Errorf("数据目录 %s 里有文件但没有 PG_VERSION，不是完整的数据库；程序不会删除它，请从备份恢复，或换一个目录", l.data)
}

// readSecret returns the superuser's password. A cluster that exists must have
// one; for a new cluster it is made, or taken from an interrupted first start.
func (l layout) readSecret(exists bool) (string, error) {
	text, err := os.ReadFile(l.secret)
	if err == nil && len(strings.TrimSpace(string(text))) > 0 {
		return strings.TrimSpace(string(text)), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("无法读取数据库密码文件 %s：%w", l.secret, err)
	}
	if exists {
		return "", fmt.Errorf("数据库密码文件 %s 不存在或为空，无法登录已有的数据库，请从备份恢复该文件", l.secret)
	}
	secret := rand.Text()
	if err := writeSynced(l.secret, secret+"\n"); err != nil {
		return "", fmt.Errorf("无法写入数据库密码文件 %s：%w", l.secret, err)
	}
	return secret, nil
}

// writeSynced replaces a 0600 file so that a crash leaves the old or the new one.
func writeSynced(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already after the rename
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
