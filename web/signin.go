package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/staff"
	accountview "liuhen/views/account"
)

// signinPages sign people in and out.
type signinPages struct{ *shell }

func (p signinPages) routes() []route {
	return []route{
		{http.MethodGet, "/login", authz.Public, p.form},
		{http.MethodPost, "/login", authz.Public, p.enter},
		{http.MethodPost, "/logout", authz.SignedIn, p.leave},
	}
}

// form shows the sign-in page, and leads who is signed in on.
func (p signinPages) form(c echo.Context) error {
	next := localPath(c.QueryParam("next"))
	if acting(c) != nil {
		return c.Redirect(http.StatusSeeOther, next)
	}
	return p.show(c, http.StatusOK, accountview.SignIn{Next: next})
}

// enter signs in and begins a session under a new token, so that a token known
// from before is worth nothing.
func (p signinPages) enter(c echo.Context) error {
	ctx := c.Request().Context()
	page := accountview.SignIn{Username: strings.ToValidUTF8(c.FormValue("username"), "?"), Next: localPath(c.FormValue("next"))}
	m, err := p.People.SignIn(ctx, staff.Credentials{
		Username: c.FormValue("username"), Password: c.FormValue("password"), Address: c.RealIP(),
	})
	if err != nil {
		return p.refuse(c, page, err)
	}
	if err := p.sessions.RenewToken(ctx); err != nil {
		return err
	}
	p.sessions.Put(ctx, keyStaff, m.ID)
	return c.Redirect(http.StatusSeeOther, page.Next)
}

// refuse shows the form again with the reason. What is a fault of ours goes on
// to the boundary.
func (p signinPages) refuse(c echo.Context, page accountview.SignIn, err error) error {
	f := fault.As(err)
	status := http.StatusUnprocessableEntity
	switch fault.KindOf(err) {
	case fault.Unauthenticated, fault.Forbidden:
		page.Fault = f.Sentence
	case fault.Throttled:
		status, page.Fault = http.StatusTooManyRequests, f.Sentence
		var paused *staff.Paused
		if errors.As(err, &paused) {
			page.Wait = paused.Wait
			c.Response().Header().Set("Retry-After", strconv.FormatInt(int64((paused.Wait+time.Second-1)/time.Second), 10))
		}
	case fault.Invalid:
		for _, field := range f.Fields {
			switch field.Name {
			case "username":
				page.UsernameFault = field.Sentence
			case "password":
				page.PasswordFault = field.Sentence
			}
		}
	default:
		return err
	}
	return p.show(c, status, page)
}

// show answers with the sign-in page. In the demo it offers the accounts.
func (p signinPages) show(c echo.Context, status int, page accountview.SignIn) error {
	f, err := p.frame(c, head{Title: "登录"})
	if err != nil {
		return err
	}
	f.Invalid = status == http.StatusUnprocessableEntity
	page.Frame, page.Accounts, page.Password = f, p.Accounts, p.Password
	return send(c, status, accountview.SignInPage(page))
}

// leave ends the session.
func (p signinPages) leave(c echo.Context) error {
	ctx := c.Request().Context()
	if err := p.People.SignOut(ctx, acting(c)); err != nil {
		return err
	}
	if err := p.sessions.Destroy(ctx); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, href.Login())
}

// localPath returns next if it is a path on this site, and the workbench if it
// is anything else: browsers read // and \ as another host, and skip tabs and
// line ends.
func localPath(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || len(next) > 2000 {
		return href.Home()
	}
	for _, r := range next {
		if r < 0x20 || r == 0x7f || r == '\\' || r == '\ufffd' {
			return href.Home()
		}
	}
	path, _, _ := strings.Cut(next, "?")
	live, _, _ := strings.Cut(href.Live(0), "?")
	if path == href.Login() || path == href.Logout() || path == live {
		return href.Home()
	}
	return next
}
