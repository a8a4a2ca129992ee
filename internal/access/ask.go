package access

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"liuhen/internal/fault"
)

// Ask is what somebody asks to see of one customer.
type Ask struct {
	Groups  []Group
	Purpose Purpose
	Reason  string
	Minutes int
	Task    string // the number of the work order it is for; empty if there is none
}

// maxTask is the longest number of a task, in characters.
const maxTask = 40

// checked returns the ask with its groups in order and its texts trimmed, or
// an Invalid fault on the fields group, purpose, reason, minutes and task. name
// is the customer's, rule what the policy says about these groups.
func (a Ask) checked(name string, rule Rule) (Ask, error) {
	var f fault.Fields
	for _, g := range a.Groups {
		f.Require(g.Known(), "group", "没有这个信息分组。")
	}
	f.Require(len(a.Groups) > 0, "group", "请选择要看的信息分组。")
	f.Require(a.Purpose.Known(), "purpose", "请选择用途。")
	if wrong := ReasonFault(a.Reason, name); wrong != "" {
		f.Add("reason", wrong)
	}
	f.Require(a.Minutes >= MinMinutes && a.Minutes <= rule.Max, "minutes", fmt.Sprintf("按调阅政策，时长为 %d 到 %d 分钟。", MinMinutes, rule.Max))
	a.Task = strings.TrimSpace(a.Task)
	f.Require(a.Task != "" || !rule.Task, "task", "按调阅政策，这类申请须写关联工单号或来函文号。")
	f.Require(utf8.RuneCountInString(a.Task) <= maxTask && !strings.ContainsFunc(a.Task, unicode.IsControl), "task", fmt.Sprintf("工单号最多 %d 个字符。", maxTask))
	a.Groups = inOrder(a.Groups)
	a.Reason = strings.TrimSpace(a.Reason)
	return a, f.Err()
}

// inOrder returns the known groups of the list, each once, in file order.
func inOrder(groups []Group) []Group {
	var list []Group
	for _, g := range Groups() {
		if slices.Contains(groups, g) {
			list = append(list, g)
		}
	}
	return list
}

func words(groups []Group) []string {
	list := make([]string, len(groups))
	for i, g := range groups {
		list[i] = string(g)
	}
	return list
}

func parseGroups(list []string) []Group {
	groups := make([]Group, len(list))
	for i, w := range list {
		groups[i] = Group(w)
	}
	return inOrder(groups)
}

// Outcome is what became of an ask, group by group.
type Outcome struct {
	ApprovalID  int64    // the new or resubmitted request; 0 when none was needed
	Asked       []Group  // newly submitted
	Resubmitted []Group  // a returned request, amended and submitted again
	Open        []Group  // already open: nothing to ask
	Pending     []Group  // already asked for: not asked twice
	Opened      []Group  // opened at once, because the policy does not ask
	Approver    Approver // who decides first, when ApprovalID is set
	Second      bool     // compliance decides after the approver
}

// Sentence tells the requester what happened.
func (o Outcome) Sentence() string {
	var parts []string
	if submitted := inOrder(slices.Concat(o.Asked, o.Resubmitted)); len(submitted) > 0 {
		second := ""
		if o.Second {
			second = "，之后由合规审批"
		}
		parts = append(parts, "已提交「"+Labels(submitted)+"」，等待 "+o.Approver.Name+" 审批"+second+"。")
	}
	if len(o.Opened) > 0 {
		parts = append(parts, "「"+Labels(o.Opened)+"」按政策免审批，已经打开。")
	}
	if len(o.Open) > 0 {
		parts = append(parts, "「"+Labels(o.Open)+"」已经开放，不用再申请。")
	}
	if len(o.Pending) > 0 {
		parts = append(parts, "「"+Labels(o.Pending)+"」已在审批中，没有重复提交。")
	}
	return strings.Join(parts, "")
}

// plan sorts an ask into what is asked for anew and what needs no asking, by how
// the groups stand; returned are the requests to submit again.
func (a Ask) plan(standing map[Group]Status) (o Outcome, returned []Status) {
	for _, g := range a.Groups {
		switch s := standing[g]; s.State {
		case Open:
			o.Open = append(o.Open, g)
		case Pending:
			o.Pending = append(o.Pending, g)
		case Returned:
			if !slices.ContainsFunc(returned, func(r Status) bool { return r.ApprovalID == s.ApprovalID }) {
				returned = append(returned, s)
			}
		default:
			o.Asked = append(o.Asked, g)
		}
	}
	return o, returned
}
