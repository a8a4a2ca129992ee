package e2e

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
)

// sessionOver ends a session behind its window's back: a click leads to the
// sign-in page and from there back to where one was going, and a part of a page
// that asks for itself leaves the page instead of swallowing the sign-in page.
func sessionOver(t *testing.T, s *stage) {
	c := s.customer(t, "manager1")
	w := s.as(t, "manager1")
	w.visit("/customers?q=" + c.no)
	w.sees("#list a.who", c.name)
	w.tolerate("/live") // the stream may ask again before the click does
	s.endSession(t, w)
	w.click("#list a.who", c.name)
	w.until(`location.pathname === "/login"`)
	w.typeSignIn("manager1", demoPassword)
	w.until(fmt.Sprintf(`location.pathname === "/customers/%s" && one("h1", %s)`, c.no, quote(c.name)))

	w.click("#section-assets summary", "申请调阅")
	w.fill("#reason-assets", goodReason)
	s.endSession(t, w)
	w.click("#section-assets form button", "申请调阅")
	w.until(`location.pathname === "/login" && document.querySelector("#username")`)
	w.provoked("status of 401")
	if n := ask[int](t, s.portal, `SELECT count(*) FROM access_request AS r JOIN customer AS c ON c.id = r.customer_id WHERE c.no = $1`, c.no); n != 0 {
		t.Errorf("%d requests were made without a session", n)
	}
}

// endSession ends the session of the window as signing out does, so that no
// request under way brings it back, lets every process know, and waits until the
// portal has heard of it.
func (s *stage) endSession(t *testing.T, w *window) {
	t.Helper()
	for _, c := range call(w, network.GetCookies, network.GetCookiesParams{}).Cookies {
		if c.Name != "liuhen" {
			continue
		}
		sum := sha256.Sum256([]byte(c.Value))
		token := base64.RawURLEncoding.EncodeToString(sum[:])
		s.force(t, `UPDATE session SET expires_at = now(), data = '' WHERE token = $1`, token)
		s.force(t, `SELECT pg_notify('liuhen', 'session:' || $1::text)`, token)
		s.heardOf(t, c)
		return
	}
	t.Fatal("the window has no session")
}

// heardOf waits until the portal no longer knows the session of a cookie.
func (s *stage) heardOf(t *testing.T, c *network.Cookie) {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/why/role", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := answer.Body.Close(); err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != http.StatusOK {
			return
		}
	}
	t.Fatal("the portal still knows the session")
}
