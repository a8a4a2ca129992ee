package embedded

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Three unasked exits within a minute end the attempts to start again.
const (
	maxCrashes  = 3
	crashWindow = time.Minute
	firstPause  = 100 * time.Millisecond
)

// supervise keeps the server running until run ends, which stops it fast, or
// immediately once patience ends too. It owns the process and the lock.
func (s *Server) supervise(run, patience context.Context, p *process) {
	defer close(s.done)
	defer s.lock.Close() // frees the folder; nothing is buffered
	var crashes []time.Time
	for {
		select {
		case <-run.Done():
			s.err = p.stop(patience)
			if !p.cmd.ProcessState.Success() {
				s.awaitOrphans()
			}
			s.log.Info("数据库已停止", "dir", s.layout.dir, "error", s.err)
			return
		case <-p.exited:
		}
		cause := fmt.Errorf("数据库意外退出（%s）", describeExit(p))
		if p, crashes = s.revive(run, crashes, cause); p == nil {
			s.awaitOrphans()
			return
		}
	}
}

// awaitOrphans waits for the children of a killed server, which end by
// themselves when they notice, so that nothing uses the folder once Done closes.
func (s *Server) awaitOrphans() {
	for deadline := time.Now().Add(leftoverPatience); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		pid, err := serverIn(s.layout.data)
		if err != nil {
			s.log.Warn("无法确认数据库进程都已退出", "dir", s.layout.dir, "error", err)
		}
		if pid == 0 {
			return
		}
	}
	s.log.Warn("数据库的子进程仍未退出", "dir", s.layout.dir)
}

// revive starts the server again after a pause. It returns no process when
// run has ended, or with s.err set when it crashed too often.
func (s *Server) revive(run context.Context, crashes []time.Time, cause error) (*process, []time.Time) {
	for {
		now := time.Now()
		crashes = append(crashes, now)
		crashes = slices.DeleteFunc(crashes, func(t time.Time) bool { return now.Sub(t) > crashWindow })
		if len(crashes) >= maxCrashes {
			s.err = fmt.Errorf("数据库一分钟内 %d 次意外退出，不再重新启动，请查看日志 %s：%w", len(crashes), s.layout.log, cause)
			s.log.Error("数据库不再重新启动", "dir", s.layout.dir, "error", cause)
			return nil, crashes
		}
		pause := firstPause << (3 * (len(crashes) - 1))
		s.log.Warn("数据库意外退出，即将重新启动", "dir", s.layout.dir, "pause", pause, "error", cause)
		select {
		case <-run.Done():
			return nil, crashes
		case <-time.After(pause):
		}
		p, err := s.launch(run)
		if err == nil {
			return p, crashes
		}
		if run.Err() != nil {
			return nil, crashes
		}
		cause = err
	}
}
