package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// unfinishedPrefix names clusters in the making. They were never served, so
// one that a killed start left behind holds nothing and may be removed.
const unfinishedPrefix = "data.new-"

// initialise makes a new cluster under another name and renames it to data
// when it is complete, so that data is either absent or whole.
func (s *Server) initialise(ctx context.Context) error {
	if _, err := user.LookupId(strconv.Itoa(s.account.uid)); err != nil {
		return fmt.Errorf("用户编号 %d 没有在 /etc/passwd 登记，无法建立数据库；请换一个已登记的用户启动", s.account.uid)
	}
	s.log.Info("建立新的数据库", "dir", s.layout.dir, "programs", s.bin)
	fresh, err := os.MkdirTemp(s.layout.dir, unfinishedPrefix)
	if err != nil {
		return fmt.Errorf("无法建立数据目录：%w", err)
	}
	err = s.account.give(fresh)
	if err == nil {
		err = s.runInitdb(ctx, fresh)
	}
	if err == nil {
		err = s.adopt(fresh)
	}
	if err != nil {
		s.sweepUnfinished()
		return fmt.Errorf("建立数据库失败：%w", err)
	}
	return nil
}

// runInitdb makes a UTF-8 cluster with checksums. The password reaches initdb
// through an inherited pipe, so no file has to be readable by its user.
func (s *Server) runInitdb(ctx context.Context, fresh string) error {
	args := []string{
		"--pgdata=" + fresh,
		"--username=" + AdminUser,
		"--pwfile=/dev/fd/3",
		"--auth=scram-sha-256",
		"--encoding=UTF8",
		"--locale=C.UTF-8",
		"--lc-messages=C",
		"--data-checksums",
	}
	if !s.durable() {
		args = append(args, "--no-sync")
	}
	cmd := s.command(syscall.SIGKILL, "initdb", args...)
	pipe, err := s.passwordPipe()
	if err != nil {
		return err
	}
	defer pipe.Close() // the child has its own
	cmd.ExtraFiles = []*os.File{pipe}
	output, err := openLog(s.layout)
	if err != nil {
		return err
	}
	defer output.close()
	return output.explain(runToEnd(ctx, cmd, output))
}

// passwordPipe returns the reading end of a pipe that holds the password.
func (s *Server) passwordPipe() (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer w.Close() // what was written stays in the pipe
	if s.account.credential != nil {
		err = r.Chown(s.account.uid, s.account.gid)
	}
	if err == nil {
		_, err = w.WriteString(s.secret + "\n")
	}
	if err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// runToEnd runs a command that ends by itself and kills it when ctx ends.
func runToEnd(ctx context.Context, cmd *exec.Cmd, output *logFile) error {
	cmd.Stdout, cmd.Stderr = output.file, output.file
	p, err := spawn(cmd)
	if err != nil {
		return err
	}
	select {
	case <-p.exited:
		return p.err
	case <-ctx.Done():
		p.killGroup()
		return ctx.Err()
	}
}

// adopt renames a complete cluster to data. data is absent or an empty folder.
func (s *Server) adopt(fresh string) error {
	// The bare call, as os.Rename does not replace an empty folder.
	if err := syscall.Rename(fresh, s.layout.data); err != nil {
		return &os.LinkError{Op: "rename", Old: fresh, New: s.layout.data, Err: err}
	}
	if !s.durable() {
		return nil
	}
	dir, err := os.Open(s.layout.dir)
	if err != nil {
		return err
	}
	defer dir.Close() // only synced
	return dir.Sync()
}

// sweepUnfinished removes clusters that were never finished. What cannot be
// removed now (an orphan may still be ending) is left for the next start.
func (s *Server) sweepUnfinished() {
	entries, err := os.ReadDir(s.layout.dir)
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), unfinishedPrefix) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(s.layout.dir, entry.Name())))
		}
	}
	if err != nil {
		s.log.Warn("未完成的数据目录暂时无法移除", "dir", s.layout.dir, "error", err)
	}
}

// durable reports whether the cluster must survive a power cut.
func (s *Server) durable() bool { return s.settings["fsync"] != "off" }
