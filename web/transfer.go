package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/staffing"
	"liuhen/views/layout"
	staffview "liuhen/views/staff"
)

// transferPages move people to another branch, with their customers.
type transferPages struct{ *shell }

func (p transferPages) routes() []route {
	return []route{
		{http.MethodGet, "/admin/people/:id/transfer", authz.ManageStaff, p.preview},
		{http.MethodPost, "/admin/people/:id/transfer", authz.ManageStaff, p.act},
	}
}

// preview shows the form and what it would do.
func (p transferPages) preview(c echo.Context) error {
	page, err := p.view(c)
	if err != nil {
		return err
	}
	if page.Form.Branch == "" && page.Form.Superior == "" {
		page.Form.Superior = page.Preview.Profile.SuperiorNo
	}
	if len(page.Faults) > 0 {
		return p.invalid(c, transferHead(page), staffview.TransferBody(page))
	}
	return p.page(c, transferHead(page), staffview.TransferBody(page))
}

func (p transferPages) act(c echo.Context) error {
	id, err := personID(c)
	if err != nil {
		return err
	}
	said, err := p.Staffing.Transfer(c.Request().Context(), acting(c), id, transferForm(c))
	if err == nil {
		return p.done(c, href.StaffPerson(id), said)
	}
	faults := fieldFaults(err)
	if faults == nil {
		return err
	}
	page, err := p.view(c)
	if err != nil {
		return err
	}
	page.Faults = faults
	return p.invalid(c, transferHead(page), staffview.TransferBody(page))
}

// view fills the page from the form and what it would do; what is wrong with it
// is among its faults.
func (p transferPages) view(c echo.Context) (page staffview.TransferPage, err error) {
	ctx, by := c.Request().Context(), acting(c)
	id, err := personID(c)
	if err != nil {
		return page, err
	}
	page.Form, page.Self = transferForm(c), id == by.ID
	page.Preview, err = p.Staffing.PreviewTransfer(ctx, by, id, page.Form)
	if page.Faults = fieldFaults(err); err != nil && fault.KindOf(err) != fault.Invalid {
		return page, err
	}
	page.Branches, err = p.People.Branches(ctx)
	return page, err
}

// transferForm reads the form, from the address or from what was posted.
func transferForm(c echo.Context) staffing.Transfer {
	return staffing.Transfer{
		Branch: shownText(c.FormValue("branch")), Superior: shownText(c.FormValue("superior")), Receivers: shownText(c.FormValue("receivers")),
		Grade: shownText(c.FormValue("grade")), Successor: shownText(c.FormValue("successor")),
	}
}

func transferHead(page staffview.TransferPage) head {
	return head{Title: page.Title(), Nav: navStaff, Help: layout.Help{
		Purpose: "一次办完调动：换机构、换上级，把客户移交给接手人，下属改派。先看影响，再确认。机构一变，在用的调阅授权全部收回，未决的申请撤回；没有移交的客户仍由其主办，归属机构不变。",
		Rules:   ruleLinks("role", "scope", "time-limit"),
	}}
}
