package web

import (
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/consent"
	"liuhen/internal/customer"
	"liuhen/internal/export"
	"liuhen/internal/module"
	"liuhen/internal/pg"
	"liuhen/internal/sourcing"
	"liuhen/internal/staff"
	"liuhen/internal/staffing"
	"liuhen/internal/tag"
	"liuhen/internal/trail"
	"liuhen/internal/worklist"
	accountview "liuhen/views/account"
)

// Deps is everything the site stands on.
type Deps struct {
	Log      *slog.Logger
	DB       *pg.DB
	People   *staff.Directory
	Sessions *staff.Sessions
	Staffing *staffing.Office
	Modules  *module.Switches
	Book     *customer.Book
	Desk     *access.Desk
	Policies *access.Policies
	Deputies *approval.Deputies
	Router   *approval.Router
	Engine   *approval.Engine
	Lists    *worklist.Lists
	Exports  *export.Desk
	Intake   *sourcing.Intake
	Trail    *trail.Reader
	Tags     *tag.Shelf
	Metrics  *prometheus.Registry

	TagDesk   *tag.Desk
	TagKeeper *tag.Keeper

	Consents      *consent.Desk
	Door          *consent.Door
	ConsentKeeper *consent.Keeper

	Firm     string                    // the institution's name beside the mark
	Proxies  []*net.IPNet              // whose X-Forwarded-For is believed; nobody's when empty
	Secure   bool                      // served over https: the cookie is __Host- and Secure
	Demo     bool                      // people and data are invented, and said to be
	Accounts []accountview.DemoAccount // offered for one-click sign-in; empty outside the demo
	Password string                    // the one password of Accounts
}

// Site is the portal as an http.Handler.
type Site struct {
	echo  *echo.Echo
	shell *shell
}

// New builds the site. Run Heard and Missed from the database's notifications,
// and Close before the server waits for its connections to end.
func New(d Deps) *Site {
	s := &shell{Deps: d, sessions: newSessions(d), now: now}
	s.counts = newCounts(d.Lists, s.now)
	s.hub = newHub(s.now)
	s.machine = newMachine(d)
	s.guesses = newGuesses()
	s.took = newTook(d.Metrics)
	newStuck(d.Metrics, d.Router.Stuck)
	newDiffer(d.Metrics, d.ConsentKeeper.Differ)
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = addressOf(d.Proxies)
	e.HTTPErrorHandler = s.problem
	s.mount(e)
	return &Site{echo: e, shell: s}
}

// now is the time as the institution reads it.
func now() time.Time { return time.Now().In(pg.Zone()) }

// addressOf finds a client's address: the connection's own, or what trusted
// proxies say of theirs.
func addressOf(proxies []*net.IPNet) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		trust = append(trust, echo.TrustIPRange(p))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

// ServeHTTP serves one request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// Close ends the event streams, which otherwise never end by themselves.
func (s *Site) Close() { s.shell.hub.close() }

// shell is what every area's handlers share: the means to answer.
type shell struct {
	Deps
	sessions *scs.SessionManager
	counts   *counts
	hub      *hub
	took     *prometheus.HistogramVec
	machine  *machineDoor
	guesses  *guesses
	now      func() time.Time
}
