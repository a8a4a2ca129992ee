package customerview

import (
	"strings"

	"liuhen/internal/access"
	"liuhen/internal/customer"
	"liuhen/internal/href"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
	"liuhen/views/access"
	"liuhen/views/ui"
)

// eventWords are what a timeline says of an event, and how it marks it.
type eventWords struct {
	Kind   ui.Kind
	Icon   string
	Title  string
	Detail string
}

func words(e customer.Event) eventWords {
	switch e.Kind {
	case customer.Synced:
		return eventWords{"", "down2", e.Who + "同步", blockLabels(e.Groups)}
	case customer.Assessed:
		return eventWords{ui.OK, "shield", "风险测评 C" + e.What, "有效至 " + e.Text + " · " + e.Who}
	case customer.Looked:
		return looked(e)
	case customer.Asked:
		return asked(e)
	case customer.Ended:
		return eventWords{ui.Warn, "clock", e.Who + "的调阅结束「" + groupLabels(e.Groups) + "」", endedBy(e.What)}
	default:
		return eventWords{"", "chat", customer.Via(e.What).Label() + "咨询 · " + or(e.Who), e.Text}
	}
}

func looked(e customer.Event) eventWords {
	w := eventWords{"", "eye", e.Who + "查看了档案", ""}
	switch {
	case e.Refused:
		w = eventWords{ui.Bad, "alert", e.Who + "试图查看，被拒绝", "不在服务范围"}
	case trail.Action(e.What) == trail.GroupRevealed:
		w = eventWords{ui.Info, "open", e.Who + "看了「" + groupLabels(e.Groups) + "」", "凭调阅授权"}
	case trail.Action(e.What) != trail.FileViewed:
		w.Title = e.Who + "：" + trail.Action(e.What).Label()
	}
	return w
}

func asked(e customer.Event) eventWords {
	detail := "用途：" + access.Purpose(e.Text).Label() + " · " + accessview.Minutes(e.Minutes)
	groups := "「" + groupLabels(e.Groups) + "」"
	switch e.What {
	case "approved":
		return eventWords{ui.OK, "open", e.Who + "批准调阅" + groups, detail}
	case "rejected":
		return eventWords{ui.Bad, "x", e.Who + "拒绝调阅" + groups, detail}
	case "returned":
		return eventWords{ui.Warn, "undo", e.Who + "退回调阅" + groups, detail}
	case "withdrawn":
		return eventWords{"", "undo", e.Who + "撤回调阅" + groups, detail}
	case "reminded":
		return eventWords{"", "wait", e.Who + "催办调阅" + groups, detail}
	default:
		return eventWords{"", "lock", e.Who + "申请调阅" + groups, detail}
	}
}

func endedBy(how string) string {
	switch how {
	case "":
		return "到期自动收回"
	case "handed_back":
		return "提前归还"
	case "role", "branch", "employment":
		return "因岗位变动收回"
	default:
		return "已收回"
	}
}

// groupLabels names field groups: 资产、交易流水.
func groupLabels(groups []string) string {
	list := make([]string, len(groups))
	for i, g := range groups {
		list[i] = access.Group(g).Label()
	}
	return strings.Join(list, "、")
}

// filters are the views of a timeline.
func filters(no string, current customer.Filter) []ui.Tab {
	list := make([]ui.Tab, len(customer.Filters()))
	for i, f := range customer.Filters() {
		list[i] = ui.Tab{Label: f.Label(), URL: href.CustomerTimeline(no, href.Text("filter", string(f))), Current: f == current}
	}
	return list
}

// saw says what a viewer saw.
func saw(groups []string, refused bool) string {
	switch {
	case refused:
		return "不在服务范围，被拒绝"
	case len(groups) == 0:
		return "基本信息"
	default:
		return "基本信息、" + groupLabels(groups) + "（授权）"
	}
}

// viewed says what a look was.
func viewed(v customer.View) string {
	if len(v.Groups) > 0 {
		return v.Action.Label() + "：" + groupLabels(v.Groups)
	}
	return v.Action.Label()
}

func roleLabel(role string) string { return staff.Role(role).Label() }
