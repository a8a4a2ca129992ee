package web

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"liuhen/internal/approval"
	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/worklist"
	approvalview "liuhen/views/approval"
	"liuhen/views/layout"
)

// approvalPages is the desk where approvals are decided.
type approvalPages struct{ *shell }

func (p approvalPages) routes() []route {
	return []route{
		{http.MethodGet, "/approvals", authz.Submit, p.list},
		{http.MethodGet, "/approvals/list", authz.Submit, p.refresh},
		{http.MethodGet, "/approvals/:id", authz.SignedIn, p.show},
		{http.MethodPost, "/approvals/decide", authz.Approve, p.decideMany},
		{http.MethodPost, "/approvals/:id/decide", authz.Approve, p.decide},
		{http.MethodPost, "/approvals/:id/withdraw", authz.Submit, p.withdraw},
		{http.MethodPost, "/approvals/:id/remind", authz.Submit, p.remind},
	}
}

func (p approvalPages) head(title string) head {
	return head{Title: title, Nav: navApprovals, Main: layout.TwoPanes, Help: layout.Help{
		Purpose: "等您审批的申请，等得最久的在最前。看清谁、为什么、看过几次，再决定；处理完自动打开下一件。",
		Keys: []layout.Shortcut{
			{Key: "x", Does: "选中所在的一件"},
			{Key: "a", Does: "批准"},
			{Key: "b", Does: "退回补充"},
			{Key: "r", Does: "拒绝"},
		},
	}}
}

// list shows a list, and beside what waits the first of it.
func (p approvalPages) list(c echo.Context) error {
	d, err := p.desk(c)
	if err != nil {
		return err
	}
	if d.View == worklist.Mine && len(d.Page.Items) > 0 {
		first, err := p.Lists.Detail(c.Request().Context(), acting(c), d.Page.Items[0].ID)
		if err != nil {
			return err
		}
		d.Detail = &first
	}
	return p.page(c, p.head("待办"), approvalview.Page(d))
}

// refresh is the list alone, with the request that stands beside it marked.
func (p approvalPages) refresh(c echo.Context) error {
	d, err := p.desk(c)
	if err != nil {
		return err
	}
	if id, err := strconv.ParseInt(c.QueryParam("current"), 10, 64); err == nil {
		d.Current = id
	}
	return p.fragment(c, approvalview.List(d))
}

func (p approvalPages) show(c echo.Context) error {
	d, err := p.opened(c)
	if err != nil {
		return err
	}
	return p.page(c, p.head(d.Detail.Title), approvalview.Page(d))
}

// opened is the desk with the request of the address on it.
func (p approvalPages) opened(c echo.Context) (approvalview.Desk, error) {
	id, err := pathID(c)
	if err != nil {
		return approvalview.Desk{}, err
	}
	detail, err := p.Lists.Detail(c.Request().Context(), acting(c), id)
	if err != nil {
		return approvalview.Desk{}, err
	}
	d, err := p.desk(c)
	d.Detail, d.Chosen = &detail, true
	return d, err
}

// desk is the list that the address chooses, without a request.
func (p approvalPages) desk(c echo.Context) (approvalview.Desk, error) {
	ctx, by := c.Request().Context(), acting(c)
	d := approvalview.Desk{
		View:          worklist.Mine,
		Approver:      authz.Allows(by.Role, authz.Approve),
		SeesCustomers: authz.Allows(by.Role, authz.SeeCustomers),
		After:         c.QueryParam("after"),
		Now:           p.now(),
	}
	switch v := worklist.View(c.QueryParam("view")); {
	case !d.Approver:
		d.View = worklist.Submitted
	case v == worklist.Done || v == worklist.Submitted:
		d.View = v
	}
	if !authz.Allows(by.Role, authz.Submit) {
		return d, nil // audit reads one request, and has no list
	}
	var err error
	if d.Waiting, err = p.counts.inbox(ctx, by); err != nil {
		return d, err
	}
	d.Page, err = p.Lists.Inbox(ctx, by, worklist.Query{View: d.View, After: d.After})
	return d, err
}

// decide takes a decision and opens what waits next.
func (p approvalPages) decide(c echo.Context) error {
	ctx, by := c.Request().Context(), acting(c)
	id, err := pathID(c)
	if err != nil {
		return err
	}
	v := verdict(c)
	next, err := p.Lists.Next(ctx, by, id)
	if err != nil {
		return err
	}
	err = p.Engine.Decide(ctx, by, id, v)
	if f := fault.As(err); f != nil && f.Kind == fault.Invalid {
		return p.refuse(c, f, v)
	}
	if err != nil {
		return err
	}
	if c.FormValue("review") != "" {
		return p.done(c, nextDesk(next), "已复核，结论已告知当事人。")
	}
	return p.done(c, nextDesk(next), decided(v.Verb))
}

