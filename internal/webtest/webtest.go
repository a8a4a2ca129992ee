// Package webtest runs the whole site on a test's own database and gives
// clients signed in as each role. It is test support.
package webtest

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"liuhen/internal/fixture"
	"liuhen/internal/pgtest"
	"liuhen/internal/seal"
	"liuhen/internal/staff"
	"liuhen/web"
)

// Password is every person's password.
const Password = "webtest-password"

// Portal is the site, served on a loopback address until its test ends.
type Portal struct {
	t      testing.TB
	URL    string
	DB     *pgtest.DB
	People fixture.Staff
	Search seal.SearchKey
	Site   *web.Site
	Deps   web.Deps
	log    logbook
}

// Log returns everything the site has logged, at every level.
func (p *Portal) Log() string { return p.log.String() }

// New starts the site on a fresh database with the people of fixture, everyone
// able to sign in with Password. No import runs until Deps.Intake is set to work.
func New(t testing.TB) *Portal {
	t.Helper()
	keys := seal.NewKeys()
	p := &Portal{t: t, DB: pgtest.New(t), Search: keys.Search}
	p.People = fixture.People(t, p.DB)
	p.setPasswords()
	log := slog.New(slog.NewTextHandler(&p.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	deps, err := web.Assemble(log, p.DB.DB, keys, t.TempDir())
	if err != nil {
		t.Fatalf("webtest: %v", err)
	}
	deps.Firm = "测试银行"
	p.Deps, p.Site = deps, web.New(deps)
	ctx, cancel := context.WithCancel(context.Background())
	if err := p.DB.Listen(ctx, log, p.Site.Heard, p.Site.Missed); err != nil {
		t.Fatalf("webtest: %v", err)
	}
	server := httptest.NewServer(p.Site)
	p.URL = server.URL
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the site logged:\n%.8000s", p.Log())
		}
		p.Site.Close()
		server.Close()
		cancel()
	})
	return p
}

func (p *Portal) setPasswords() {
	hash, err := staff.HashPassword(Password)
	if err != nil {
		p.t.Fatalf("webtest: %v", err)
	}
	tx, err := p.DB.Owner.Begin()
	if err != nil {
		p.t.Fatalf("webtest: %v", err)
	}
	for _, q := range []string{`SET LOCAL session_replication_role = replica`, `UPDATE staff SET password_hash = '` + hash + `'`} {
		if _, err := tx.Exec(q); err != nil {
			p.t.Fatalf("webtest: %v", err)
		}
	}
	if err := tx.Commit(); err != nil {
		p.t.Fatalf("webtest: %v", err)
	}
}

// Client is a browser without a screen. It keeps cookies and follows no
// redirect.
type Client struct {
	t    testing.TB
	base string
	http *http.Client
}

// Anonymous returns a client that is not signed in.
func (p *Portal) Anonymous() *Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatalf("webtest: %v", err)
	}
	return &Client{t: p.t, base: p.URL, http: &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// As returns a client signed in as the member, through the sign-in page.
func (p *Portal) As(m *staff.Member) *Client {
	p.t.Helper()
	c := p.Anonymous()
	r := c.Post("/login", url.Values{"username": {m.Username}, "password": {Password}})
	if r.Status != http.StatusSeeOther {
		p.t.Fatalf("webtest: sign in as %s: %d %s", m.Username, r.Status, r.Body)
	}
	return c
}

// Response is an answer, read whole.
type Response struct {
	Status int
	Header http.Header
	Body   string
}

// Get asks for an address.
func (c *Client) Get(path string) Response {
	c.t.Helper()
	return c.Do(c.request(http.MethodGet, path, nil))
}

// Post sends a form.
func (c *Client) Post(path string, form url.Values) Response {
	c.t.Helper()
	r := c.request(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.Do(r)
}

// Follow asks for where a response redirects to.
func (c *Client) Follow(r Response) Response {
	c.t.Helper()
	return c.Get(r.Header.Get("Location"))
}

// Do sends a request and reads the answer; failing to is fatal.
func (c *Client) Do(r *http.Request) Response {
	c.t.Helper()
	res, err := c.http.Do(r)
	if err != nil {
		c.t.Fatalf("webtest: %s %s: %v", r.Method, r.URL.Path, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatalf("webtest: %s %s: %v", r.Method, r.URL.Path, err)
	}
	return Response{Status: res.StatusCode, Header: res.Header, Body: string(body)}
}

// Request builds a request to a path of the site.
func (c *Client) Request(method, path string, body io.Reader) *http.Request {
	c.t.Helper()
	return c.request(method, path, body)
}

func (c *Client) request(method, path string, body io.Reader) *http.Request {
	c.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, c.base+path, body)
	if err != nil {
		c.t.Fatalf("webtest: %s %s: %v", method, path, err)
	}
	return r
}

// logbook keeps what the site logs.
type logbook struct {
	mu  sync.Mutex
	all strings.Builder
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}
