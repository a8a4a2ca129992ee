package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/staff"
)

// hub hands what the database announces to the open pages it concerns. An event
// only says that something changed; the page then asks for its own fragment,
// under its own permissions.
type hub struct {
	now    func() time.Time
	mu     sync.Mutex
	open   map[*listener]struct{}
	recent []sent
	closed bool
}

// sent is an event of the last minute, kept for a page that was rendered before
// it and opens its stream after it.
type sent struct {
	at       time.Time
	event    event
	concerns func(*listener) bool
}

// remembered is how long a sent event is kept.
const remembered = time.Minute

// listener is one open page.
type listener struct {
	staffID int64
	role    staff.Role
	events  chan event
}

type event struct{ name, data string }

func newHub(now func() time.Time) *hub {
	return &hub{now: now, open: map[*listener]struct{}{}}
}

// join opens a listener for the person, beginning with what concerned them from
// since on; nil once the hub is closed.
func (h *hub) join(by *staff.Member, since time.Time) *listener {
	l := &listener{staffID: by.ID, role: by.Role, events: make(chan event, 16)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil
	}
	h.open[l] = struct{}{}
	for _, s := range h.recent {
		if !s.at.Before(since) && s.concerns(l) && len(l.events) < cap(l.events) {
			l.events <- s.event
		}
	}
	return l
}

// leave closes a listener; a second time does nothing.
func (h *hub) leave(l *listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(l)
}

func (h *hub) drop(l *listener) {
	if _, ok := h.open[l]; ok {
		delete(h.open, l)
		close(l.events)
	}
}

// send hands an event to the listeners it concerns. A page that does not keep
// up is closed: it reconnects and asks for everything anew.
func (h *hub) send(e event, concerns func(*listener) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	for len(h.recent) > 0 && h.recent[0].at.Before(now.Add(-remembered)) {
		h.recent = h.recent[1:]
	}
	h.recent = append(h.recent, sent{now, e, concerns})
	for l := range h.open {
		if !concerns(l) {
			continue
		}
		select {
		case l.events <- e:
		default:
			h.drop(l)
		}
	}
}

// reset closes every stream; the pages reconnect and refresh.
func (h *hub) reset() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.open {
		h.drop(l)
	}
}

func (h *hub) close() {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.reset()
}

// Heard takes a notification of the database (pg.DB.Listen): it forgets what is
// remembered of the matter and tells the pages it concerns.
func (s *Site) Heard(topic, key string) { s.shell.heard(topic, key) }

// Missed is called when notifications may have been lost.
func (s *Site) Missed() {
	s.shell.People.EvictAll()
	s.shell.Sessions.EvictAll()
	s.shell.Policies.Evict()
	s.shell.Modules.Evict()
	s.shell.counts.forget(0)
	s.shell.hub.reset()
}

func (s *shell) heard(topic, key string) {
	first, rest, _ := strings.Cut(key, "/")
	id, err := strconv.ParseInt(first, 10, 64)
	if err != nil && topic != "session" {
		s.Log.Warn("notification not understood", "topic", topic, "key", key)
		return
	}
	own := func(l *listener) bool { return l.staffID == id }
	switch topic {
	case "grant":
		s.hub.send(event{"grant", rest}, own)
	case "consent":
		s.hub.send(event{"consent", rest}, func(l *listener) bool {
			return l.staffID == id || l.role != staff.Manager && authz.Allows(l.role, authz.SeeCustomers)
		})
	case "inbox":
		s.counts.forget(id)
		s.hub.send(event{"approval", ""}, own)
	case "glass":
		s.hub.send(event{"glass", ""}, func(l *listener) bool { return l.staffID == id || l.role == staff.Compliance })
	case "import":
		s.hub.send(event{"import", first}, func(l *listener) bool { return authz.Allows(l.role, authz.ManageImports) })
	case "roll":
		s.hub.send(event{"roll", first}, func(l *listener) bool { return authz.Allows(l.role, authz.ManageStaff) })
	case "conflict":
		s.hub.send(event{"conflict", first}, func(l *listener) bool { return authz.Allows(l.role, authz.SettleConflicts) })
	case "module":
		s.Modules.Evict()
	case "signin":
		s.People.EvictAll()
	case "policy":
		s.Policies.Evict()
	case "tag":
		s.TagKeeper.Wake()
	case "staff":
		s.People.Evict(id)
		s.Sessions.EvictStaff(id)
		s.hub.send(event{"session", ""}, own)
	case "session":
		s.Sessions.Evict(key)
	default:
		s.Log.Warn("notification of an unknown topic", "topic", topic)
	}
}

// live is the stream of server-sent events of an open page.
func (s *shell) live(c echo.Context) error {
	since := s.now()
	if unix, err := strconv.ParseInt(c.QueryParam("since"), 10, 64); err == nil {
		since = time.Unix(unix, 0)
	}
	l := s.hub.join(acting(c), since)
	if l == nil {
		return c.NoContent(http.StatusServiceUnavailable)
	}
	defer s.hub.leave(l)
	w := c.Response()
	w.Header().Set(echo.HeaderContentType, "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	out := http.NewResponseController(w)
	beat := time.NewTicker(20 * time.Second)
	defer beat.Stop()
	line := "retry: 1000\n\n"
	for {
		if err := out.SetWriteDeadline(s.now().Add(10 * time.Second)); err != nil {
			return err
		}
		if _, err := fmt.Fprint(w, line); err != nil {
			return nil // the browser has gone
		}
		if err := out.Flush(); err != nil {
			return nil
		}
		select {
		case <-c.Request().Context().Done():
			return nil
		case e, ok := <-l.events:
			if !ok {
				return nil
			}
			line = "event: " + e.name + "\ndata: " + e.data + "\n\n"
		case <-beat.C:
			line = ": beat\n\n"
		}
	}
}
