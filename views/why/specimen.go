package whyview

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"liuhen/internal/authz"
	"liuhen/views/layout"
	"liuhen/views/ui"
)

// Gallery shows the index and one rule.
func Gallery() []ui.Specimen {
	rule, _ := authz.FindRule("access")
	return []ui.Specimen{
		{Name: "why-index", Page: true, Component: framed("规则", IndexPage(authz.Rules()))},
		{Name: "why-access", Page: true, Component: framed(rule.Title, RulePage(rule, nil))},
		{Name: "why-live", Page: true, Component: framed(rule.Title, RulePage(rule, []Line{{"其余一律", "上级审批，最长 480 分钟，建议 30 分钟"}, {"证件 · 监管检查", "上级，再合规，最长 240 分钟，建议 120 分钟，须写工单号"}}))},
	}
}

// framed puts a page into the shell.
func framed(title string, body templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		f := layout.SpecimenFrame(title)
		f.Nav[1].Current = false
		return layout.Page(f).Render(templ.WithChildren(ctx, body), w)
	})
}
