package web

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"liuhen/internal/approval"
	"liuhen/internal/authz"
	"liuhen/internal/href"
	"liuhen/internal/staff"
	"liuhen/internal/worklist"
	accessview "liuhen/views/access"
	"liuhen/views/layout"
)

// accessLogPages list what was asked for and what was looked at, by oneself and
// by the people one oversees.
type accessLogPages struct{ *shell }

func (p accessLogPages) routes() []route {
	return []route{
		{http.MethodGet, "/access/requests", authz.RequestAccess, p.requests},
		{http.MethodGet, "/access/looked", authz.RequestAccess, p.looked},
	}
}

// log reads what the two lists share from the address.
func (p accessLogPages) log(c echo.Context, current string) accessview.Log {
	by := acting(c)
	l := accessview.Log{Tabs: accessview.Tabs{Current: current, Watches: authz.Allows(by.Role, authz.WatchAccess)}, Now: p.now()}
	if worklist.Oversees(by) {
		l.People = "本机构及下属"
		if by.Role == staff.Compliance {
			l.People = "全部员工"
		}
	}
	l.Query = worklist.AccessQuery{People: l.People != "" && c.QueryParam("people") == "1", After: c.QueryParam("after")}
	if s := approval.State(c.QueryParam("state")); slices.Contains(approval.States(), s) {
		l.Query.State = s
	}
	return l
}

func (p accessLogPages) requests(c echo.Context) error {
	by, l := acting(c), p.log(c, href.AccessRequests())
	lines, err := p.Lists.AccessRequests(c.Request().Context(), by, l.Query)
	if err != nil {
		return err
	}
	h := head{Title: "申请记录", Nav: navAccess, Help: layout.Help{
		Purpose: "每一件调阅、紧急调阅与导出的申请和结果。主管可看本机构及下属，合规可看全部员工；看别人的申请会留痕。",
		Rules:   ruleLinks("access", "break-glass"),
	}}
	return p.page(c, h, accessview.Requests(accessview.RequestsPage{Log: l, Lines: lines, Everything: by.Role == staff.Compliance}))
}

func (p accessLogPages) looked(c echo.Context) error {
	by, l := acting(c), p.log(c, href.AccessLooked())
	l.Query.State = ""
	looks, err := p.Lists.Looked(c.Request().Context(), by, l.Query)
	if err != nil {
		return err
	}
	h := head{Title: "看过的客户", Nav: navAccess, Help: layout.Help{
		Purpose: "近 30 天打开过哪些客户的档案、看到了哪些敏感信息。主管可看本机构及下属，合规可看全部员工；看别人的记录会留痕。",
		Rules:   ruleLinks("trail", "closed-group"),
	}}
	return p.page(c, h, accessview.LookedAt(accessview.LookedPage{Log: l, Looks: looks, Trail: authz.Allows(by.Role, authz.ReadTrail)}))
}
