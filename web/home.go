package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/href"
	"liuhen/internal/sourcing"
	"liuhen/internal/staff"
	homeview "liuhen/views/home"
	"liuhen/views/layout"
	"liuhen/views/ui"
)

// homePages are what is open to everybody who is signed in: the workbench and
// the rules.
type homePages struct{ *shell }

func (p homePages) routes() []route {
	return []route{
		{http.MethodGet, "/", authz.SignedIn, p.home},
		{http.MethodGet, "/why", authz.SignedIn, p.rules},
		{http.MethodGet, "/why/:rule", authz.SignedIn, p.rule},
	}
}

func (p homePages) home(c echo.Context) error {
	by := acting(c)
	home, err := p.Lists.Home(c.Request().Context(), by)
	if err != nil {
		return err
	}
	overdue, err := p.Lists.OverdueReviews(c.Request().Context(), by)
	if err != nil {
		return err
	}
	watches := authz.Allows(by.Role, authz.ManageImports)
	var sources []sourcing.System
	if watches {
		if sources, err = p.Intake.Systems(c.Request().Context(), by); err != nil {
			return err
		}
	}
	return p.page(c, head{Title: "工作台", Nav: navHome, Help: homeHelp(by.Role)}, homeview.Workbench(homeview.Page{
		Name:    by.Name,
		Home:    home,
		Overdue: overdue,
		Trail:   authz.Allows(by.Role, authz.ReadTrail),
		Imports: watches,
		Sources: sources,
	}))
}

// homeHelp says what the workbench of a role is for, and which rules it serves.
func homeHelp(r staff.Role) layout.Help {
	h := layout.Help{Rules: []ui.Link{{Label: "全部规则", URL: href.Rules()}}}
	switch r {
	case staff.Manager:
		h.Purpose = "今天先看什么：开着的授权还剩多久，申请等在谁那里，哪些客户久未联系、测评快到期。只有您名下的客户。"
		h.Rules = append(ruleLinks("access", "time-limit"), h.Rules...)
	case staff.Supervisor:
		h.Purpose = "先处理等得最久的申请，再看本机构谁开着授权、谁被拒绝过。用时按您自己的决定计算。"
		h.Rules = append(ruleLinks("four-eyes", "time-limit"), h.Rules...)
	case staff.Risk, staff.Compliance:
		h.Purpose = "全机构的调阅情况：每天有多少申请，现在谁开着授权，今天看了哪些敏感信息，谁被拒绝过。"
		h.Rules = append(ruleLinks("closed-group", "trail"), h.Rules...)
	case staff.Admin:
		h.Purpose = "系统的人员、会话与导入情况。管理员不接触客户数据。"
		h.Rules = append(ruleLinks("role", "c3"), h.Rules...)
	case staff.Auditor:
		h.Purpose = "今天留下了多少记录、其中多少被拒。点数字看明细。"
		h.Rules = append(ruleLinks("trail", "role"), h.Rules...)
	}
	return h
}
