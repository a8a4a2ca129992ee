package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"liuhen/internal/access"
	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	accessview "liuhen/views/access"
	"liuhen/views/layout"
)

// accessManyPages ask about several customers at once.
type accessManyPages struct{ *shell }

func (p accessManyPages) routes() []route {
	return []route{
		{http.MethodGet, "/access/requests/new", authz.RequestAccess, p.form},
		{http.MethodPost, "/access/requests", authz.RequestAccess, p.submit},
		{http.MethodGet, "/access/requests/:id", authz.RequestAccess, p.again},
		{http.MethodPost, "/access/requests/:id", authz.RequestAccess, p.resubmit},
	}
}

func manyHead() head {
	return head{Title: "申请调阅多位客户", Nav: navCustomers, Help: layout.Help{
		Purpose: "同一事由要看几位客户的敏感信息时，一次申请；上级与合规先后批准，可以移除其中的客户。",
		Rules:   ruleLinks("access-many", "access-policy"),
	}}
}

// form asks about the customers of the address; one alone is asked about in its
// file.
func (p accessManyPages) form(c echo.Context) error {
	nos := c.QueryParams()["customer"]
	if len(nos) == 1 {
		return c.Redirect(http.StatusSeeOther, href.Customer(nos[0]))
	}
	form := accessview.Form{Purpose: access.Service, Minutes: access.Durations()[0]}
	page, err := p.chosen(c, nos, form)
	if err != nil {
		return err
	}
	return p.page(c, manyHead(), accessview.Many(page))
}

func (p accessManyPages) chosen(c echo.Context, nos []string, form accessview.Form) (accessview.ManyPage, error) {
	chosen, err := p.Desk.Choose(c.Request().Context(), acting(c), nos, access.Ask{Groups: form.Groups, Purpose: form.Purpose})
	return accessview.ManyPage{Chosen: chosen, Form: form}, err
}

func (p accessManyPages) submit(c echo.Context) error {
	form := requestForm(c)
	nos := c.Request().PostForm["customer"]
	ask := access.Ask{Groups: form.Groups, Purpose: form.Purpose, Reason: form.Reason, Minutes: form.Minutes, Task: form.Task}
	o, err := p.Desk.RequestMany(c.Request().Context(), acting(c), nos, ask)
	if f := fault.As(err); f != nil && f.Kind == fault.Invalid {
		page, again := p.chosen(c, nos, form)
		if again != nil {
			return err // so few, or so many, that there is no form to show
		}
		return p.invalid(c, manyHead(), accessview.Many(page.Wrong(f)))
	}
	if err != nil {
		return err
	}
	return p.done(c, href.Approval(o.ApprovalID), o.Sentence())
}

// again shows a request that was sent back, filled with what was asked.
func (p accessManyPages) again(c echo.Context) error {
	page, err := p.amending(c)
	if err != nil {
		return err
	}
	return p.page(c, manyHead(), accessview.Many(page))
}

func (p accessManyPages) amending(c echo.Context) (accessview.ManyPage, error) {
	id, err := pathID(c)
	if err != nil {
		return accessview.ManyPage{}, err
	}
	m, err := p.Desk.Amend(c.Request().Context(), acting(c), id)
	form := accessview.Form{Groups: m.Ask.Groups, Purpose: m.Ask.Purpose, Reason: m.Ask.Reason, Minutes: m.Ask.Minutes, Task: m.Ask.Task}
	return accessview.ManyPage{Chosen: m.Chosen, Form: form, Again: &m}, err
}

func (p accessManyPages) resubmit(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	form := requestForm(c)
	kept := c.Request().PostForm["customer"]
	ask := access.Ask{Purpose: form.Purpose, Reason: form.Reason, Minutes: form.Minutes, Task: form.Task}
	o, err := p.Desk.AmendMany(c.Request().Context(), acting(c), id, kept, ask)
	if f := fault.As(err); f != nil && f.Kind == fault.Invalid {
		page, again := p.amending(c)
		if again != nil {
			return again
		}
		page.Form, page.Kept = form, append([]string{}, kept...)
		return p.invalid(c, manyHead(), accessview.Many(page.Wrong(f)))
	}
	if err != nil {
		return err
	}
	return p.done(c, href.Approval(o.ApprovalID), o.Sentence())
}
