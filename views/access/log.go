package accessview

import (
	"time"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/href"
	"liuhen/internal/worklist"
	"liuhen/views/ui"
)

// Tabs lead between the pages of access.
type Tabs struct {
	// Current is the address of the page, without its query.
	Current string
	// Watches adds what only compliance sees.
	Watches bool
}

func (t Tabs) list() []ui.Tab {
	tabs := []ui.Tab{
		{Label: "授权与复核", URL: href.Access()},
		{Label: "申请记录", URL: href.AccessRequests()},
		{Label: "看过的客户", URL: href.AccessLooked()},
		{Label: "导出", URL: href.Exports()},
	}
	if t.Watches {
		tabs = append(tabs, ui.Tab{Label: "调阅异常", URL: href.AccessAnomalies()})
	}
	for i := range tabs {
		tabs[i].Current = tabs[i].URL == t.Current
	}
	return tabs
}

// Log is what the two lists of access share.
type Log struct {
	Tabs  Tabs
	Query worklist.AccessQuery
	// People names whose access the viewer oversees; empty for nobody's.
	People string
	Now    time.Time
}

// whose switches between the viewer's own and the people's.
func (l Log) whose(address func(...href.Param) string) []ui.Tab {
	if l.People == "" {
		return nil
	}
	state := href.Text("state", string(l.Query.State))
	return []ui.Tab{
		{Label: "我自己", URL: address(state), Current: !l.Query.People},
		{Label: l.People, URL: address(href.Flag("people", true), state), Current: l.Query.People},
	}
}

// next is the address of the page after; empty at the end.
func (l Log) next(address func(...href.Param) string, after string) string {
	if after == "" {
		return ""
	}
	return address(href.Flag("people", l.Query.People), href.Text("state", string(l.Query.State)), href.Text("after", after))
}

// first is the address of the first page; empty on it.
func (l Log) first(address func(...href.Param) string) string {
	if l.Query.After == "" {
		return ""
	}
	return address(href.Flag("people", l.Query.People), href.Text("state", string(l.Query.State)))
}

// RequestsPage is the list of requests.
type RequestsPage struct {
	Log
	Lines worklist.AccessLines
	// Everything says that the viewer may open every request.
	Everything bool
}

// states are the filters by state.
func (p RequestsPage) states() []ui.Tab {
	people := href.Flag("people", p.Query.People)
	tabs := []ui.Tab{{Label: "全部状态", URL: href.AccessRequests(people), Current: p.Query.State == ""}}
	for _, s := range approval.States() {
		tabs = append(tabs, ui.Tab{Label: s.Label(), URL: href.AccessRequests(people, href.Text("state", string(s))), Current: p.Query.State == s})
	}
	return tabs
}

// about names what a request is about.
func about(l worklist.AccessLine) string {
	switch {
	case l.CustomerName != "":
		return l.CustomerName + " · " + access.Labels(l.Groups())
	case l.Title != "":
		return l.Title
	default:
		return "其他机构的客户 · " + access.Labels(l.Groups())
	}
}

// closed is the time a request was closed, empty while it is open.
func closed(l worklist.AccessLine, now time.Time) string {
	if l.ClosedAt == nil {
		return "—"
	}
	return Moment(*l.ClosedAt, now)
}

// stateBadge paints the state of a request in a list.
func stateBadge(s approval.State) (ui.Kind, string) {
	if s == approval.Approved {
		return ui.OK, "check"
	}
	return requestBadge(s)
}

// LookedPage is the list of customers that were looked at.
type LookedPage struct {
	Log
	Looks worklist.Looks
	// Trail says that the viewer may read the trail.
	Trail bool
}

// seen names the closed groups that were seen.
func seen(l worklist.Look) string {
	if len(l.Groups()) == 0 {
		return "只看了开放信息"
	}
	return access.Labels(l.Groups())
}

// lines leads to the trail's lines behind a look.
func (p LookedPage) lines(l worklist.Look) string {
	return href.Trail(href.Text("staff", l.StaffNo), href.Text("customer", l.CustomerNo), href.Day("from", p.Now.AddDate(0, 0, -30)), href.Day("to", p.Now))
}
