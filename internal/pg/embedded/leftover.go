package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// leftoverPatience is how long a start waits for an earlier server to end.
const leftoverPatience = 15 * time.Second

// clearLeftovers waits until nothing of an earlier run uses the data and then
// removes lock files that would stop a new server for no reason. The caller
// holds the folder's flock.
func clearLeftovers(ctx context.Context, l layout, patience time.Duration) error {
	deadline := time.Now().Add(patience)
	for {
		pid, err := l.lockedBy()
		if errors.Is(err, fs.ErrNotExist) {
			return l.removeSocket()
		}
		if err != nil {
			return err
		}
		live, err := serverIn(l.data)
		if err != nil {
			return err
		}
		waited := time.Now().After(deadline)
		switch {
		case live != 0 && waited:
			return fmt.Errorf("另一个 PostgreSQL 进程（进程号 %d）正在使用该目录 %s，它不是由本程序启动的；请先停止它", live, l.data)
		case live == 0 && (waited || !zombie(pid)):
			return l.dropStalePid(pid)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("等待上一次的数据库退出时被中断：%w", ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// lockedBy reads the process id in postmaster.pid.
func (l layout) lockedBy() (int, error) {
	text, err := os.ReadFile(l.pidFile())
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return 0, err
		}
		return 0, fmt.Errorf("无法读取 %s：%w", l.pidFile(), err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(line)) // 0 for a half-written file
	return pid, nil
}

// dropStalePid removes a postmaster.pid whose process id exists but is no
// server of this folder: a zombie nobody reaps, or another program that got the
// number after a restart of the machine or container. The server would take it
// for a rival. A process id that is gone is left for the server to judge.
func (l layout) dropStalePid(pid int) error {
	if _, err := os.Stat("/proc/" + strconv.Itoa(pid)); pid > 0 && err == nil {
		if err := os.Remove(l.pidFile()); err != nil {
			return fmt.Errorf("无法移除过期的 %s：%w", l.pidFile(), err)
		}
	}
	return l.removeSocket()
}

// removeSocket clears the socket and its lock, which sit in a folder of ours.
func (l layout) removeSocket() error {
	for _, path := range []string{l.socket(), l.socket() + ".lock"} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("无法移除过期的套接字 %s：%w", path, err)
		}
	}
	return nil
}

// serverIn returns the id of a living postgres process whose working folder is
// data, as is that of every process of a server; 0 when there is none.
func serverIn(data string) (int, error) {
	want, err := os.Stat(data)
	if err != nil {
		return 0, fmt.Errorf("无法查看数据目录 %s：%w", data, err)
	}
	comms, err := filepath.Glob("/proc/[0-9]*/comm")
	if err != nil {
		return 0, err
	}
	for _, comm := range comms {
		name, err := os.ReadFile(comm)
		if err != nil || strings.TrimSpace(string(name)) != "postgres" {
			continue // ended meanwhile, or another program
		}
		dir := filepath.Dir(comm)
		if cwd, err := os.Stat(filepath.Join(dir, "cwd")); err == nil && os.SameFile(cwd, want) {
			return strconv.Atoi(filepath.Base(dir))
		}
	}
	return 0, nil
}

// zombie reports whether a process has ended but was not reaped.
func zombie(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return false
	}
	_, state, _ := strings.Cut(string(stat[strings.LastIndexByte(string(stat), ')')+1:]), " ")
	return strings.HasPrefix(state, "Z")
}
