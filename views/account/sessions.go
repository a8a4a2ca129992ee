package accountview

import (
	"liuhen/internal/href"
	"liuhen/internal/staff"
	"liuhen/views/ui"
)

// SessionsPage lists where the viewer is signed in.
type SessionsPage struct {
	Sessions []staff.OpenSession
	// Current is the handle of the session that the page is asked in.
	Current int64
}

// others counts the sessions besides the current one.
func (p SessionsPage) others() int {
	n := 0
	for _, s := range p.Sessions {
		if s.Handle != p.Current || s.Handle == 0 {
			n++
		}
	}
	return n
}

func (p SessionsPage) rows() []ui.SessionRow {
	rows := make([]ui.SessionRow, len(p.Sessions))
	for i, s := range p.Sessions {
		rows[i] = ui.SessionRow{
			Browser: s.Browser(), Address: s.Address, Since: s.BeganAt, Seen: s.SeenAt, Current: s.Handle != 0 && s.Handle == p.Current,
		}
		if s.Handle != 0 {
			rows[i].EndURL = href.OwnSessionEnd(s.Handle)
		}
	}
	return rows
}

func sessionSpecimens() []ui.Specimen {
	at := ui.SpecimenTime()
	one := staff.OpenSession{Handle: 7, BeganAt: at, SeenAt: at, Address: "10.1.2.3", Agent: "Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537.36 Edg/130"}
	two := staff.OpenSession{Handle: 8, BeganAt: at, SeenAt: at, Address: "10.1.2.9", Agent: "Mozilla/5.0 (iPhone) MicroMessenger wxwork/4.1"}
	return []ui.Specimen{
		{Name: "sessions", Component: SessionsBody(SessionsPage{Sessions: []staff.OpenSession{one, two}, Current: 7})},
		{Name: "sessions-one", Component: SessionsBody(SessionsPage{Sessions: []staff.OpenSession{one}, Current: 7})},
	}
}
