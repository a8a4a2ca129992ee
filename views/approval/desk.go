// Package approvalview holds the desk where approvals are decided: the list of
// what waits beside the request with its reason, its checks and its history.
package approvalview

import (
	"fmt"
	"strconv"
	"time"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/staff"
	"liuhen/internal/worklist"
	accessview "liuhen/views/access"
	"liuhen/views/ui"
)

// Desk is the page: a list on the left, one request on the right.
type Desk struct {
	View worklist.View
	// Approver says that the viewer decides on requests of others, and so has
	// the views of what waits and what was decided.
	Approver bool
	// SeesCustomers says that the viewer may open customers' files.
	SeesCustomers bool
	Page          worklist.Page
	// After is the place of the list that is shown, empty for its start.
	After string
	// Waiting is how many decisions wait for the viewer in all.
	Waiting int
	// Detail is the request shown; nil for none. Chosen says that the viewer
	// opened it: only then does it take the place of the list on a phone.
	Detail *worklist.Detail
	Chosen bool
	// Current marks the row of a request that is shown beside the list, when the
	// list alone is fetched again.
	Current int64
	// Comment and Faults are of a decision that was not accepted.
	Comment string
	Faults  []fault.Field
	// Left is what was left of the request in that decision.
	Left approval.Left
	// Results are of a batch of which something was refused.
	Results []Refused
	Now     time.Time
}

// Refused is a request that a batch did not decide, and why.
type Refused struct {
	ID       int64
	Title    string
	Sentence string
}

// tabs are the views the viewer has.
func (d Desk) tabs() []ui.Tab {
	mine := "待我审批"
	if d.Waiting > 0 {
		mine = fmt.Sprintf("待我审批 %d", d.Waiting)
	}
	all := []ui.Tab{
		{Label: mine, URL: href.Approvals(), Current: d.View == worklist.Mine},
		{Label: "我已处理", URL: href.Approvals(href.Text("view", "done")), Current: d.View == worklist.Done},
		{Label: "我提交的", URL: d.list(worklist.Submitted), Current: d.View == worklist.Submitted},
	}
	if !d.Approver {
		return all[2:]
	}
	return all
}

// list is the address of a view; the first view of the viewer has none of its own.
func (d Desk) list(v worklist.View) string {
	if v == worklist.Mine || !d.Approver {
		return href.Approvals()
	}
	return href.Approvals(href.Text("view", string(v)))
}

// item is the address of a request within the list that is shown.
func (d Desk) item(id int64) string {
	return href.Approval(id, d.params()...)
}

func (d Desk) params() []href.Param {
	var params []href.Param
	if d.View != worklist.Mine && d.Approver {
		params = append(params, href.Text("view", string(d.View)))
	}
	return append(params, href.Text("after", d.After))
}

// again is the address of the list alone, for its refresh.
func (d Desk) again() string {
	return href.ApprovalList(append(d.params(), href.Int("current", d.current()))...)
}

// current is the request that stands beside the list.
func (d Desk) current() int64 {
	if d.Detail != nil {
		return d.Detail.ID
	}
	return d.Current
}

func (d Desk) next() string {
	if d.Page.Next == "" {
		return ""
	}
	return href.Approvals(append(d.params()[:len(d.params())-1], href.Text("after", d.Page.Next))...)
}

func (d Desk) first() string {
	if d.After == "" {
		return ""
	}
	return d.list(d.View)
}

func (d Desk) shows(id int64) bool { return d.current() == id }

func (d Desk) handled() string {
	if d.Page.Handled == 0 {
		return "今天还没有处理"
	}
	return fmt.Sprintf("今天已处理 %d 件，%s", d.Page.Handled, accessview.Waiting("平均", d.Page.Usual))
}

// empty says why the list has nothing.
func (d Desk) empty() (title, text string) {
	switch {
	case !d.SeesCustomers:
		return "没有列表", "审计按编号查看单件申请"
	case d.View == worklist.Done:
		return "还没有处理过申请", "批准、退回、拒绝的申请会留在这里"
	case d.View == worklist.Submitted:
		return "没有提交过申请", "在客户档案里点「申请调阅」，进度会显示在这里"
	default:
		return "都处理完了", "新申请会自动出现"
	}
}

func (d Desk) fault(name string) string {
	for _, f := range d.Faults {
		if f.Name == name {
			return f.Sentence
		}
	}
	return ""
}

