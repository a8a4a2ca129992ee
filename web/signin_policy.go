package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/href"
	"liuhen/internal/staff"
	"liuhen/views/layout"
	staffview "liuhen/views/staff"
)

// securityPages say how each role signs in.
type securityPages struct{ *shell }

func (p securityPages) routes() []route {
	return []route{
		{http.MethodGet, "/admin/security", authz.ManageStaff, p.show},
		{http.MethodPost, "/admin/security", authz.ManageStaff, p.save},
		{http.MethodPost, "/admin/people/:id/codes", authz.ManageStaff, p.resetCodes},
	}
}

func (p securityPages) show(c echo.Context) error {
	roles, err := p.People.SignInPolicy(c.Request().Context(), acting(c))
	if err != nil {
		return err
	}
	lockouts, err := p.People.Lockouts(c.Request().Context(), acting(c), 0)
	if err != nil {
		return err
	}
	waiting, err := p.Staffing.WaitingSignIn(c.Request().Context(), acting(c))
	if err != nil {
		return err
	}
	h := head{Title: "登录安全", Nav: navStaff, Help: layout.Help{
		Purpose: "哪些角色登录时须用动态码。由管理员提出、合规复核；生效后，该角色没有设置的人下次登录先设置；管理员设的密码，本人首次登录必须修改。",
		Rules:   ruleLinks("second-factor", "second-person", "first-password", "throttle"),
	}}
	return p.page(c, h, staffview.SecurityBody(staffview.SecurityPage{Roles: roles, Lockouts: lockouts, Waiting: waiting}))
}

func (p securityPages) save(c echo.Context) error {
	if _, err := c.FormParams(); err != nil {
		return err
	}
	var roles []staff.Role
	for _, r := range c.Request().PostForm["role"] {
		roles = append(roles, staff.Role(shownText(r)))
	}
	out, err := p.Staffing.RequireCodes(c.Request().Context(), acting(c), roles)
	if err != nil {
		return err
	}
	return p.done(c, href.Security(), out.Sentence(""))
}

// resetCodes takes the codes from somebody who lost them.
func (p securityPages) resetCodes(c echo.Context) error {
	id, err := personID(c)
	if err != nil {
		return err
	}
	if err := p.People.ResetCodes(c.Request().Context(), acting(c), id); err != nil {
		return err
	}
	return p.done(c, href.StaffPerson(id), "动态码已重置，其所有登录已退出。")
}
