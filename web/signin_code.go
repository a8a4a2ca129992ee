package web

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/staff"
	accountview "liuhen/views/account"
)

// halfFor is how long after the password the one-time code may be given.
const halfFor = 5 * time.Minute

// half remembers whose password was right, under a new token, and asks for the
// one-time code. Nobody is signed in yet.
func (p signinPages) half(c echo.Context, w staff.CodeWanted, next string) error {
	ctx := c.Request().Context()
	if err := p.sessions.RenewToken(ctx); err != nil {
		return err
	}
	p.sessions.Remove(ctx, keyStaff)
	p.sessions.Put(ctx, keyHalf, w.StaffID)
	p.sessions.Put(ctx, keyHalfMark, w.Mark)
	p.sessions.Put(ctx, keyHalfUntil, time.Now().Add(halfFor).Unix())
	return c.Redirect(http.StatusSeeOther, href.LoginCode(href.Next(next)))
}

// wanted is who must still give a one-time code; ok is false for nobody, or when
// the password was given too long ago.
func (p signinPages) wanted(c echo.Context) (w staff.CodeWanted, ok bool) {
	ctx := c.Request().Context()
	w = staff.CodeWanted{StaffID: p.sessions.GetInt64(ctx, keyHalf), Mark: p.sessions.GetString(ctx, keyHalfMark)}
	return w, w.StaffID > 0 && time.Now().Unix() < p.sessions.GetInt64(ctx, keyHalfUntil)
}

// codeForm shows the second step of signing in.
func (p signinPages) codeForm(c echo.Context) error {
	next := localPath(c.QueryParam("next"))
	if acting(c) != nil {
		return c.Redirect(http.StatusSeeOther, next)
	}
	if _, ok := p.wanted(c); !ok {
		return c.Redirect(http.StatusSeeOther, href.Login(href.Next(next)))
	}
	return p.showCode(c, http.StatusOK, accountview.SignInCode{Next: next})
}

// enterCode finishes signing in.
func (p signinPages) enterCode(c echo.Context) error {
	next := localPath(c.FormValue("next"))
	w, ok := p.wanted(c)
	if !ok {
		return c.Redirect(http.StatusSeeOther, href.Login(href.Next(next)))
	}
	m, err := p.People.SignInCode(c.Request().Context(), w, c.FormValue("code"), c.RealIP())
	if err == nil {
		return p.begin(c, m, next)
	}
	page, f := accountview.SignInCode{Next: next}, fault.As(err)
	status := http.StatusUnprocessableEntity
	switch fault.KindOf(err) {
	case fault.Unauthenticated:
		page.Fault = f.Sentence
	case fault.Invalid:
		page.Fault = f.Fields[0].Sentence
	case fault.Throttled:
		status, page.Paused = http.StatusTooManyRequests, f.Sentence
		retryAfter(c, err)
	case fault.Conflict:
		return p.show(c, status, accountview.SignIn{Next: next, Fault: f.Sentence})
	default:
		return err
	}
	return p.showCode(c, status, page)
}

// showCode answers with the page of the second step.
func (p signinPages) showCode(c echo.Context, status int, page accountview.SignInCode) error {
	f, err := p.frame(c, head{Title: "登录"})
	if err != nil {
		return err
	}
	f.Invalid = status == http.StatusUnprocessableEntity
	page.Frame = f
	return send(c, status, accountview.SignInCodePage(page))
}

// retryAfter says in a header how long signing in is paused.
func retryAfter(c echo.Context, err error) time.Duration {
	var paused *staff.Paused
	if !errors.As(err, &paused) {
		return 0
	}
	c.Response().Header().Set("Retry-After", strconv.FormatInt(int64((paused.Wait+time.Second-1)/time.Second), 10))
	return paused.Wait
}