// verdict reads a decision. The form of a request that can be approved in part
// says so with narrow=1, one for several customers with several=1, so that nothing
// ticked is not taken for all of it.
func verdict(c echo.Context) approval.Verdict {
	v := approval.Verdict{Verb: approval.Verb(c.FormValue("decision")), Comment: c.FormValue("comment")}
	v.Left.Groups = c.Request().PostForm["group"]
	if c.FormValue("narrow") == "1" && len(v.Left.Groups) == 0 {
		v.Left.Groups = []string{""}
	}
	v.Left.Customers = c.Request().PostForm["customer"]
	if c.FormValue("several") == "1" && len(v.Left.Customers) == 0 {
		v.Left.Customers = []string{""}
	}
	if m := c.FormValue("minutes"); m != "" {
		v.Left.Minutes = whole(m)
	}
	return v
}

// refuse shows the request again with what is wrong with the decision.
func (p approvalPages) refuse(c echo.Context, f *fault.Error, v approval.Verdict) error {
	d, err := p.opened(c)
	if err != nil {
		return err
	}
	d.Comment, d.Left, d.Faults = v.Comment, v.Left, f.Fields
	return p.invalid(c, p.head(d.Detail.Title), approvalview.Page(d))
}

func nextDesk(next int64) string {
	if next == 0 {
		return href.Approvals()
	}
	return href.Approval(next)
}

func decided(v approval.Verb) string {
	switch v {
	case approval.Reject:
		return "已拒绝，理由已告知申请人。"
	case approval.Return:
		return "已退回，等申请人补充。"
	default:
		return "已批准，立即生效。"
	}
}

// decideMany decides on what was selected. What could not be decided is listed
// with its reason on the same page.
func (p approvalPages) decideMany(c echo.Context) error {
	v := approval.Verdict{Verb: approval.Verb(c.FormValue("decision")), Comment: c.FormValue("comment")}
	results, err := p.Engine.DecideMany(c.Request().Context(), acting(c), selected(c), v)
	refused, wrong := p.refusals(c, results), fault.As(err)
	switch {
	case wrong != nil && wrong.Kind == fault.Invalid:
		refused = []approvalview.Refused{{Title: "所选申请", Sentence: wrong.Sentence}}
	case err != nil:
		return err
	case len(refused) == 0:
		return p.done(c, href.Approvals(), fmt.Sprintf("%s %d 件。", batchWord(v.Verb), len(results)))
	}
	d, err := p.desk(c)
	if err != nil {
		return err
	}
	d.Results = refused
	return p.invalid(c, p.head("待办"), approvalview.Page(d))
}

func batchWord(v approval.Verb) string {
	if v == approval.Reject {
		return "已拒绝"
	}
	return "已批准"
}

// selected reads the numbers of the boxes that were ticked.
func selected(c echo.Context) []int64 {
	if _, err := c.FormParams(); err != nil {
		return nil
	}
	var ids []int64
	for _, s := range c.Request().PostForm["id"] {
		if id, err := strconv.ParseInt(s, 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// refusals are the results that are no success, in words for the user; a failure
// of ours goes to the log.
func (p approvalPages) refusals(c echo.Context, results []approval.Result) []approvalview.Refused {
	var list []approvalview.Refused
	for _, r := range results {
		if r.Err == nil {
			continue
		}
		sentence := "处理失败，请稍后再试。"
		if f := fault.As(r.Err); f != nil {
			sentence = f.Sentence
		} else {
			p.Log.ErrorContext(c.Request().Context(), "decide one of many", "approval", r.ID, "error", r.Err)
		}
		list = append(list, approvalview.Refused{ID: r.ID, Title: fmt.Sprintf("编号 %d", r.ID), Sentence: sentence})
	}
	return list
}

func (p approvalPages) withdraw(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	if err := p.Engine.Withdraw(c.Request().Context(), acting(c), id); err != nil {
		return err
	}
	return p.done(c, p.backTo(c, id), "已撤回申请。")
}

func (p approvalPages) remind(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	if err := p.Engine.Remind(c.Request().Context(), acting(c), id); err != nil {
		return err
	}
	return p.done(c, p.backTo(c, id), "已催办，审批人会看到提醒。")
}

// backTo is the page that withdrawing and reminding came from; who has no access
// of their own, an administrator, reads the request itself.
func (p approvalPages) backTo(c echo.Context, id int64) string {
	if !authz.Allows(acting(c).Role, authz.RequestAccess) {
		return href.Approval(id)
	}
	return backTo(c)
}
