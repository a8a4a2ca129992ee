package tagview

import (
	"fmt"
	"strconv"
	"time"

	"liuhen/internal/tag"
	"liuhen/views/ui"
)

// RulesPage is the list of rules, with what was evaluated lately.
type RulesPage struct {
	Overview tag.Overview
	Now      time.Time
}

// inForce counts the rules that give tags now.
func (p RulesPage) inForce() int {
	n := 0
	for _, r := range p.Overview.Rules {
		if r.InForce > 0 {
			n++
		}
	}
	return n
}

// standing says how a rule stands, as a badge.
func standing(r tag.Rule) (ui.Kind, string, string) {
	switch {
	case r.InForce > 0:
		return ui.OK, "check", "第 " + strconv.Itoa(r.InForce) + " 版在用"
	case r.Open > 0:
		return ui.Plain, "wait", "尚未发布"
	default:
		return ui.Plain, "minus", "已停用"
	}
}

// cause says why an evaluation took place.
func cause(c string) string {
	label, ok := map[string]string{
		"import": "导入结束", "note": "新的咨询记录", "publish": "规则发布", "retire": "规则停用", "day": "每日",
	}[c]
	if !ok {
		return c
	}
	return label
}

func reach(r tag.Run) string {
	if r.Customers == nil {
		return "全部客户"
	}
	return strconv.FormatInt(*r.Customers, 10) + " 位客户"
}

func took(r tag.Run) string {
	if r.TookMS < 1000 {
		return strconv.FormatInt(r.TookMS, 10) + " 毫秒"
	}
	return fmt.Sprintf("%.1f 秒", float64(r.TookMS)/1000)
}

// RulePage is one rule with its versions.
type RulePage struct {
	Rule tag.RuleFile
	// Viewer is the id of who looks: the own draft can be submitted.
	Viewer int64
	Retire RetireForm
	Now    time.Time
}

// RetireForm is the form that takes a rule out of force.
type RetireForm struct{ Reason, Fault string }

func (p RulePage) ownDraft() bool {
	v := p.Rule.Latest()
	return v.State == tag.Drafted && v.AuthorID == p.Viewer
}

// editable reports whether the viewer may write: the own draft, or the next
// version where none is open.
func (p RulePage) editable() bool { return p.Rule.Open == 0 || p.ownDraft() }

func (p RulePage) editWord() string {
	if p.ownDraft() {
		return "修改草稿"
	}
	return "编写新版"
}

// before is the version that a version replaced, or would; ok is false for the
// first.
func (p RulePage) before(i int) (tag.Version, bool) {
	if i+1 < len(p.Rule.Versions) {
		return p.Rule.Versions[i+1], true
	}
	return tag.Version{}, false
}

func stateBadge(s tag.State) (ui.Kind, string) {
	switch s {
	case tag.Published:
		return ui.OK, "check"
	case tag.Pending:
		return ui.Warn, "clock"
	case tag.Retired:
		return ui.Plain, "minus"
	default:
		return ui.Info, "file"
	}
}

// history says who wrote and who published a version, and when.
func history(v tag.Version, now time.Time) string {
	text := v.Author + "编写，" + moment(v.CreatedAt, now)
	if v.PublishedAt != nil {
		text += " · "
		if v.Approver != "" {
			text += v.Approver + "复核，"
		}
		text += moment(*v.PublishedAt, now) + " 发布"
	}
	if v.RetiredAt != nil {
		text += " · " + moment(*v.RetiredAt, now) + " 停用：" + v.RetireReason
	}
	return text
}
