package web

import (
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"liuhen/internal/staff"
)

// Keys of the session.
const (
	keyStaff = staff.SessionStaff
	keyFlash = "flash" // string, said once on the next page

	// After the password and before the one-time code.
	keyHalf      = "half"       // int64, whose password was right
	keyHalfMark  = "half_mark"  // string, of that password
	keyHalfUntil = "half_until" // int64, Unix seconds, when the password must be given again

	keySetCodes = "set_codes" // int64, 1: one-time codes must be set up before anything else
)

// newSessions returns the session manager over the sessions of package staff,
// which keep hashed tokens and hold the idle limit without a write per request.
// A session that cannot be read or kept is logged and answered with 503.
func newSessions(d Deps) *scs.SessionManager {
	m := scs.New()
	m.Store = d.Sessions
	m.Lifetime = 12 * time.Hour
	m.HashTokenInStore = true
	m.Codec = staff.SessionCodec{}
	m.Cookie.Name = "liuhen"
	if d.Secure {
		m.Cookie.Name = "__Host-liuhen"
	}
	m.Cookie.Secure = d.Secure
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Persist = false
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		if gone(err, r) {
			d.Log.DebugContext(r.Context(), "reader gone", "path", r.URL.Path, "error", err)
			return
		}
		d.Log.ErrorContext(r.Context(), "session", "request", w.Header().Get(echo.HeaderXRequestID), "error", err)
		http.Error(w, "系统暂时不可用，请稍后重试。", http.StatusServiceUnavailable)
	}
	return m
}

// SessionLayer answers, with nothing, after what every signed-in page begins
// with: the session out of its store, and who it belongs to. It is there to be
// measured.
func SessionLayer(d Deps) http.Handler {
	m := newSessions(d)
	return m.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		by, err := d.People.Current(r.Context(), m.GetInt64(r.Context(), keyStaff))
		if err != nil || !by.Active() {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
}
