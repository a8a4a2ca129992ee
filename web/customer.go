package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"liuhen/internal/access"
	"liuhen/internal/authz"
	"liuhen/internal/consent"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/module"
	"liuhen/internal/staff"
	"liuhen/internal/tag"
	accessview "liuhen/views/access"
	customerview "liuhen/views/customer"
	"liuhen/views/layout"
	"liuhen/views/ui"
)

// customerPages are the list of customers and the file of one.
type customerPages struct{ *shell }

func (p customerPages) routes() []route {
	return []route{
		{http.MethodGet, "/customers", authz.SeeCustomers, p.list},
		{http.MethodGet, "/customers/search", authz.SeeCustomers, p.search},
		{http.MethodGet, "/customers/:no", authz.SeeCustomers, p.show},
		{http.MethodGet, "/customers/:no/sections/:group", authz.SeeCustomers, p.section},
		{http.MethodGet, "/customers/:no/transactions", authz.SeeCustomers, p.transactions},
		{http.MethodPost, "/customers/:no/notes", authz.NoteCustomers, p.note},
		{http.MethodGet, "/customers/:no/timeline", authz.SeeCustomers, p.timeline},
		{http.MethodGet, "/customers/:no/views", authz.SeeCustomers, p.views},
	}
}

// invented says on the file of the demo institution what of it is real.
const invented = "姓名与机构为演示拼接；账户、贷款、卡与交易来自公开的 Berka 数据集（PKDD'99，捷克某银行 1993–1998），金额按原始数值显示。营销授权为演示推导。"

func (p customerPages) list(c echo.Context) error {
	by := acting(c)
	page, err := p.Book.List(c.Request().Context(), by, listQuery(c))
	if err != nil {
		return err
	}
	return p.page(c, head{Title: "客户", Nav: navCustomers, Help: listHelp()}, customerview.List(customerview.ListPage{
		Page:        page,
		Branches:    by.Role != staff.Manager,
		TagsOff:     !uses(c, module.Tags),
		ConsentsOff: !uses(c, module.Consent),
		Now:         p.now(),
	}))
}

// listQuery reads the address of a list. What is not understood is left out.
func listQuery(c echo.Context) customer.Query {
	q := customer.Query{
		Q:         c.QueryParam("q"),
		BranchID:  number(c.QueryParam("branch")),
		ManagerID: number(c.QueryParam("manager")),
		Contact:   customer.Contact(c.QueryParam("contact")),
		Due:       customer.Due(c.QueryParam("due")),
		Stage:     customer.Stage(c.QueryParam("consent")),
		Granted:   c.QueryParam("granted"),
		Sort:      customer.Sort(c.QueryParam("sort")),
		After:     c.QueryParam("after"),
		Before:    c.QueryParam("before"),
	}
	for _, g := range c.QueryParams()["grade"] {
		if n, err := strconv.ParseInt(g, 10, 16); err == nil {
			q.Grades = append(q.Grades, int16(n))
		}
	}
	if uses(c, module.Tags) {
		for _, id := range c.QueryParams()["tag"] {
			q.Tags = append(q.Tags, number(id))
		}
	}
	return q
}

// number reads a positive number, 0 for anything else.
func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func (p customerPages) search(c echo.Context) error {
	typed := c.QueryParam("q")
	rows, err := p.Book.Suggest(c.Request().Context(), acting(c), typed)
	if err != nil {
		return err
	}
	return p.fragment(c, customerview.SearchResults(rows, typed))
}

func (p customerPages) show(c echo.Context) error {
	return p.file(c, c.Param("no"), accessview.Form{}, customerview.NoteForm{})
}

// showWith answers with the file again, with a request that was not accepted.
func (p customerPages) showWith(c echo.Context, no string, form accessview.Form) error {
	return p.file(c, no, form, customerview.NoteForm{})
}

// file answers with a customer's file; 422 where a form on it came back.
func (p customerPages) file(c echo.Context, no string, form accessview.Form, note customerview.NoteForm) error {
	ctx, by := c.Request().Context(), acting(c)
	var standing access.Standing
	var tags []tag.Tag
	parts := []customer.Part{p.Desk.Standing(by, &standing)}
	if uses(c, module.Tags) {
		parts = append(parts, p.Tags.Current(&tags))
	}
	var consents consent.Standing
	if uses(c, module.Consent) {
		parts = append(parts, p.Consents.Standing(&consents))
	}
	file, err := p.Book.File(ctx, by, no, parts...)
	if err != nil {
		return err
	}
	page := customerview.FilePage{
		File: file, Sections: p.sections(by, file.Sections, standing, form), Tags: tags, TagsOff: !uses(c, module.Tags), Now: p.now(),
	}
	if authz.Allows(by.Role, authz.NoteCustomers) {
		page.Note = &note
	}
	if uses(c, module.Consent) {
		consents.At = consents.At.In(p.now().Location())
		page.Consents = &consents
	}
	if p.Demo {
		page.Invented = invented
	}
	h := head{Title: file.Name + " · 客户档案", Nav: navCustomers, Help: fileHelp()}
	if len(form.Faults)+len(note.Faults) > 0 {
		return p.invalid(c, h, customerview.File(page))
	}
	return p.page(c, h, customerview.File(page))
}

