package chore_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"liuhen/internal/chore"
)

// A chore comes round by its time and by its bell, goes on while there is more,
// and survives what fails.
func TestAChoreComesRound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		rounds, left := 0, 3
		c := chore.Chore{Name: "sweep", Every: time.Minute, Bell: chore.NewBell(), Round: func(context.Context) (bool, error) {
			rounds++
			if rounds == 5 {
				return true, errors.New("away")
			}
			left--
			return left > 0, nil
		}}
		ctx, stop := context.WithCancel(t.Context())
		over := make(chan bool)
		go func() { c.Run(ctx, slog.New(slog.NewTextHandler(&log, nil))); close(over) }()
		for _, step := range []struct {
			what string
			do   func()
			want int
		}{
			{"at once, and until there is no more", func() {}, 3},
			{"not before its time", func() { time.Sleep(59 * time.Second) }, 3},
			{"at its time", func() { time.Sleep(2 * time.Second) }, 4},
			{"at the bell, which fails and waits", c.Bell.Ring, 5},
			{"again at its time", func() { time.Sleep(time.Minute) }, 6},
			{"once, and once more, for many rings", func() {
				for range 9 {
					c.Bell.Ring()
				}
			}, 8},
		} {
			step.do()
			synctest.Wait()
			if rounds != step.want {
				t.Errorf("%s: %d rounds, want %d", step.what, rounds, step.want)
			}
		}
		stop()
		<-over
		if !strings.Contains(log.String(), "chore=sweep") || strings.Count(log.String(), "\n") != 1 {
			t.Errorf("log %q", log.String())
		}
	})
}

// A chore that is held back does nothing until it is let go.
func TestAChoreIsHeldBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var free atomic.Bool
		var rounds atomic.Int64
		c := chore.Chore{
			Name: "tags", Every: time.Second,
			While: func(context.Context) (bool, error) { return free.Load(), nil },
			Round: chore.Once(func(context.Context) error { rounds.Add(1); return nil }),
		}
		ctx, stop := context.WithCancel(t.Context())
		over := make(chan bool)
		go func() { chore.RunAll(ctx, slog.New(slog.DiscardHandler), c, c); close(over) }()
		time.Sleep(time.Minute)
		held := rounds.Load()
		free.Store(true)
		time.Sleep(2 * time.Second)
		if held != 0 || rounds.Load() < 2 {
			t.Errorf("held back %d rounds, then %d", held, rounds.Load())
		}
		stop()
		<-over
	})
}
