package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/lib/pq"
)

// giveUpPatience is how long a server that did not get ready may take to stop.
const giveUpPatience = 10 * time.Second

// launch starts the server on the existing cluster and returns it once ready.
func (s *Server) launch(ctx context.Context) (*process, error) {
	if err := clearLeftovers(ctx, s.layout, leftoverPatience); err != nil {
		return nil, err
	}
	output, err := openLog(s.layout)
	if err != nil {
		return nil, err
	}
	defer output.close()
	cmd := s.command(syscall.SIGINT, "postgres", s.arguments()...)
	cmd.Stdout, cmd.Stderr = output.file, output.file
	begun := time.Now()
	p, err := spawn(cmd)
	if err != nil {
		return nil, fmt.Errorf("无法运行 %s/postgres：%w", s.bin, err)
	}
	if err := s.awaitReady(ctx, p); err != nil {
		patience, cancel := context.WithTimeout(context.Background(), giveUpPatience)
		defer cancel()
		return nil, output.explain(errors.Join(err, p.stop(patience)))
	}
	s.log.Info("数据库已启动", "dir", s.layout.dir, "pid", p.pid(), "took", time.Since(begun))
	return p, nil
}

// arguments are the server's own: the fixed settings, ours that can be
// overridden, and the caller's.
func (s *Server) arguments() []string {
	settings := map[string]string{
		"cluster_name": "liuhen",
		// Rows and statements may hold customers' data: they stay out of the log.
		"log_error_verbosity":     "terse",
		"log_min_error_statement": "panic",
	}
	maps.Copy(settings, s.settings)
	maps.Copy(settings, fixedSettings(s.layout))
	args := []string{"-D", s.layout.data}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		args = append(args, "-c", name+"="+settings[name])
	}
	return args
}

// fixedSettings keep the server private and within the supervisor's sight.
func fixedSettings(l layout) map[string]string {
	return map[string]string{
		"listen_addresses":        "",
		"port":                    port,
		"unix_socket_directories": `"` + strings.ReplaceAll(l.run, `"`, `""`) + `"`,
		"unix_socket_permissions": "0700",
		"logging_collector":       "off",
		"log_destination":         "stderr",
		"external_pid_file":       "",
	}
}

// checkSettings refuses settings that the package fixes.
func checkSettings(settings map[string]string) error {
	fixed := fixedSettings(layout{})
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		if _, ok := fixed[strings.ToLower(name)]; ok {
			return fmt.Errorf("数据库设置 %s 由程序固定，不能改动", name)
		}
	}
	return nil
}

// awaitReady returns nil once p has the lock file and answers a signed-in
// client. Recovery after a crash may take long; ctx bounds it.
func (s *Server) awaitReady(ctx context.Context, p *process) error {
	db, err := sql.Open("postgres", s.AdminDSN("postgres"))
	if err != nil {
		return fmt.Errorf("无法连接数据库：%w", err)
	}
	defer db.Close() // idle connections only
	for {
		if s.layout.readyBy(p.pid()) {
			err := s.ping(ctx, db)
			if err == nil || refused(err) {
				return s.explainRefusal(err)
			}
		}
		select {
		case <-p.exited:
			return fmt.Errorf("数据库启动失败（%s）", describeExit(p))
		case <-ctx.Done():
			return fmt.Errorf("等待数据库启动时超时或被中断：%w", ctx.Err())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// readyBy reports whether postmaster.pid names pid and, in its eighth line,
// says that connections are accepted.
func (l layout) readyBy(pid int) bool {
	text, err := os.ReadFile(l.pidFile())
	lines := strings.Split(string(text), "\n")
	return err == nil && len(lines) >= 8 && lines[0] == strconv.Itoa(pid) && strings.TrimSpace(lines[7]) == "ready"
}

func (s *Server) ping(ctx context.Context, db *sql.DB) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return db.PingContext(ctx)
}

// refused reports a failed sign-in (class 28), which waiting does not cure.
func refused(err error) bool {
	var answer *pq.Error
	return errors.As(err, &answer) && answer.Code.Class() == "28"
}

func (s *Server) explainRefusal(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("密码文件 %s 与数据库不符，请从备份恢复该文件：%w", s.layout.secret, err)
}

// describeExit puts the way a child ended into words.
func describeExit(p *process) string {
	if status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return "信号 " + strconv.Itoa(int(status.Signal()))
	}
	return "退出码 " + strconv.Itoa(p.cmd.ProcessState.ExitCode())
}
