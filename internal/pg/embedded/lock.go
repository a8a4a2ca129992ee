package embedded

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// ErrInUse is in the chain of Start's error when another process runs the server
// of the folder. That server can be reached with DSN.
var ErrInUse = errors.New("数据库目录已在使用")

// takeLock takes the folder's flock and writes our process id into it. The
// kernel frees it when we end in whatever way; the file stays.
func takeLock(l layout) (*os.File, error) {
	f, err := os.OpenFile(l.lock, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("无法打开数据库目录的锁文件 %s：%w；请检查该目录属于哪个用户", l.lock, err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		err = errors.Join(f.Truncate(0), writePid(f))
	}
	if err == nil {
		return f, nil
	}
	defer f.Close() // read only from here on
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fmt.Errorf("%w：另一个进程正在使用该目录 %s%s；请先停止它，或换一个目录", ErrInUse, l.dir, holderOf(f))
	}
	return nil, fmt.Errorf("无法锁定数据库目录 %s：%w", l.dir, err)
}

func writePid(f *os.File) error {
	_, err := fmt.Fprintf(f, "%d\n", os.Getpid())
	return err
}

// holderOf names the process that wrote the lock file, when it can be read.
func holderOf(f *os.File) string {
	text, err := io.ReadAll(io.LimitReader(f, 32))
	pid := strings.TrimSpace(string(text))
	if err != nil || pid == "" {
		return ""
	}
	return "（进程号 " + pid + "）"
}
