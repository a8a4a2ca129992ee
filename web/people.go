package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/sheet"
	"liuhen/internal/staff"
	"liuhen/views/layout"
	staffview "liuhen/views/staff"
)

// peoplePages manage the people of the institution.
type peoplePages struct{ *shell }

func (p peoplePages) routes() []route {
	return []route{
		{http.MethodGet, "/admin/people", authz.ManageStaff, p.list},
		{http.MethodPost, "/admin/people", authz.ManageStaff, p.add},
		{http.MethodGet, "/admin/people/export", authz.ManageStaff, p.export},
		{http.MethodPost, "/admin/people/:id/disable", authz.ManageStaff, p.disable},
		{http.MethodPost, "/admin/people/:id/enable", authz.ManageStaff, p.enable},
	}
}

func (p peoplePages) list(c echo.Context) error {
	view, err := p.view(c)
	if err != nil {
		return err
	}
	return p.page(c, peopleHead(), staffview.Body(view))
}

func (p peoplePages) add(c echo.Context) error {
	n := staff.NewMember{
		No: shownText(c.FormValue("no")), Username: shownText(c.FormValue("username")), Name: c.FormValue("name"),
		Role: staff.Role(shownText(c.FormValue("role"))), Branch: shownText(c.FormValue("branch")),
		Superior: shownText(c.FormValue("superior")), Password: c.FormValue("password"),
	}
	out, err := p.Staffing.Add(c.Request().Context(), acting(c), n)
	if err == nil && out.Waits() {
		return p.done(c, href.AdminStaff(), out.Sentence(""))
	}
	if err == nil {
		m := out.Member
		return p.done(c, href.AdminStaff(href.Text("q", m.No)), "已新增"+m.Name+"（"+m.No+"）。")
	}
	f := fault.As(err)
	if f == nil || len(f.Fields) == 0 {
		return err
	}
	n.Password, n.Name = "", shownText(n.Name)
	view, err := p.view(c)
	if err != nil {
		return err
	}
	view.Form = staffview.Form{Values: n, Faults: map[string]string{}}
	for _, field := range f.Fields {
		view.Form.Faults[field.Name] = field.Sentence
	}
	return p.invalid(c, peopleHead(), staffview.Body(view))
}

func (p peoplePages) disable(c echo.Context) error {
	ctx, by := c.Request().Context(), acting(c)
	id, err := personID(c)
	if err != nil {
		return err
	}
	reason := c.FormValue("reason")
	err = p.People.Disable(ctx, by, id, reason)
	if err == nil {
		return p.done(c, href.AdminStaff(), "已停用，登录与调阅授权已立即结束。")
	}
	f := fault.As(err)
	if f == nil || len(f.Fields) == 0 {
		return err
	}
	view, err := p.view(c)
	if err != nil {
		return err
	}
	view.Ending = staffview.Ending{Reason: shownText(reason), Fault: f.Fields[0].Sentence}
	if view.Ending.Person, err = p.People.Person(ctx, by, id); err != nil {
		return err
	}
	return p.invalid(c, peopleHead(), staffview.Body(view))
}

func (p peoplePages) enable(c echo.Context) error {
	id, err := personID(c)
	if err != nil {
		return err
	}
	out, err := p.Staffing.Enable(c.Request().Context(), acting(c), id)
	if err != nil {
		return err
	}
	return p.done(c, href.AdminStaff(href.Flag("disabled", true)), out.Sentence("已恢复，可重新登录。"))
}

// view fills the page with the people that the address chooses.
func (p peoplePages) view(c echo.Context) (staffview.Page, error) {
	ctx, by := c.Request().Context(), acting(c)
	view := staffview.Page{Self: by.ID, Filter: peopleFilter(c)}
	var err error
	if view.People, err = p.People.List(ctx, by, view.Filter); err != nil {
		return view, err
	}
	if view.Waiting, err = p.Staffing.Waiting(ctx, by, 0); err != nil {
		return view, err
	}
	view.Branches, err = p.People.Branches(ctx)
	return view, err
}

// peopleFilter reads what the address chooses.
func peopleFilter(c echo.Context) staff.Filter {
	// A branch that is no number chooses nobody, as an unknown one does.
	branch, err := strconv.ParseInt(c.QueryParam("branch"), 10, 64)
	if err != nil && c.QueryParam("branch") != "" {
		branch = -1
	}
	return staff.Filter{
		Text: shownText(c.QueryParam("q")), Role: staff.Role(shownText(c.QueryParam("role"))), BranchID: branch,
		Mark: staff.Mark(shownText(c.QueryParam("mark"))), Sort: staff.Sort(shownText(c.QueryParam("sort"))),
		Disabled: c.QueryParam("disabled") == "1", After: c.QueryParam("after"), Before: c.QueryParam("before"),
	}
}

// export answers with the list as a file.
func (p peoplePages) export(c echo.Context) error {
	format := sheet.Format(c.QueryParam("format"))
	if !format.Known() {
		format = sheet.XLSX
	}
	file, err := p.People.Export(c.Request().Context(), acting(c), peopleFilter(c), format, p.now())
	if err != nil {
		return err
	}
	return sendFile(c, "people-"+p.now().In(p.Trail.Zone).Format("20060102-150405")+"."+string(format), format, file)
}

func peopleHead() head {
	return head{Title: "人员", Nav: navStaff, Help: layout.Help{
		Purpose: "新增、停用、恢复人员。停用立即结束登录并收回调阅授权；授予角色和恢复账号须另一人复核；管理员看不到任何客户数据。",
		Rules:   ruleLinks("role", "second-person"),
	}}
}

// personID reads the person's id of the address.
func personID(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, fault.Wrap(fault.NotFound, "没有这个人。", err)
	}
	return id, nil
}
