package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/staff"
	"liuhen/views/layout"
	staffview "liuhen/views/staff"
	"liuhen/views/ui"
)

// organisationPages keep the branches and the posts of people.
type organisationPages struct{ *shell }

func (p organisationPages) routes() []route {
	return []route{
		{http.MethodGet, "/admin/org", authz.ManageStaff, p.branches},
		{http.MethodPost, "/admin/org", authz.ManageStaff, p.addBranch},
		{http.MethodPost, "/admin/org/:id", authz.ManageStaff, p.renameBranch},
		{http.MethodPost, "/admin/org/:id/move", authz.ManageStaff, p.moveBranch},
		{http.MethodPost, "/admin/org/:id/close", authz.ManageStaff, p.closeBranch},
		{http.MethodGet, "/admin/people/:id", authz.ManageStaff, p.person},
		{http.MethodPost, "/admin/people/:id", authz.ManageStaff, p.move},
		{http.MethodPost, "/admin/people/:id/password", authz.ManageStaff, p.reset},
	}
}

// branches shows the tree; edit opens the row of one branch as a form.
func (p organisationPages) branches(c echo.Context) error {
	places, err := p.People.Organisation(c.Request().Context(), acting(c))
	if err != nil {
		return err
	}
	page := staffview.BranchesPage{Places: places, Text: strings.TrimSpace(shownText(c.QueryParam("q")))}
	for _, b := range places {
		if strconv.FormatInt(b.ID, 10) == c.QueryParam("edit") {
			page.Change = staffview.ChangeOf(b, places)
		}
	}
	return p.page(c, branchesHead(), staffview.BranchesBody(page))
}

func (p organisationPages) addBranch(c echo.Context) error {
	ctx, by := c.Request().Context(), acting(c)
	n := staff.NewBranch{
		Code: shownText(c.FormValue("code")), Name: c.FormValue("name"),
		Kind: staff.BranchKind(shownText(c.FormValue("kind"))), Parent: shownText(c.FormValue("parent")),
	}
	b, err := p.People.AddBranch(ctx, by, n)
	if err == nil {
		return p.done(c, href.Branches(), "已新增"+b.Name+"（"+b.Code+"）。")
	}
	faults := fieldFaults(err)
	if faults == nil {
		return err
	}
	places, err := p.People.Organisation(ctx, by)
	if err != nil {
		return err
	}
	n.Name = shownText(n.Name)
	return p.invalid(c, branchesHead(), staffview.BranchesBody(staffview.BranchesPage{
		Places: places, Form: staffview.BranchForm{Values: n, Faults: faults},
	}))
}

func (p organisationPages) renameBranch(c echo.Context) error {
	name := c.FormValue("name")
	return p.changeBranch(c, "已改名。", func(id int64) error {
		return p.People.RenameBranch(c.Request().Context(), acting(c), id, name)
	}, func(form *staffview.Change) { form.Name = shownText(name) })
}

func (p organisationPages) moveBranch(c echo.Context) error {
	parent := shownText(c.FormValue("parent"))
	return p.changeBranch(c, "已移动，下属机构一起移动。", func(id int64) error {
		return p.People.MoveBranch(c.Request().Context(), acting(c), id, parent)
	}, func(form *staffview.Change) { form.Parent = parent })
}

func (p organisationPages) closeBranch(c echo.Context) error {
	return p.changeBranch(c, "机构已撤销。", func(id int64) error {
		return p.People.CloseBranch(c.Request().Context(), acting(c), id)
	}, func(*staffview.Change) {})
}

// changeBranch does something with the branch of the address and shows its row
// again where a field is at fault; keep puts in what was typed.
func (p organisationPages) changeBranch(c echo.Context, done string, do func(id int64) error, keep func(*staffview.Change)) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return fault.Wrap(fault.NotFound, "没有这个机构。", err)
	}
	if err = do(id); err == nil {
		return p.done(c, href.Branches(), done)
	}
	faults := fieldFaults(err)
	if faults == nil {
		return err
	}
	page := staffview.BranchesPage{}
	if page.Places, err = p.People.Organisation(c.Request().Context(), acting(c)); err != nil {
		return err
	}
	for _, b := range page.Places {
		if b.ID == id {
			page.Change = staffview.ChangeOf(b, page.Places)
		}
	}
	page.Change.Faults = faults
	keep(&page.Change)
	return p.invalid(c, branchesHead(), staffview.BranchesBody(page))
}

