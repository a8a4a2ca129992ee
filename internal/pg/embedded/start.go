package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
)

// Start readies the folder, making a cluster when there is none, and starts the
// server. It returns once the server answers and postmaster.pid names our own
// child. ctx bounds the start only, recovery after a crash included; afterwards
// the server runs until Stop. Errors are sentences for the person at the screen.
func Start(ctx context.Context, o Options) (*Server, error) {
	l, err := newLayout(o.Dir)
	if err != nil {
		return nil, err
	}
	if err := checkSettings(o.Settings); err != nil {
		return nil, err
	}
	s := &Server{layout: l, settings: o.Settings, log: o.Logger, done: make(chan struct{})}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if err := s.takeFolder(); err != nil {
		return nil, err
	}
	run, stop := context.WithCancel(context.Background())
	patience, force := context.WithCancel(context.Background())
	s.stop, s.force = stop, force
	p, err := s.bringUp(ctx, o)
	if err != nil {
		stop()
		force()
		return nil, errors.Join(err, s.lock.Close())
	}
	go s.supervise(run, patience, p)
	return s, nil
}

// takeFolder makes the folder when it is missing and takes its lock.
func (s *Server) takeFolder() error {
	mode := fs.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711 // the server's user passes through to data and run
	}
	if err := os.MkdirAll(filepath.Dir(s.layout.dir), 0o755); err != nil {
		return fmt.Errorf("无法建立数据库目录 %s：%w", s.layout.dir, err)
	}
	if err := os.Mkdir(s.layout.dir, mode); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("无法建立数据库目录 %s：%w", s.layout.dir, err)
	}
	lock, err := takeLock(s.layout)
	s.lock = lock
	return err
}

// bringUp does everything between taking the lock and having a ready server.
func (s *Server) bringUp(ctx context.Context, o Options) (*process, error) {
	var err error
	if s.account, err = serverAccount(s.layout); err != nil {
		return nil, err
	}
	major, err := s.layout.dataMajor()
	if err != nil {
		return nil, err
	}
	if s.bin = o.BinDir; s.bin == "" {
		if s.bin, err = Find(o.Dir, o.Bundle); err != nil {
			return nil, err
		}
	}
	if err := s.checkPrograms(major); err != nil {
		return nil, err
	}
	if err := s.makeRunFolder(); err != nil {
		return nil, err
	}
	if s.secret, err = s.layout.readSecret(major != 0); err != nil {
		return nil, err
	}
	s.sweepUnfinished()
	if major == 0 {
		if err := s.initialise(ctx); err != nil {
			return nil, err
		}
	}
	return s.launch(ctx)
}

// checkPrograms runs the server program as the server's user from its folder,
// which proves the way to both, and compares its version with the data's.
func (s *Server) checkPrograms(major int) error {
	bin, err := filepath.Abs(s.bin)
	if err != nil || !complete(bin) {
		return fmt.Errorf("目录 %s 里没有 PostgreSQL 的程序文件（postgres 与 initdb），请执行 apt-get install postgresql 后重试", s.bin)
	}
	s.bin = bin
	if err := s.openFolder(); err != nil {
		return err
	}
	got, err := version(s.command(0, "postgres", "--version"))
	if err != nil {
		for _, path := range []string{s.layout.dir, s.bin} {
			if closed := s.account.closedFolder(path); closed != "" {
				return fmt.Errorf("数据库以用户 %s 运行，但该用户不能进入目录 %s；请执行 chmod o+x %s，或换一个目录（例如 /var/lib 下）",
					userName(s.account.uid), closed, closed)
			}
		}
		return fmt.Errorf("无法运行 %s/postgres：%w；请重新执行 apt-get install postgresql", s.bin, err)
	}
	if major != 0 && got != major {
		return notFound(major, s.layout, []string{strconv.Itoa(got)})
	}
	return nil
}

// openFolder lets the server's user pass through our own folder when root made
// it closed; what must stay hidden in it has closed modes of its own.
func (s *Server) openFolder() error {
	if s.account.credential == nil {
		return nil
	}
	info, err := os.Stat(s.layout.dir)
	if err != nil {
		return fmt.Errorf("无法查看数据库目录 %s：%w", s.layout.dir, err)
	}
	by, err := ownerOf(s.layout.dir)
	if err != nil || by.uid != 0 || s.account.mayEnter(info) {
		return nil
	}
	if err := os.Chmod(s.layout.dir, info.Mode().Perm()|0o011); err != nil {
		return fmt.Errorf("无法设置数据库目录 %s 的权限：%w", s.layout.dir, err)
	}
	return nil
}

// makeRunFolder makes the socket folder, closed to everybody else.
func (s *Server) makeRunFolder() error {
	err := os.Mkdir(s.layout.run, 0o700)
	if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	if err = errors.Join(err, s.account.give(s.layout.run)); err != nil {
		return fmt.Errorf("无法建立套接字目录 %s：%w", s.layout.run, err)
	}
	return nil
}
