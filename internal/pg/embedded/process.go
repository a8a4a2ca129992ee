package embedded

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// quitPatience is how long an immediate stop may take before the server is
// killed; the server itself kills its children after 5 s.
const quitPatience = 8 * time.Second

// process is one child. exited is closed once it has been reaped.
type process struct {
	cmd    *exec.Cmd
	exited chan struct{}
	err    error // of Wait; read after exited is closed
}

// command prepares a program of bin to run as the server's user, in its own
// process group, with an environment of its own. deathSignal reaches it when
// the thread that started it ends; 0 for none.
func (s *Server) command(deathSignal syscall.Signal, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(s.bin+"/"+name, args...)
	cmd.Dir = s.layout.dir
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"}
	if tz, ok := os.LookupEnv("TZ"); ok {
		cmd.Env = append(cmd.Env, "TZ="+tz)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Credential: s.account.credential,
		Setpgid:    true,
		Pdeathsig:  deathSignal,
	}
	return cmd
}

// spawn starts cmd. The death signal follows the thread that started the
// child, not the process, so the thread is locked until the child has ended.
func spawn(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, exited: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.exited)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// pid is the child's process id.
func (p *process) pid() int { return p.cmd.Process.Pid }

// stop ends a server: fast (SIGINT) until patience ends, then immediately
// (SIGQUIT), at last by force. It returns once the child is gone, with an error
// when the fast stop was not enough.
func (p *process) stop(patience context.Context) error {
	p.signal(syscall.SIGINT)
	select {
	case <-p.exited:
		return nil
	case <-patience.Done():
	}
	select {
	case <-p.exited: // both at once: the fast stop was enough
		return nil
	default:
	}
	p.signal(syscall.SIGQUIT)
	select {
	case <-p.exited:
	case <-time.After(quitPatience):
		p.killGroup()
	}
	return errors.New("数据库未能在期限内正常停止，已立即中止；已提交的数据不受影响，下次启动时会自动恢复")
}

func (p *process) signal(sig syscall.Signal) {
	_ = p.cmd.Process.Signal(sig) // fails only when the child has ended
}

// killGroup ends the child and its own children and waits for the child.
func (p *process) killGroup() {
	_ = syscall.Kill(-p.pid(), syscall.SIGKILL) // fails only when they have ended
	<-p.exited
}
