package web

import (
	"errors"
	"net/http"
	"strings"

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
		{http.MethodGet, "/login/code", authz.Public, p.codeForm},
		{http.MethodPost, "/login/code", authz.Public, p.enterCode},
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
	var wanted *staff.CodeWanted
	if errors.As(err, &wanted) {
		return p.half(c, *wanted, page.Next)
	}
	if err != nil {
		return p.refuse(c, page, err)
	}
	return p.begin(c, m, page.Next)
}

// begin begins the session of who has signed in.
func (p signinPages) begin(c echo.Context, m *staff.Member, next string) error {
	ctx := c.Request().Context()
	if err := p.sessions.RenewToken(ctx); err != nil {
		return err
	}
	for _, key := range []string{keyHalf, keyHalfMark, keyHalfUntil, keySetCodes} {
		p.sessions.Remove(ctx, key)
	}
	p.sessions.Put(ctx, keyStaff, m.ID)
	p.sessions.Put(ctx, staff.SessionHandle, staff.NewHandle())
	p.sessions.Put(ctx, staff.SessionAddress, c.RealIP())
	p.sessions.Put(ctx, staff.SessionAgent, shownText(c.Request().UserAgent()))
	if m.MustSetCodes() {
		p.sessions.Put(ctx, keySetCodes, int64(1))
	}
	return c.Redirect(http.StatusSeeOther, next)
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
		page.Wait = retryAfter(c, err)
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
	if path == href.Login() || path == href.LoginCode() || path == href.Logout() || path == live {
		return href.Home()
	}
	return next
}
