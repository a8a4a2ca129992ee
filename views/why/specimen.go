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
		{Name: "why-access", Page: true, Component: framed(rule.Title, RulePage(rule))},
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
