package web

import (
	"bytes"
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/href"
	"liuhen/internal/module"
	"liuhen/internal/staff"
	"liuhen/views/layout"
)

// area names an item of the navigation.
type area string

const (
	navHome      area = "home"
	navCustomers area = "customers"
	navApprovals area = "approvals"
	navAccess    area = "access"
	navTrail     area = "trail"
	navTags      area = "tags"
	navImports   area = "imports"
	navSources   area = "sources"
	navConflicts area = "conflicts"
	navStaff     area = "staff"
	navPolicy    area = "policy"
	navConsents  area = "consents"
	navWordings  area = "wordings"
)

// head is what a handler says of its page to the shell.
type head struct {
	Title string
	Nav   area
	Help  layout.Help
	Main  layout.Arrangement
}

// page answers with a whole page.
func (s *shell) page(c echo.Context, h head, body templ.Component) error {
	return s.whole(c, http.StatusOK, h, body)
}

// invalid answers with the same page when its form came back with faults. The
// address bar keeps the page's own address: a POST address cannot be reloaded.
func (s *shell) invalid(c echo.Context, h head, body templ.Component) error {
	c.Response().Header().Set("HX-Push-Url", "false")
	return s.whole(c, http.StatusUnprocessableEntity, h, body)
}

// fragment answers with a part of a page that has an address of its own.
func (s *shell) fragment(c echo.Context, part templ.Component) error {
	return send(c, http.StatusOK, part)
}

// done redirects to another page, which says flash once.
func (s *shell) done(c echo.Context, to, flash string) error {
	if flash != "" {
		s.sessions.Put(c.Request().Context(), keyFlash, flash)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

func (s *shell) whole(c echo.Context, status int, h head, body templ.Component) error {
	f, err := s.frame(c, h)
	if err != nil {
		return err
	}
	f.Invalid = status == http.StatusUnprocessableEntity
	ctx := templ.WithChildren(c.Request().Context(), body)
	c.SetRequest(c.Request().WithContext(ctx))
	return send(c, status, layout.Page(f))
}

// send renders to a buffer first, so that a failure half-way is a proper
// problem page and not a torn one. Nothing else in the portal renders. What is
// sent is UTF-8, also where a form comes back with bytes that are not.
func send(c echo.Context, status int, part templ.Component) error {
	var buf bytes.Buffer
	if err := part.Render(c.Request().Context(), &buf); err != nil {
		return err
	}
	return c.HTMLBlob(status, bytes.ToValidUTF8(buf.Bytes(), []byte("\uFFFD")))
}

// frame fills the shell for who is signed in.
func (s *shell) frame(c echo.Context, h head) (layout.Frame, error) {
	f := layout.Frame{Title: h.Title, Firm: s.Firm, Demo: s.Demo, Now: s.now(), Asked: arrived(c), Help: h.Help, Main: h.Main}
	by := acting(c)
	if by == nil {
		return f, nil
	}
	ctx := c.Request().Context()
	f.Viewer = layout.Viewer{Name: by.Name, No: by.No, RoleLabel: by.Role.Label(), Branch: by.BranchName}
	f.Flash = s.sessions.PopString(ctx, keyFlash)
	waiting, err := s.counts.inbox(ctx, by)
	if err != nil {
		return f, err
	}
	if by.MustChangePassword || s.mustSetCodes(c, by) {
		return f, nil // nothing else is open yet
	}
	state, err := s.Modules.State(ctx)
	if err != nil {
		return f, err
	}
	_, off := state.Off(href.Customers())
	f.Search = !off && authz.Allows(by.Role, authz.SeeCustomers)
	f.Nav = navigation(by, h.Nav, waiting, state)
	return f, nil
}

// navigation lists the areas that the role may open and whose module is in use.
func navigation(by *staff.Member, current area, waiting int, state module.State) []layout.NavItem {
	requests := "申请"
	if authz.Allows(by.Role, authz.Approve) {
		requests = "待办"
	}
	all := []struct {
		area area
		need authz.Permission
		item layout.NavItem
	}{
		{navHome, authz.SignedIn, layout.NavItem{Label: "工作台", Icon: "home", URL: href.Home()}},
		{navCustomers, authz.SeeCustomers, layout.NavItem{Label: "客户", Icon: "people", URL: href.Customers()}},
		{navConsents, authz.SeeCustomers, layout.NavItem{Label: "授权", Icon: "shield", URL: href.Consents()}},
		{navApprovals, authz.Submit, layout.NavItem{Label: requests, Icon: "inbox", URL: href.Approvals(), Count: waiting}},
		{navAccess, authz.RequestAccess, layout.NavItem{Label: "调阅", Icon: "lock", URL: href.Access()}},
		{navTrail, authz.ReadTrail, layout.NavItem{Label: "操作留痕", Icon: "seal", URL: href.Trail()}},
		{navTags, authz.ManageTags, layout.NavItem{Label: "标签规则", Icon: "tag", URL: href.TagRules(), Manages: true}},
		{navImports, authz.ManageImports, layout.NavItem{Label: "数据导入", Icon: "down2", URL: href.Imports(), Manages: true}},
		{navSources, authz.ManageImports, layout.NavItem{Label: "数据来源", Icon: "flow", URL: href.Sources(), Manages: true}},
		{navConflicts, authz.SettleConflicts, layout.NavItem{Label: "信息冲突", Icon: "alert", URL: href.Conflicts(), Manages: true}},
		{navPolicy, authz.ReadPolicy, layout.NavItem{Label: "调阅政策", Icon: "shield", URL: href.AccessPolicy(), Manages: true}},
		{navWordings, authz.ReadWordings, layout.NavItem{Label: "授权文本", Icon: "file", URL: href.ConsentWordings(), Manages: true}},
		{navStaff, authz.ManageStaff, layout.NavItem{Label: "人员", Icon: "people", URL: href.AdminStaff(), Manages: true}},
	}
	var nav []layout.NavItem
	for _, entry := range all {
		if !authz.Allows(by.Role, entry.need) {
			continue
		}
		if _, off := state.Off(entry.item.URL); off {
			continue
		}
		entry.item.Current = entry.area == current
		nav = append(nav, entry.item)
	}
	return nav
}
