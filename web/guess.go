package web

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"liuhen/internal/fault"
)

// How often tokens and codes that open nothing may be tried.
const (
	missesEvery   = 6 * time.Second // of one address, after missesFirst
	missesFirst   = 10
	allMisses     = 50 // a second, of everybody together
	missPause     = time.Second
	mostPausing   = 64
	mostAddresses = 10_000
)

// guesses slows down who tries tokens. A token has 160 bits, so guessing is no way
// in; this keeps it from being a load. An address that tried too many is refused
// before anything is looked up; when everybody together tries too many, each miss
// waits, and what is too much to wait is refused.
type guesses struct {
	mu      sync.Mutex
	by      map[netip.Addr]*rate.Limiter
	all     *rate.Limiter
	pausing chan struct{}
}

func newGuesses() *guesses {
	return &guesses{
		by: map[netip.Addr]*rate.Limiter{}, all: rate.NewLimiter(allMisses, allMisses), pausing: make(chan struct{}, mostPausing),
	}
}

// of returns the limiter of an address; a network of IPv6 is one.
func (g *guesses) of(address string) *rate.Limiter {
	ip, err := netip.ParseAddr(address)
	if err == nil && ip.Is6() && !ip.Is4In6() {
		if net, err := ip.Prefix(64); err == nil {
			ip = net.Addr()
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	l, ok := g.by[ip]
	if !ok {
		g.forget()
		l = rate.NewLimiter(rate.Every(missesEvery), missesFirst)
		g.by[ip] = l
	}
	return l
}

// forget drops addresses that have not tried for long, once there are many.
func (g *guesses) forget() {
	if len(g.by) < mostAddresses {
		return
	}
	for ip, l := range g.by {
		if l.Tokens() >= missesFirst || len(g.by) >= 2*mostAddresses {
			delete(g.by, ip)
		}
	}
}

func tooMany() error {
	return fault.New(fault.Throttled, "尝试次数太多，请一分钟后再试。")
}

// allow refuses an address that tried too many.
func (g *guesses) allow(address string) error {
	if g.of(address).Tokens() < 1 {
		return tooMany()
	}
	return nil
}

// missed counts a try that opened nothing, and slows it down when there are many.
func (g *guesses) missed(ctx context.Context, address string) error {
	g.of(address).Allow()
	if g.all.Allow() {
		return nil
	}
	select {
	case g.pausing <- struct{}{}:
		defer func() { <-g.pausing }()
	default:
		return tooMany()
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(missPause):
		return nil
	}
}
