package web

import (
	"github.com/labstack/echo/v4"

	"liuhen/internal/access"
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
	if !r.Live {
		return p.page(c, head{Title: r.Title, Help: whyHelp()}, whyview.RulePage(r, nil))
	}
	now, err := p.Policies.Current(c.Request().Context())
	if err != nil {
		return err
	}
	r.Version, r.Since, r.Owner = "调阅政策"+now.VersionLabel(), now.Since.In(p.now().Location()), setBy(now)
	return p.page(c, head{Title: r.Title, Help: whyHelp()}, whyview.RulePage(r, inForce(r.Code, now)))
}

// setBy says who proposed and who approved a policy.
func setBy(p *access.Policy) string {
	if p.Author == "" {
		return "随系统启用"
	}
	return p.Author + " 提议，" + p.Approver + " 批准：" + p.Note
}

// inForce is what the policy in force says of a rule, line by line.
func inForce(code string, p *access.Policy) []whyview.Line {
	var lines []whyview.Line
	if code == "access-policy" || code == "ladder" {
		for _, r := range p.Rows {
			lines = append(lines, whyview.Line{Label: r.Names(), Text: r.Terms()})
		}
		return lines
	}
	settings := p.Settings()
	if code == "access-anomalies" {
		settings = p.Watched()
	}
	for _, s := range settings {
		lines = append(lines, whyview.Line{Label: s[0], Text: s[1]})
	}
	return lines
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
