package bench

import (
	"context"
	"fmt"
	"os"
	"time"
)

// idle is how long a portal is left alone before its memory is read.
const idle = 3 * time.Second

// starts builds the demo institution in a folder with the program itself, starts
// it again some times and measures how long that takes and how much memory the
// process then holds. The institution stays, for the growth to stand on.
func (b *bench) starts(ctx context.Context, folder string) error {
	self := b.options.Self
	b.note("建演示机构：第一次启动")
	first, took, err := startDemo(ctx, self, folder)
	if err != nil {
		return err
	}
	if err := first.stop(); err != nil {
		return fmt.Errorf("stop the first start: %w", err)
	}
	b.note(fmt.Sprintf("第一次启动 %.1f 秒；再次启动", took.Seconds()))
	var seconds, memory []float64
	for range b.size.Rounds {
		s, m, err := startAgain(ctx, self, folder)
		if err != nil {
			return err
		}
		seconds, memory = append(seconds, s), append(memory, m)
	}
	if err := b.print(absoluteLine("再次启动演示机构到可以服务", "秒", median(seconds), AtMost, 2)); err != nil {
		return err
	}
	return b.print(absoluteLine("空闲时门户进程的常驻内存", "MB", median(memory), AtMost, 150))
}

func startAgain(ctx context.Context, self, folder string) (seconds, megabytes float64, err error) {
	p, took, err := startDemo(ctx, self, folder)
	if err != nil {
		return 0, 0, err
	}
	select {
	case <-ctx.Done():
	case <-time.After(idle):
	}
	megabytes, err = p.resident()
	return took.Seconds(), megabytes, finish(err, p.stop)
}

// makeFolder makes the folder of a measurement. Started as root, the database
// works as another user, who must be able to pass through.
func makeFolder() (string, error) {
	folder, err := os.MkdirTemp("", "liuhen-bench-")
	if err != nil {
		return "", err
	}
	return folder, os.Chmod(folder, 0o711)
}
