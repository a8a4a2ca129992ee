package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/href"
	accountview "liuhen/views/account"
	"liuhen/views/layout"
)

// passwordPages change the viewer's own password.
type passwordPages struct{ *shell }

func (p passwordPages) routes() []route {
	return []route{
		{http.MethodGet, "/me/password", authz.SignedIn, p.form},
		{http.MethodPost, "/me/password", authz.SignedIn, p.change},
	}
}

func (p passwordPages) form(c echo.Context) error {
	return p.page(c, passwordHead(), accountview.PasswordBody(accountview.PasswordPage{Username: acting(c).Username, First: acting(c).MustChangePassword}))
}

// change ends every session of the viewer and goes on in one under a new token.
func (p passwordPages) change(c echo.Context) error {
	ctx, by := c.Request().Context(), acting(c)
	if c.FormValue("new") != c.FormValue("again") {
		return p.again(c, map[string]string{"again": "两次输入的新密码不一致。"})
	}
	err := p.People.ChangePassword(ctx, by, c.FormValue("old"), c.FormValue("new"))
	if faults := fieldFaults(err); faults != nil {
		return p.again(c, faults)
	}
	if err != nil {
		return err
	}
	if err := p.sessions.RenewToken(ctx); err != nil {
		return err
	}
	return p.done(c, href.Home(), "密码已修改，其他设备上的登录已退出。")
}

func (p passwordPages) again(c echo.Context, faults map[string]string) error {
	return p.invalid(c, passwordHead(), accountview.PasswordBody(accountview.PasswordPage{Username: acting(c).Username, First: acting(c).MustChangePassword, Faults: faults}))
}

func passwordHead() head {
	return head{Title: "修改密码", Help: layout.Help{
		Purpose: "更换自己的登录密码。成功后，其他设备上的登录立即退出，本机继续使用。忘记原密码时，请管理员重设。",
	}}
}
