package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// memberKey is where the guard leaves who is signed in.
const memberKey = "member"

// acting returns who is signed in; nil on pages open without sign-in.
func acting(c echo.Context) *staff.Member {
	m, _ := c.Get(memberKey).(*staff.Member)
	return m
}

// guard lets a request through to h if who is signed in has the permission. A
// refused try goes on the trail.
func (s *shell) guard(need authz.Permission, h echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		by, err := s.signedIn(c)
		if err != nil {
			return err
		}
		if by == nil && need != authz.Public {
			return signInFirst(c)
		}
		if by == nil {
			return h(c)
		}
		c.Set(memberKey, by)
		if to := s.before(c, by); need != authz.Public && to != "" {
			return leadTo(c, to)
		}
		if err := authz.Check(by, need); need != authz.Public && err != nil {
			return s.refused(c, by, err)
		}
		if err := s.inUse(c); err != nil {
			return err
		}
		return h(c)
	}
}

// before returns the page on which by must do something before anything else: a
// password that somebody else chose is changed, one-time codes that the role
// requires are set up. It is empty when nothing stands in the way.
func (s *shell) before(c echo.Context, by *staff.Member) string {
	path := c.Path()
	open := path == href.Logout() || path == "/live" || path == href.OwnPassword()
	switch {
	case open:
		return ""
	case by.MustChangePassword:
		return href.OwnPassword()
	case s.mustSetCodes(c, by) && !strings.HasPrefix(path, href.OwnCodes()):
		return href.OwnCodes()
	}
	return ""
}

// mustSetCodes reports whether by signed in after one-time codes were made
// compulsory, and has none yet.
func (s *shell) mustSetCodes(c echo.Context, by *staff.Member) bool {
	return by.MustSetCodes() && s.sessions.GetInt64(c.Request().Context(), keySetCodes) == 1
}

// leadTo sends a browser to another page, htmx included, which would follow a
// redirect into a panel.
func leadTo(c echo.Context, to string) error {
	if c.Request().Header.Get("HX-Request") == "true" {
		c.Response().Header().Set("HX-Redirect", to)
		return c.NoContent(http.StatusForbidden)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// signedIn returns the member of the request's session, nil if there is none
// or the person may no longer act, in which case the session ends.
func (s *shell) signedIn(c echo.Context) (*staff.Member, error) {
	ctx := c.Request().Context()
	id := s.sessions.GetInt64(ctx, keyStaff)
	if id == 0 {
		return nil, nil
	}
	m, err := s.People.Current(ctx, id)
	if fault.KindOf(err) == fault.NotFound || err == nil && !m.Active() {
		return nil, s.sessions.Destroy(ctx)
	}
	if err != nil {
		return nil, err
	}
	by := *m
	by.Address = c.RealIP()
	return &by, nil
}

// refused records a try that the route's permission does not allow.
func (s *shell) refused(c echo.Context, by *staff.Member, why error) error {
	detail := c.Request().Method + " " + c.Path()
	ctx := context.WithoutCancel(c.Request().Context())
	if err := trail.Note(ctx, s.DB, by.Who(), trail.Entry{Action: trail.PageRefused, Refused: true, Detail: detail}); err != nil {
		return err
	}
	return why
}

// signInFirst sends a browser to the sign-in page and back afterwards. htmx
// would follow a redirect into a panel, so it is told to leave the page; this and
// leadTo are the places that tell its requests apart.
func signInFirst(c echo.Context) error {
	r := c.Request()
	if r.Header.Get("HX-Request") == "true" {
		c.Response().Header().Set("HX-Redirect", href.Login())
		return c.NoContent(http.StatusUnauthorized)
	}
	if r.Header.Get("Accept") == "text/event-stream" {
		return c.NoContent(http.StatusUnauthorized)
	}
	if r.Method != http.MethodGet {
		return c.Redirect(http.StatusSeeOther, href.Login())
	}
	return c.Redirect(http.StatusSeeOther, href.Login(href.Next(r.URL.RequestURI())))
}
