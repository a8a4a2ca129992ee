package web

import (
	"context"
	"sync"
	"time"

	"liuhen/internal/authz"
	"liuhen/internal/staff"
	"liuhen/internal/worklist"
)

// counts remembers how many decisions wait for each person, so that a page does
// not ask for the number in its bar. A push forgets it; a minute does too.
type counts struct {
	lists *worklist.Lists
	now   func() time.Time
	mu    sync.Mutex
	known map[int64]count
}

type count struct {
	n     int
	until time.Time
}

func newCounts(lists *worklist.Lists, now func() time.Time) *counts {
	return &counts{lists: lists, now: now, known: map[int64]count{}}
}

// inbox returns how many decisions wait for the person.
func (k *counts) inbox(ctx context.Context, by *staff.Member) (int, error) {
	if !authz.Allows(by.Role, authz.Approve) {
		return 0, nil
	}
	k.mu.Lock()
	have, ok := k.known[by.ID]
	k.mu.Unlock()
	if ok && k.now().Before(have.until) {
		return have.n, nil
	}
	n, err := k.lists.InboxCount(ctx, by)
	if err != nil {
		return 0, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.known[by.ID] = count{n: n, until: k.now().Add(time.Minute)}
	return n, nil
}

// forget drops what is known of the person; 0 drops everything.
func (k *counts) forget(id int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if id == 0 {
		clear(k.known)
		return
	}
	delete(k.known, id)
}
