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
	"liuhen/views/layout"
	policyview "liuhen/views/policy"
)

// policyPages show the access policy and take proposals for its next version.
type policyPages struct{ *shell }

func (p policyPages) routes() []route {
	return []route{
		{http.MethodGet, "/admin/access", authz.ReadPolicy, p.show},
		{http.MethodPost, "/admin/access", authz.ManagePolicy, p.propose},
	}
}

func policyHead(title string) head {
	return head{Title: title, Nav: navPolicy, Help: layout.Help{
		Purpose: "谁看哪类信息要经过谁、最长多久、要不要工单，都写在这里。合规或风控提议新版本，另一方批准后才生效，旧版本一直留着。",
		Rules:   ruleLinks("access-policy", "red-marks", "access-anomalies", "ladder", "four-eyes"),
	}}
}

func (p policyPages) show(c echo.Context) error {
	version, err := strconv.Atoi(c.QueryParam("version"))
	if err != nil {
		version = 0 // an address without a version shows the one in force
	}
	v, err := p.Policies.Versions(c.Request().Context(), acting(c), version)
	if err != nil {
		return err
	}
	manages := authz.Allows(acting(c).Role, authz.ManagePolicy)
	if manages && c.QueryParam("edit") != "" {
		typed := v.Current
		typed.Base, typed.Note = v.Current.Version, ""
		return p.page(c, policyHead("提议修改调阅政策"), policyview.Edit(policyview.EditPage{Typed: typed}))
	}
	return p.page(c, policyHead("调阅政策"), policyview.Body(policyview.Page{Versions: v, Manages: manages, Now: p.now()}))
}

func (p policyPages) propose(c echo.Context) error {
	typed, err := typedPolicy(c)
	if err != nil {
		return err
	}
	id, err := p.Policies.Propose(c.Request().Context(), acting(c), typed)
	if f := fault.As(err); f != nil && f.Kind == fault.Invalid {
		return p.invalid(c, policyHead("提议修改调阅政策"), policyview.Edit(policyview.EditPage{Typed: typed, Faults: f.Fields}))
	}
	if err != nil {
		return err
	}
	return p.done(c, href.Approval(id), "已提交，等另一方批准。")
}

// typedPolicy reads the form of a proposal. What is no number is -1, which no
// policy accepts; a line without a way is left out.
func typedPolicy(c echo.Context) (access.Policy, error) {
	form, err := c.FormParams()
	if err != nil {
		return access.Policy{}, fault.Wrap(fault.Invalid, "表单没有传完整，请重新提交。", err)
	}
	at := func(name string, i int) string {
		if list := form[name]; i < len(list) {
			return shownText(list[i])
		}
		return ""
	}
	n := func(name string) int { return whole(at(name, 0)) }
	p := access.Policy{
		Base: n("base"), Note: at("note", 0), EscalateTime: n("escalate"), Many: n("many"),
		Marks: access.Marks{
			WorkFrom: n("work_from"), WorkTo: n("work_to"), QuietFrom: n("quiet_from"), QuietTo: n("quiet_to"),
			Files: n("files"), Often: n("often"), Unserved: at("unserved", 0) != "", Outside: at("outside", 0) != "",
		},
		Watch: access.Watch{
			WatchDays: n("watch_days"), FollowDays: n("follow_days"), FollowLeast: n("follow_least"), OddLeast: n("odd_least"),
			VolumeDays: n("volume_days"), VolumeTimes: n("volume_times"), VolumeLeast: n("volume_least"),
			RefusedDays: n("refused_days"), RefusedLeast: n("refused_least"),
		},
	}
	for i, way := range form["row-way"] {
		if way == "" {
			continue
		}
		p.Rows = append(p.Rows, access.Row{
			Role: staff.Role(at("row-role", i)), Relation: access.Relation(at("row-relation", i)),
			Group: access.Group(at("row-group", i)), Purpose: access.Purpose(at("row-purpose", i)),
			Rule: access.Rule{Way: access.Way(way), Max: whole(at("row-max", i)), Suggested: whole(at("row-suggested", i)), Task: at("row-task", i) != ""},
		})
	}
	return p, nil
}

// whole reads a whole number, -1 for anything else.
func whole(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 1<<15 {
		return -1
	}
	return n
}
