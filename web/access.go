package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"liuhen/internal/access"
	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/staff"
	accessview "liuhen/views/access"
	"liuhen/views/layout"
	"liuhen/views/ui"
)

// accessPages asks for closed groups, shows what one may see, and hands it back.
type accessPages struct {
	*shell
	files customerPages
}

func (p accessPages) routes() []route {
	return []route{
		{http.MethodGet, "/access", authz.RequestAccess, p.mine},
		{http.MethodGet, "/access/list", authz.RequestAccess, p.list},
		{http.MethodPost, "/access/grants/:id/return", authz.RequestAccess, p.handBack},
		{http.MethodPost, "/customers/:no/requests", authz.RequestAccess, p.request},
		{http.MethodPost, "/customers/:no/open", authz.RequestAccess, p.open},
	}
}

func (p accessPages) mine(c echo.Context) error {
	page, err := p.own(c)
	if err != nil {
		return err
	}
	if page.Reviews, err = p.reviews(c); err != nil {
		return err
	}
	h := head{Title: "我的调阅", Nav: navAccess, Help: layout.Help{
		Purpose: "看自己能看什么、看到几时，提前归还，催办或撤回申请。",
		Rules:   []ui.Link{{Label: "敏感信息调阅", URL: href.Why("access")}},
	}}
	return p.page(c, h, accessview.Mine(page))
}

// list is the part of the page that changes, for its refresh.
func (p accessPages) list(c echo.Context) error {
	page, err := p.own(c)
	if err != nil {
		return err
	}
	return p.fragment(c, accessview.Own(page))
}

func (p accessPages) own(c echo.Context) (accessview.MinePage, error) {
	by := acting(c)
	m, err := p.Desk.Mine(c.Request().Context(), by)
	return accessview.MinePage{Tabs: accessview.Tabs{Current: href.Access(), Watches: authz.Allows(by.Role, authz.WatchAccess)}, Mine: m, Supervises: by.Role == staff.Supervisor || len(m.Team) > 0, Now: p.now()}, err
}

func (p accessPages) handBack(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	if err := p.Desk.HandBack(c.Request().Context(), acting(c), id); err != nil {
		return err
	}
	return p.done(c, backTo(c), "已提前归还。")
}

func (p accessPages) request(c echo.Context) error {
	no, form := c.Param("no"), requestForm(c)
	ask := access.Ask{Groups: form.Groups, Purpose: form.Purpose, Reason: form.Reason, Minutes: form.Minutes, Task: form.Task}
	o, err := p.Desk.Request(c.Request().Context(), acting(c), no, ask)
	if f := fault.As(err); f != nil && f.Kind == fault.Invalid && len(form.Groups) > 0 && form.Groups[0].Known() {
		form.Faults = f.Fields
		return p.files.showWith(c, no, form)
	}
	if err != nil {
		return err
	}
	return p.done(c, href.Customer(no), o.Sentence())
}

// open opens a group that the policy opens without asking.
func (p accessPages) open(c echo.Context) error {
	no, group := c.Param("no"), access.Group(c.FormValue("group"))
	if err := p.Desk.Open(c.Request().Context(), acting(c), no, group); err != nil {
		return err
	}
	return p.done(c, accessview.Anchor(no, group), "已打开「"+group.Label()+"」，记入留痕。")
}

// requestForm reads a request for access; what is no number is no duration.
func requestForm(c echo.Context) accessview.Form {
	form := accessview.Form{
		Purpose: access.Purpose(c.FormValue("purpose")),
		Reason:  c.FormValue("reason"),
		Task:    shownText(c.FormValue("task")),
	}
	if minutes, err := strconv.Atoi(c.FormValue("minutes")); err == nil {
		form.Minutes = minutes
	}
	if again, err := strconv.ParseInt(c.FormValue("again"), 10, 64); err == nil {
		form.Again = again
	}
	for _, g := range c.Request().PostForm["group"] {
		form.Groups = append(form.Groups, access.Group(g))
	}
	return form
}

// pathID reads the number in the address; anything else is not found.
func pathID(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return 0, fault.Wrap(fault.NotFound, "没有这个页面。", err)
	}
	return id, nil
}

// backTo is the page a small act came from: the customer's file that the form
// names, or one's own access.
func backTo(c echo.Context) string {
	if no := c.FormValue("customer"); no != "" {
		return href.Customer(no)
	}
	return href.Access()
}
