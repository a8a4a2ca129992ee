package web

import (
	"testing"
	"time"

	"liuhen/internal/staff"
)

func TestHubSendsToWhomItConcerns(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	h := newHub(func() time.Time { return now })
	mine, other := h.join(&staff.Member{ID: 1}, now), h.join(&staff.Member{ID: 2}, now)
	own := func(l *listener) bool { return l.staffID == 1 }
	h.send(event{"grant", "10000001"}, own)
	if got := <-mine.events; got != (event{"grant", "10000001"}) {
		t.Errorf("heard %v", got)
	}
	if len(other.events) != 0 {
		t.Error("somebody else heard it too")
	}
	now = now.Add(30 * time.Second)
	late := h.join(&staff.Member{ID: 1}, now.Add(-40*time.Second))
	if len(late.events) != 1 {
		t.Errorf("a page rendered before the event hears %d events, want 1", len(late.events))
	}
	if fresh := h.join(&staff.Member{ID: 1}, now); len(fresh.events) != 0 {
		t.Error("a page rendered after the event hears it again")
	}
	now = now.Add(2 * time.Minute)
	h.send(event{"approval", ""}, own)
	if old := h.join(&staff.Member{ID: 1}, now.Add(-time.Hour)); len(old.events) != 1 {
		t.Errorf("%d events are remembered, want the newest only", len(old.events))
	}
}

func TestHubClosesAPageThatDoesNotKeepUp(t *testing.T) {
	t.Parallel()
	h := newHub(time.Now)
	l := h.join(&staff.Member{ID: 1}, time.Now())
	for range cap(l.events) + 1 {
		h.send(event{"approval", ""}, func(*listener) bool { return true })
	}
	n := 0
	for range l.events {
		n++
	}
	if n != cap(l.events) {
		t.Errorf("%d events before the end, want %d", n, cap(l.events))
	}
	h.leave(l) // a second time must be harmless
	h.close()
	if h.join(&staff.Member{ID: 1}, time.Now()) != nil {
		t.Error("a closed hub takes listeners")
	}
}

func TestTheReviewerAndComplianceHearOfABreakGlass(t *testing.T) {
	t.Parallel()
	now := time.Now()
	s := &shell{hub: newHub(func() time.Time { return now })}
	reviewer := s.hub.join(&staff.Member{ID: 5, Role: staff.Supervisor}, now)
	compliance := s.hub.join(&staff.Member{ID: 9, Role: staff.Compliance}, now)
	other := s.hub.join(&staff.Member{ID: 6, Role: staff.Supervisor}, now)
	s.heard("glass", "5")
	if len(reviewer.events) != 1 || len(compliance.events) != 1 || len(other.events) != 0 {
		t.Errorf("heard by the reviewer %d, compliance %d, another %d times, want 1, 1, 0", len(reviewer.events), len(compliance.events), len(other.events))
	}
}
