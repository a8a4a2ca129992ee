package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"liuhen/internal/authz"
	"liuhen/internal/fixture"
	"liuhen/internal/htmlcheck"
	"liuhen/internal/pgtest"
	"liuhen/internal/webtest"
	"liuhen/web"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// TestEveryRouteForEveryRole walks the site map as everybody: who lacks the
// permission is refused, who has it is not, who is not signed in is sent to
// sign in, and another site's form is turned away.
func TestEveryRouteForEveryRole(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
	fill := strings.NewReplacer(":no", no, ":group", "assets", ":id", "1", ":rule", "role", ":code", "crm")
	anonymous := p.Anonymous()
	for _, r := range web.SiteMap(p.Deps) {
		if r.Need == authz.Public {
			continue
		}
		path := fill.Replace(r.Path)
		if got := try(anonymous, r.Method, path); got.Status != http.StatusSeeOther && got.Status != http.StatusUnauthorized {
			t.Errorf("%s %s signed out: %d, want to be sent to sign in", r.Method, r.Path, got.Status)
		}
	}
	for _, who := range p.People.All() {
		t.Run(who.Username, func(t *testing.T) {
			c := p.As(who)
			for _, r := range web.SiteMap(p.Deps) {
				if r.Path == "/live" || r.Path == "/logout" || r.Need == authz.Public {
					continue
				}
				got := try(c, r.Method, fill.Replace(r.Path))
				if r.Need == authz.Machine {
					if got.Status != http.StatusUnauthorized {
						t.Errorf("%s %s: %d, want 401: a session opens nothing to machines", r.Method, r.Path, got.Status)
					}
					continue
				}
				allowed := authz.Allows(who.Role, r.Need)
				if !allowed && got.Status != http.StatusForbidden {
					t.Errorf("%s %s: %d, want 403", r.Method, r.Path, got.Status)
				}
				if allowed && got.Status == http.StatusForbidden && r.Need != authz.Approve {
					t.Errorf("%s %s: 403, but %s has %s", r.Method, r.Path, who.Role, r.Need)
				}
				if got.Status >= 500 {
					t.Errorf("%s %s: %d\n%s", r.Method, r.Path, got.Status, got.Body)
				}
				if strings.HasPrefix(got.Header.Get("Content-Type"), "text/html") && strings.Contains(got.Body, "<html") {
					htmlcheck.Page(t, got.Body)
				}
			}
		})
	}
}

// try sends an empty request of the method.
func try(c *webtest.Client, method, path string) webtest.Response {
	if method == http.MethodPost {
		return c.Post(path, url.Values{})
	}
	return c.Get(path)
}

func TestRefusedTriesAreOnTheTrail(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	p.As(p.People.Admin1).Get("/customers")
	n := p.DB.QueryInt(`SELECT count(*) FROM trail WHERE refused AND staff_id = $1 AND action = 'page.refused'`, p.People.Admin1.ID)
	if n != 1 {
		t.Errorf("%d lines of a refused try, want 1", n)
	}
}

func TestAnotherSitesFormIsTurnedAway(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
	c := p.As(p.People.Manager1)
	for _, header := range []http.Header{
		{"Sec-Fetch-Site": {"cross-site"}},
		{"Sec-Fetch-Site": {"same-site"}},
		{"Origin": {"https://evil.example"}},
	} {
		r := c.Request(http.MethodPost, "/customers/"+no+"/notes", strings.NewReader("via=phone&body=abcdefghijkl"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for k, v := range header {
			r.Header[k] = v
		}
		if got := c.Do(r); got.Status != http.StatusForbidden {
			t.Errorf("%v: %d, want 403", header, got.Status)
		}
	}
	if n := p.DB.QueryInt(`SELECT count(*) FROM consultation`); n != 0 {
		t.Errorf("%d notes were written", n)
	}
}

func TestUnknownAddressesAreAPageThatSaysSo(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	for _, c := range []*webtest.Client{p.Anonymous(), p.As(p.People.Manager1)} {
		for _, path := range []string{"/nowhere", "/customers/99999999/nothing", "/approvals/x", "/approvals/" + strconv.Itoa(1<<40)} {
			got := c.Get(path)
			if got.Status == http.StatusSeeOther {
				continue // a known route, signed out
			}
			if got.Status != http.StatusNotFound && got.Status != http.StatusForbidden {
				t.Errorf("%s: %d, want 404", path, got.Status)
			}
			htmlcheck.Page(t, got.Body)
		}
	}
}

func TestHeadersHoldEverywhere(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	for _, path := range []string{"/login", "/nowhere", "/healthz", "/"} {
		h := p.Anonymous().Get(path).Header
		if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: headers %v", path, h)
		}
	}
}

func TestDisablingAPersonEndsTheSessionAtOnce(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	c := p.As(p.People.Manager1)
	if got := c.Get("/customers"); got.Status != http.StatusOK {
		t.Fatalf("before: %d", got.Status)
	}
	admin := p.As(p.People.Admin1)
	got := admin.Post("/admin/people/"+strconv.FormatInt(p.People.Manager1.ID, 10)+"/disable", url.Values{"reason": {"离职，工单 HR-1024"}})
	if got.Status != http.StatusSeeOther {
		t.Fatalf("disable: %d %s", got.Status, got.Body)
	}
	if !eventually(func() bool { return c.Get("/customers").Status == http.StatusSeeOther }) {
		t.Error("a disabled person still sees customers")
	}
	if n := p.DB.QueryInt(`SELECT count(*) FROM session WHERE staff_id = $1`, p.People.Manager1.ID); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}

func TestExpiredSessionAnswersHTMXWithARedirectOfThePage(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	c := p.Anonymous()
	r := c.Request(http.MethodGet, "/customers", nil)
	r.Header.Set("HX-Request", "true")
	got := c.Do(r)
	if got.Status != http.StatusUnauthorized || got.Header.Get("HX-Redirect") != "/login" {
		t.Errorf("status %d, HX-Redirect %q", got.Status, got.Header.Get("HX-Redirect"))
	}
}
