package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/module"
	"liuhen/views/layout"
	moduleview "liuhen/views/module"
)

// modulePages switch modules on and off.
type modulePages struct{ *shell }

func (p modulePages) routes() []route {
	return []route{
		{http.MethodGet, "/admin/modules", authz.ManageStaff, p.show},
		{http.MethodPost, "/admin/modules/:code", authz.ManageStaff, p.propose},
	}
}

func (p modulePages) show(c echo.Context) error {
	ctx := c.Request().Context()
	state, err := p.Modules.State(ctx)
	if err != nil {
		return err
	}
	waiting, err := p.Modules.Waiting(ctx, acting(c))
	if err != nil {
		return err
	}
	h := head{Title: "模块", Nav: navStaff, Help: layout.Help{
		Purpose: "每个模块可以单独启用或停用。停用后导航、页面和后台任务一并停止，数据保留；由管理员提出，合规复核。",
		Rules:   ruleLinks("modules", "second-person"),
	}}
	return p.page(c, h, moduleview.Body(moduleview.Page{State: state, Waiting: waiting}))
}

func (p modulePages) propose(c echo.Context) error {
	approver, err := p.Modules.Propose(c.Request().Context(), acting(c), module.Code(shownText(c.Param("code"))), c.FormValue("on") == "1")
	if err != nil {
		return err
	}
	return p.done(c, href.Modules(), "已提交复核，等 "+approver+" 同意；同意之前什么也不变。")
}

// modulesKey is where a request keeps which modules are in use.
const modulesKey = "modules"

// uses reports whether a module is in use, for pages of others that show some of
// it.
func uses(c echo.Context, code module.Code) bool {
	state, _ := c.Get(modulesKey).(module.State)
	return state[code]
}

// inUse returns a NotFound fault for a route whose module is switched off.
func (s *shell) inUse(c echo.Context) error {
	state, err := s.Modules.State(c.Request().Context())
	if err != nil {
		return err
	}
	c.Set(modulesKey, state)
	if m, off := state.Off(c.Path()); off {
		return fault.New(fault.NotFound, "本机构没有启用「"+m.Label+"」模块，这一页不开放。").Because("modules")
	}
	return nil
}
