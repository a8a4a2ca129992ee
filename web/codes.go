package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	accountview "liuhen/views/account"
	"liuhen/views/layout"
)

// codePages set up the viewer's own one-time codes.
type codePages struct{ *shell }

func (p codePages) routes() []route {
	return []route{
		{http.MethodGet, "/me/codes", authz.SignedIn, p.show},
		{http.MethodPost, "/me/codes", authz.SignedIn, p.start},
		{http.MethodGet, "/me/codes/qr.png", authz.SignedIn, p.picture},
		{http.MethodPost, "/me/codes/confirm", authz.SignedIn, p.confirm},
		{http.MethodPost, "/me/codes/recovery", authz.SignedIn, p.recovery},
	}
}

func (p codePages) show(c echo.Context) error {
	view, err := p.view(c)
	if err != nil {
		return err
	}
	return p.page(c, codesHead(), accountview.CodesBody(view))
}

// view is the page as the viewer's codes stand.
func (p codePages) view(c echo.Context) (accountview.CodesPage, error) {
	ctx, by := c.Request().Context(), acting(c)
	own, err := p.People.Codes(ctx, by)
	if err != nil {
		return accountview.CodesPage{}, err
	}
	view := accountview.CodesPage{Own: own, Username: by.Username, Required: by.CodeRequired, Now: p.now()}
	if own.Pending {
		setUp, err := p.People.PendingCodes(ctx, by)
		if err != nil {
			return view, err
		}
		view.Secret = setUp.Secret
	}
	return view, nil
}

func (p codePages) start(c echo.Context) error {
	err := p.People.BeginCodes(c.Request().Context(), acting(c), c.FormValue("old"))
	if err != nil {
		return p.again(c, err)
	}
	return p.done(c, href.OwnCodes(), "")
}

// picture is the secret for the camera of a phone. No page is ever stored, and
// this is one of them.
func (p codePages) picture(c echo.Context) error {
	setUp, err := p.People.PendingCodes(c.Request().Context(), acting(c))
	if err != nil {
		return err
	}
	png, err := setUp.PNG(accountview.PictureSize)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "image/png", png)
}

func (p codePages) confirm(c echo.Context) error {
	codes, err := p.People.ConfirmCodes(c.Request().Context(), acting(c), c.FormValue("code"))
	if err != nil {
		return p.again(c, err)
	}
	return p.once(c, codes)
}

func (p codePages) recovery(c echo.Context) error {
	codes, err := p.People.RenewRecovery(c.Request().Context(), acting(c), c.FormValue("code"))
	if err != nil {
		return p.again(c, err)
	}
	return p.once(c, codes)
}

// once shows recovery codes in the answer itself: a redirect would have to carry
// or keep them, and they are kept nowhere.
func (p codePages) once(c echo.Context, codes []string) error {
	ctx := c.Request().Context()
	p.sessions.Remove(ctx, keySetCodes)
	c.Response().Header().Set("HX-Push-Url", "false")
	return p.page(c, codesHead(), accountview.RecoveryBody(codes))
}

// again shows the page with the fault of one of its forms.
func (p codePages) again(c echo.Context, err error) error {
	faults := fieldFaults(err)
	if faults == nil && fault.KindOf(err) != fault.Throttled {
		return err
	}
	view, verr := p.view(c)
	if verr != nil {
		return verr
	}
	if faults == nil {
		retryAfter(c, err)
		view.Paused = fault.As(err).Sentence
		return p.whole(c, http.StatusTooManyRequests, codesHead(), accountview.CodesBody(view))
	}
	view.Faults = faults
	return p.invalid(c, codesHead(), accountview.CodesBody(view))
}

func codesHead() head {
	return head{Title: "动态码", Help: layout.Help{
		Purpose: "除密码外，登录时再输手机上的六位动态码，密码被别人知道也进不来。恢复码在手机不在身边时用，每个只能用一次。",
		Rules:   ruleLinks("second-factor", "throttle"),
	}}
}
