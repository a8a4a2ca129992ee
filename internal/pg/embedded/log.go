package embedded

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// maxLog is the size at which a start sets the log aside as log.1.
const maxLog = 8 << 20

// logFile is the log opened for one child; start is where its output begins.
type logFile struct {
	file  *os.File
	start int64
}

// openLog opens the log to append to. Children inherit it open, so it needs
// not be readable by the server's user.
func openLog(l layout) (*logFile, error) {
	info, err := os.Stat(l.log)
	if err == nil && info.Size() > maxLog {
		err = os.Rename(l.log, l.log+".1")
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("无法整理数据库日志 %s：%w", l.log, err)
	}
	f, err := os.OpenFile(l.log, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("无法打开数据库日志 %s：%w", l.log, err)
	}
	start, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("无法打开数据库日志 %s：%w", l.log, err), f.Close())
	}
	return &logFile{file: f, start: start}, nil
}

func (f *logFile) close() {
	_ = f.file.Close() // nothing of ours is buffered in it
}

// explain adds the child's own last complaint to a failure.
func (f *logFile) explain(err error) error {
	if err == nil {
		return nil
	}
	if line := f.complaint(); line != "" {
		return fmt.Errorf("%w：%s（日志 %s）", err, line, f.file.Name())
	}
	return fmt.Errorf("%w（日志 %s）", err, f.file.Name())
}

// complaint returns the last line of the output that tells of a failure.
func (f *logFile) complaint() string {
	text, err := io.ReadAll(io.NewSectionReader(f.file, f.start, 1<<20))
	if err != nil {
		return ""
	}
	last := ""
	for line := range strings.Lines(string(text)) {
		for _, mark := range []string{"PANIC: ", "FATAL: ", "error: "} {
			if at := strings.Index(line, mark); at >= 0 {
				last = strings.TrimSpace(line[at:])
			}
		}
	}
	return last
}
