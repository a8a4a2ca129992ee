package web

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/staff"
	accountview "liuhen/views/account"
	"liuhen/views/layout"
)

// sessionPages list and end sessions: the own ones, and anybody's for an
// administrator.
type sessionPages struct{ *shell }

func (p sessionPages) routes() []route {
	return []route{
		{http.MethodGet, "/me/sessions", authz.SignedIn, p.own},
		{http.MethodPost, "/me/sessions/end", authz.SignedIn, p.endOthers},
		{http.MethodPost, "/me/sessions/:handle/end", authz.SignedIn, p.endOwn},
		{http.MethodPost, "/admin/people/:id/sessions/end", authz.ManageStaff, p.endAll},
		{http.MethodPost, "/admin/people/:id/sessions/:handle/end", authz.ManageStaff, p.endOne},
		{http.MethodPost, "/admin/people/:id/unlock", authz.ManageStaff, p.unlock},
	}
}

func (p sessionPages) own(c echo.Context) error {
	ctx, by := c.Request().Context(), acting(c)
	list, err := p.Sessions.Of(ctx, by, by.ID)
	if err != nil {
		return err
	}
	h := head{Title: "登录记录", Help: layout.Help{
		Purpose: "看自己现在在哪些设备上登录，结束不认识或忘记退出的。登录最长 12 小时，30 分钟不操作自动退出。",
		Rules:   ruleLinks("second-factor", "throttle"),
	}}
	return p.page(c, h, accountview.SessionsBody(accountview.SessionsPage{Sessions: list, Current: p.current(c)}))
}

// current is the handle of the session of the request.
func (p sessionPages) current(c echo.Context) int64 {
	return p.sessions.GetInt64(c.Request().Context(), staff.SessionHandle)
}

func (p sessionPages) endOwn(c echo.Context) error {
	handle, err := sessionHandle(c)
	if err != nil {
		return err
	}
	by := acting(c)
	if handle == p.current(c) {
		return fault.New(fault.Conflict, "这是本次登录，请用「退出登录」结束。")
	}
	if err := p.Sessions.End(c.Request().Context(), by, by.ID, handle); err != nil {
		return err
	}
	return p.done(c, href.OwnSessions(), "已结束那个登录。")
}

func (p sessionPages) endOthers(c echo.Context) error {
	by := acting(c)
	n, err := p.Sessions.EndOthers(c.Request().Context(), by, by.ID, p.current(c))
	if err != nil {
		return err
	}
	return p.done(c, href.OwnSessions(), fmt.Sprintf("已结束其他 %d 个登录。", n))
}

func (p sessionPages) endAll(c echo.Context) error {
	id, err := personID(c)
	if err != nil {
		return err
	}
	keep := int64(0)
	if id == acting(c).ID {
		keep = p.current(c)
	}
	n, err := p.Sessions.EndOthers(c.Request().Context(), acting(c), id, keep)
	if err != nil {
		return err
	}
	return p.done(c, href.StaffPerson(id), fmt.Sprintf("已结束 %d 个登录。", n))
}

func (p sessionPages) endOne(c echo.Context) error {
	id, err := personID(c)
	if err != nil {
		return err
	}
	handle, err := sessionHandle(c)
	if err != nil {
		return err
	}
	if err := p.Sessions.End(c.Request().Context(), acting(c), id, handle); err != nil {
		return err
	}
	return p.done(c, href.StaffPerson(id), "已结束那个登录。")
}

func (p sessionPages) unlock(c echo.Context) error {
	id, err := personID(c)
	if err != nil {
		return err
	}
	if err := p.People.Unlock(c.Request().Context(), acting(c), id); err != nil {
		return err
	}
	return p.done(c, href.StaffPerson(id), "登录暂停已解除，现在可以再试。")
}

// sessionHandle reads the name of a session from the address.
func sessionHandle(c echo.Context) (int64, error) {
	handle, err := strconv.ParseInt(c.Param("handle"), 10, 64)
	if err != nil || handle <= 0 {
		return 0, fault.Wrap(fault.NotFound, "这个登录已经结束。", err)
	}
	return handle, nil
}
