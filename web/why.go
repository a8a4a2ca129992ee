package web

import (
	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/views/layout"
	"liuhen/views/ui"
	whyview "liuhen/views/why"
)

// rules lists the rules of the house.
func (p homePages) rules(c echo.Context) error {
	return p.page(c, head{Title: "规则", Help: whyHelp()}, whyview.IndexPage(authz.Rules()))
}

// rule explains one.
func (p homePages) rule(c echo.Context) error {
	r, ok := authz.FindRule(c.Param("rule"))
	if !ok {
		return fault.New(fault.NotFound, "没有这条规则。请从「全部规则」里查找。")
	}
	return p.page(c, head{Title: r.Title, Help: whyHelp()}, whyview.RulePage(r))
}

func whyHelp() layout.Help {
	return layout.Help{
		Purpose: "每次被拦下、锁住或拒绝，都能在这里看到是哪条规则、依据什么，以及怎样合规地办成。",
		Rules:   []ui.Link{{Label: "全部规则", URL: href.Rules()}},
	}
}

// ruleLinks names rules by their titles.
func ruleLinks(codes ...string) []ui.Link {
	var links []ui.Link
	for _, code := range codes {
		if r, ok := authz.FindRule(code); ok {
			links = append(links, ui.Link{Label: r.Title, URL: href.Why(code)})
		}
	}
	return links
}