// when is the time at the end of a row: how long it waits, or when it was.
func (d Desk) when(i worklist.Item) string {
	if d.View == worklist.Mine {
		return accessview.Waited(d.Now.Sub(i.Since))
	}
	return accessview.Moment(i.Since, d.Now)
}

// facts are the words under a row's title.
func (d Desk) facts(i worklist.Item) string {
	s := i.RequesterName
	if d.View == worklist.Submitted {
		s = "审批人 " + i.ApproverName
	}
	if i.Kind == approval.BreakGlass {
		s += " · " + accessview.Minutes(i.Minutes) + " · " + i.Reason
	}
	if asks(i.Kind) {
		s += " · " + i.Purpose.Label() + " · " + accessview.Minutes(i.Minutes)
	}
	return s
}

// subject names a row: the customer and what is asked for.
func subject(i worklist.Item) string {
	if i.Kind == approval.AccessMany {
		return strconv.Itoa(i.Several) + " 位客户 · " + access.Labels(i.Groups())
	}
	if opens(i.Kind) {
		return i.CustomerName + " · " + access.Labels(i.Groups())
	}
	return i.Title
}

// kindIcon is the icon of a kind.
func kindIcon(k approval.Kind) string {
	switch k {
	case approval.Access, approval.AccessMany:
		return "lock"
	case approval.BreakGlass:
		return "alert"
	default:
		return "flow"
	}
}

// stateBadge is how a state is painted.
func stateBadge(s approval.State) (ui.Kind, string) {
	switch s {
	case approval.Approved:
		return ui.OK, "check"
	case approval.Rejected:
		return ui.Bad, "x"
	case approval.Returned:
		return ui.Warn, "undo"
	case approval.Withdrawn:
		return ui.Plain, "undo"
	default:
		return ui.Info, "wait"
	}
}

// requester names who asks, with number, role and whether they look after the
// customer.
func requester(i worklist.Item) string {
	s := i.RequesterNo + " · " + staff.Role(i.RequesterRole).Label()
	if i.Manages {
		s += "（主办）"
	}
	return s + " · " + i.RequesterBranch
}

// approveWords is what the button that approves says.
func approveWords(i worklist.Item) string {
	if i.Kind == approval.BreakGlass {
		return "合理"
	}
	if asks(i.Kind) {
		return "批准所选"
	}
	return "批准"
}

func commentHint(i worklist.Item) string {
	if i.Kind == approval.BreakGlass {
		return "复核意见（判为不合理时必填，当事人会看到）"
	}
	if i.Red() != "" {
		return "意见（本件有红色标记，建议写明核实经过）"
	}
	return "意见（退回、拒绝时必填，申请人会看到）"
}

// checkTone paints a check.
func checkTone(w worklist.Weight) (ui.Kind, string) {
	switch w {
	case worklist.Red:
		return ui.Bad, "flag"
	case worklist.Notice:
		return ui.Warn, "alert"
	default:
		return ui.OK, "check"
	}
}

// eventTone paints a line of the history.
func eventTone(k approval.EventKind) (ui.Kind, string) {
	switch k {
	case approval.WasApproved:
		return ui.OK, "check"
	case approval.WasRejected:
		return ui.Bad, "x"
	case approval.WasReturned:
		return ui.Warn, "undo"
	case approval.WasReminded, approval.WasEscalated:
		return ui.Warn, "clock"
	default:
		return ui.Key, "file"
	}
}

// grantState says what became of a grant in the history.
func grantState(g access.Grant) (ui.Kind, string, string) {
	switch {
	case g.Live:
		return ui.Info, "clock", "使用中"
	case g.EndReason == "handed_back":
		return ui.OK, "undo", "提前归还"
	case g.EndReason != "":
		return ui.Warn, "alert", "已收回"
	default:
		return ui.Plain, "check", "已到期"
	}
}

// looked says how long a group was looked at.
func looked(g access.Grant) string {
	switch {
	case g.Watched() >= time.Second:
		return accessview.Span(g.Watched())
	case g.Live:
		return "在用"
	default:
		return "—"
	}
}

// comma stands before every item of a list but the first.
func comma(i int) string {
	if i == 0 {
		return ""
	}
	return "、"
}

func num(n int64) string { return strconv.FormatInt(n, 10) }
