package web

import (
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
)

// Keys of the session.
const (
	keyStaff = "staff" // int64, the id of who is signed in
	keyFlash = "flash" // string, said once on the next page
)

// newSessions returns the session manager over the sessions of package staff,
// which keep hashed tokens and hold the idle limit without a write per request.
func newSessions(d Deps) *scs.SessionManager {
	m := scs.New()
	m.Store = d.Sessions
	m.Lifetime = 12 * time.Hour
	m.HashTokenInStore = true
	m.Cookie.Name = "liuhen"
	if d.Secure {
		m.Cookie.Name = "__Host-liuhen"
	}
	m.Cookie.Secure = d.Secure
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Persist = false
	return m
}