// sections joins what the book shows of closed groups of one customer with how
// they stand for who acts.
func (p customerPages) sections(by *staff.Member, of []customer.Section, standing access.Standing, form accessview.Form) []customerview.Section {
	var locked []access.Group
	for _, g := range access.Groups() {
		if s := standing.Groups[g].State; s != access.Open && s != access.Pending && s != access.Returned {
			locked = append(locked, g)
		}
	}
	list := make([]customerview.Section, len(of))
	for i, s := range of {
		group := access.Group(s.Group)
		list[i] = customerview.Section{Book: s, Access: accessview.Section{
			CustomerNo: s.Customer.No,
			Group:      group,
			Status:     standing.Groups[group],
			Band:       band(s),
			Masked:     customerview.Locked(s),
			MayBreak:   authz.Allows(by.Role, authz.BreakGlass),
			Others:     slices.DeleteFunc(slices.Clone(locked), func(g access.Group) bool { return g == group }),
			Approver:   standing.Approver,
			Rules:      standing.Rules[group],
			Relation:   standing.Relation,
			Form:       form,
			Now:        p.now(),
		}}
	}
	return list
}

// band is the open grade of a group, where it has one.
func band(s customer.Section) string {
	if s.Group != customer.AssetsGroup || s.Band == nil {
		return ""
	}
	return customer.BandLabel(s.Band)
}

func (p customerPages) section(c echo.Context) error {
	by := acting(c)
	var standing access.Standing
	s, err := p.Book.Section(c.Request().Context(), by, c.Param("no"), customer.Group(c.Param("group")), p.Desk.Standing(by, &standing))
	if err != nil {
		return err
	}
	cards := p.sections(by, []customer.Section{s}, standing, accessview.Form{})
	return p.fragment(c, customerview.SectionCard(cards[0]))
}

func (p customerPages) transactions(c echo.Context) error {
	after, by := c.QueryParam("after"), acting(c)
	var standing access.Standing
	s, err := p.Book.Transactions(c.Request().Context(), by, c.Param("no"), after, p.Desk.Standing(by, &standing))
	if err != nil {
		return err
	}
	cards := p.sections(by, []customer.Section{s}, standing, accessview.Form{})
	return p.about(c, s.Customer, "交易流水", customerview.TransactionsPage(cards[0], after == ""))
}

func (p customerPages) note(c echo.Context) error {
	no := c.Param("no")
	in := customer.NoteInput{Via: customer.Via(c.FormValue("via")), Body: c.FormValue("body")}
	err := p.Book.Note(c.Request().Context(), acting(c), no, in)
	if err != nil && fault.KindOf(err) == fault.Invalid {
		return p.file(c, no, accessview.Form{}, customerview.NoteForm{Via: in.Via, Body: in.Body, Faults: fault.As(err).Fields})
	}
	if err != nil {
		return err
	}
	if uses(c, module.Tags) {
		p.settleTags(c.Request().Context())
	}
	return p.done(c, href.Customer(no), "已记下这次咨询。")
}

func (p customerPages) timeline(c echo.Context) error {
	filter := customer.Filter(c.QueryParam("filter"))
	line, err := p.Book.Timeline(c.Request().Context(), acting(c), c.Param("no"), filter, c.QueryParam("after"))
	if err != nil {
		return err
	}
	return p.about(c, line.Customer, "时间线", customerview.TimelinePage(line, p.now()))
}

func (p customerPages) views(c echo.Context) error {
	after := c.QueryParam("after")
	views, err := p.Book.Views(c.Request().Context(), acting(c), c.Param("no"), after)
	if err != nil {
		return err
	}
	return p.about(c, views.Customer, "谁看过", customerview.ViewsPage(views, after == "", p.now()))
}

// about answers with a page about one customer.
func (p customerPages) about(c echo.Context, ref customer.Ref, what string, body templ.Component) error {
	return p.page(c, head{Title: ref.Name + " · " + what, Nav: navCustomers, Help: fileHelp()}, body)
}

func listHelp() layout.Help {
	return layout.Help{
		Purpose: "在这里找到客户：输入姓名、拼音首字母、客户号、手机或证件后四位，或完整的手机号、证件号。只列出您服务范围内的客户，号码一律脱敏。",
		Rules:   []ui.Link{{Label: "谁能看到哪些客户", URL: href.Why("scope")}},
	}
}

func fileHelp() layout.Help {
	return layout.Help{
		Purpose: "一位客户的全部资料。基本信息与咨询记录开放；联系方式、证件、资产、交易流水须说明用途，由上级批准后在限定时间内打开。每次查看都有留痕。",
		Rules:   []ui.Link{{Label: "调阅为什么要审批", URL: href.Why("access")}},
	}
}
