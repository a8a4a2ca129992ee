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

// handoverPages hand customers over, and let people go.
type handoverPages struct{ *shell }

func (p handoverPages) routes() []route {
	return []route{
		{http.MethodGet, "/admin/people/:id/handover", authz.ManageStaff, p.preview},
		{http.MethodPost, "/admin/people/:id/handover", authz.ManageStaff, p.act},
	}
}

// preview shows the form and what it would do; asked says that it was filled in.
func (p handoverPages) preview(c echo.Context) error {
	id, err := personID(c)
	if err != nil {
		return err
	}
	h := handoverForm(c)
	pre, err := p.Staffing.Preview(c.Request().Context(), acting(c), id, h)
	page := staffview.HandoverPage{Preview: pre, Form: h, Self: id == acting(c).ID, Asked: c.QueryParam("asked") == "1"}
	if faults := fieldFaults(err); faults != nil {
		page.Faults = faults
		return p.invalid(c, handoverHead(page), staffview.HandoverBody(page))
	}
	if err != nil {
		return err
	}
	return p.page(c, handoverHead(page), staffview.HandoverBody(page))
}

func (p handoverPages) act(c echo.Context) error {
	ctx, by := c.Request().Context(), acting(c)
	id, err := personID(c)
	if err != nil {
		return err
	}
	h := handoverForm(c)
	said, err := p.Staffing.HandOver(ctx, by, id, h)
	if err == nil {
		return p.done(c, href.StaffPerson(id), said)
	}
	faults := fieldFaults(err)
	if faults == nil {
		return err
	}
	pre, err := p.Staffing.Preview(ctx, by, id, h)
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return err
	}
	page := staffview.HandoverPage{Preview: pre, Form: h, Self: id == by.ID, Faults: faults}
	return p.invalid(c, handoverHead(page), staffview.HandoverBody(page))
}

// handoverForm reads the form, from the address or from what was posted.
func handoverForm(c echo.Context) staffing.Handover {
	return staffing.Handover{
		Receivers: shownText(c.FormValue("receivers")), Grade: shownText(c.FormValue("grade")), Leave: c.FormValue("leave") == "1",
		Successor: shownText(c.FormValue("successor")), Reason: shownText(c.FormValue("reason")),
	}
}

func handoverHead(page staffview.HandoverPage) head {
	return head{Title: page.Title(), Nav: navStaff, Help: layout.Help{
		Purpose: "把一个人名下的客户移交给接手人，可只移交某个风险等级，多位接手人轮流分配。先看影响，再确认。客户随接手人归属机构，原主办记为曾服务；管理员只看到数量，看不到客户。",
		Rules:   ruleLinks("role", "scope", "time-limit"),
	}}
}
