package web

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"liuhen/internal/fault"
)

// Guesses from everywhere at once wait for each other, and more than can wait are
// refused; an address that has not guessed goes in.
func TestGuessesFromEverywhereAreSlowed(t *testing.T) {
	t.Parallel()
	g := newGuesses()
	var through, refused atomic.Int64
	begun := time.Now()
	var crowd sync.WaitGroup
	for n := range 400 {
		crowd.Go(func() {
			address := fmt.Sprintf("198.51.%d.%d", n/250, n%250)
			if err := g.allow(address); err != nil {
				t.Errorf("%s: %v", address, err)
			}
			switch err := g.missed(t.Context(), address); {
			case err == nil:
				through.Add(1)
			case fault.KindOf(err) == fault.Throttled:
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	crowd.Wait()
	if n := through.Load(); n > allMisses+mostPausing+60 || refused.Load() < 200 || time.Since(begun) < missPause {
		t.Errorf("%d went through, %d were refused in %v", n, refused.Load(), time.Since(begun))
	}
	if err := g.allow("203.0.113.1"); err != nil {
		t.Errorf("somebody else: %v", err)
	}
}

func TestAnAddressThatGuessesIsRefused(t *testing.T) {
	t.Parallel()
	g := newGuesses()
	for n := range missesFirst {
		if err := g.allow(fmt.Sprintf("2001:db8::%x", n)); err != nil {
			t.Fatalf("try %d: %v", n, err)
		}
		if err := g.missed(t.Context(), fmt.Sprintf("2001:db8::%x", n)); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.allow("2001:db8::ffff"); fault.KindOf(err) != fault.Throttled || err == nil {
		t.Errorf("another address of the network: %v", err)
	}
	for n := range 3 * mostAddresses {
		g.of(fmt.Sprintf("10.%d.%d.%d", n>>16, n>>8&255, n&255))
	}
	if len(g.by) > 2*mostAddresses {
		t.Errorf("%d addresses are remembered", len(g.by))
	}
}