func (p organisationPages) person(c echo.Context) error {
	view, err := p.personView(c)
	if err != nil {
		return err
	}
	return p.page(c, personHead(view), staffview.PersonBody(view))
}

func (p organisationPages) move(c echo.Context) error {
	id, err := personID(c)
	if err != nil {
		return err
	}
	to := staff.Post{
		Role: staff.Role(shownText(c.FormValue("role"))), Branch: shownText(c.FormValue("branch")), Superior: shownText(c.FormValue("superior")),
	}
	out, err := p.Staffing.Move(c.Request().Context(), acting(c), id, to)
	if err == nil {
		return p.done(c, href.StaffPerson(id), out.Sentence("岗位已变更。"))
	}
	return p.personAgain(c, err, func(view *staffview.PersonPage) { view.Post = to })
}

// reset gives somebody a new password, which is never sent back.
func (p organisationPages) reset(c echo.Context) error {
	id, err := personID(c)
	if err != nil {
		return err
	}
	err = p.People.ResetPassword(c.Request().Context(), acting(c), id, c.FormValue("password"))
	if err == nil {
		return p.done(c, href.StaffPerson(id), "密码已重设，其所有登录已退出。请当面告知本人。")
	}
	return p.personAgain(c, err, func(*staffview.PersonPage) {})
}

// personAgain shows the person's page with the faults of a form; keep puts in
// what was typed. Another error goes on to the boundary.
func (p organisationPages) personAgain(c echo.Context, err error, keep func(*staffview.PersonPage)) error {
	faults := fieldFaults(err)
	if faults == nil {
		return err
	}
	view, err := p.personView(c)
	if err != nil {
		return err
	}
	view.Faults = faults
	keep(&view)
	return p.invalid(c, personHead(view), staffview.PersonBody(view))
}

// personView fills the page of the person of the address.
func (p organisationPages) personView(c echo.Context) (staffview.PersonPage, error) {
	ctx, by := c.Request().Context(), acting(c)
	id, err := personID(c)
	if err != nil {
		return staffview.PersonPage{}, err
	}
	one, err := p.People.Profile(ctx, by, id)
	if err != nil {
		return staffview.PersonPage{}, err
	}
	waiting, err := p.Staffing.Waiting(ctx, by, id)
	if err != nil {
		return staffview.PersonPage{}, err
	}
	sessions, err := p.Sessions.Of(ctx, by, id)
	if err != nil {
		return staffview.PersonPage{}, err
	}
	lockouts, err := p.People.Lockouts(ctx, by, id)
	if err != nil {
		return staffview.PersonPage{}, err
	}
	branches, err := p.People.Branches(ctx)
	return staffview.PersonPage{Person: one, Branches: branches, Waiting: waiting, Sessions: sessions, Lockouts: lockouts, Now: p.now(), Self: id == by.ID, Post: staffview.PostOf(one)}, err
}

// fieldFaults are the faults of a form by the name of the field; nil if err is
// something else.
func fieldFaults(err error) map[string]string {
	f := fault.As(err)
	if f == nil || len(f.Fields) == 0 {
		return nil
	}
	faults := map[string]string{}
	for _, field := range f.Fields {
		faults[field.Name] = field.Sentence
	}
	return faults
}

func branchesHead() head {
	return head{Title: "机构", Nav: navStaff, Help: layout.Help{
		Purpose: "建立、改名、移动和撤销分支机构与团队。主管看得到本机构及下属团队的客户：移动会改变谁看得到谁，撤销须先没有人员和客户。",
		Rules:   []ui.Link{{Label: "按角色分工", URL: href.Why("role")}, {Label: "只看服务范围内的客户", URL: href.Why("scope")}},
	}}
}

func personHead(view staffview.PersonPage) head {
	return head{Title: view.Person.Name, Nav: navStaff, Help: layout.Help{
		Purpose: "变更一个人的角色、机构或上级（角色须另一人复核），重设密码，停用或恢复账号。角色或机构一变，在用的调阅授权立即收回，未决的申请自动撤回；每一步都留痕。",
		Rules:   ruleLinks("role", "second-person", "time-limit"),
	}}
}
