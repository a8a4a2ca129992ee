package access

import (
	"fmt"
	"strconv"
	"strings"

	"liuhen/internal/approval"
)

// Names tells what the line speaks of: 客户经理 · 主办 · 联系方式 · 监管检查; what
// it leaves open is left out.
func (r Row) Names() string {
	var parts []string
	if r.Role != "" {
		parts = append(parts, r.Role.Label())
	}
	if r.Relation != "" {
		parts = append(parts, r.Relation.Label())
	}
	if r.Group != "" {
		parts = append(parts, r.Group.Label())
	}
	if r.Purpose != "" {
		parts = append(parts, r.Purpose.Label())
	}
	if len(parts) == 0 {
		return "其余一律"
	}
	return strings.Join(parts, " · ")
}

// Terms tells the rule: 上级审批，最长 480 分钟，建议 30 分钟，须写工单号.
func (r Rule) Terms() string {
	s := fmt.Sprintf("%s，最长 %d 分钟，建议 %d 分钟", r.Way.Label(), r.Max, r.Suggested)
	if r.Task {
		s += "，须写工单号"
	}
	return s
}

// setting is a value of the policy beside its lines, in words.
type setting struct{ label, value string }

// settings lists the red marks and the rest in words, in the order of the page.
func (p Policy) settings() []setting {
	return []setting{
		{"工作时间", fmt.Sprintf("周一至周五 %d–%d 点", p.WorkFrom, p.WorkTo)},
		{"异常时间", p.quietWords()},
		{"一天内客户", counted(p.Files, "满 %d 位标红")},
		{"七天内重复", counted(p.Often, "同一信息满 %d 次标红")},
		{"非服务客户", onOff(p.Unserved)},
		{"本机构以外", onOff(p.Outside)},
		{"无人处理时", counted(p.EscalateTime, "满 %d 个工作分钟转办")},
		{"一次多位客户", p.manyWords()},
	}
}

// Settings tells the red marks and when a request goes higher: label and value by
// turns.
func (p Policy) Settings() [][2]string { return inPairs(p.settings()) }

// Watched tells the thresholds of the anomalies: label and value by turns.
func (p Policy) Watched() [][2]string { return inPairs(p.watchSettings()) }

func inPairs(settings []setting) [][2]string {
	var list [][2]string
	for _, s := range settings {
		list = append(list, [2]string{s.label, s.value})
	}
	return list
}

func (m Marks) quietWords() string {
	switch {
	case m.QuietFrom == m.QuietTo:
		return "不设"
	case m.QuietFrom > m.QuietTo:
		return fmt.Sprintf("%d 点至次日 %d 点标红", m.QuietFrom, m.QuietTo)
	default:
		return fmt.Sprintf("%d 点至 %d 点标红", m.QuietFrom, m.QuietTo)
	}
}

func (p Policy) manyWords() string {
	if p.Many == 0 {
		return "不允许，逐位申请"
	}
	return fmt.Sprintf("最多 %d 位，上级与合规先后审批", p.Many)
}

func counted(n int, words string) string {
	if n == 0 {
		return "不设"
	}
	return fmt.Sprintf(words, n)
}

func onOff(on bool) string {
	if on {
		return "标红"
	}
	return "不标"
}

// Changes lists what a policy changes about the one before, as its second person
// reads it: thresholds, then lines that are gone, new or different.
func (p Policy) Changes(before Policy) []approval.Fact {
	var facts []approval.Fact
	old := append(before.settings(), before.watchSettings()...)
	for i, s := range append(p.settings(), p.watchSettings()...) {
		if s.value != old[i].value {
			facts = append(facts, approval.Fact{Label: s.label, Before: old[i].value, After: s.value})
		}
	}
	was := map[string]Row{}
	for _, r := range before.Rows {
		was[r.key()] = r
	}
	for _, r := range p.Rows {
		o, had := was[r.key()]
		delete(was, r.key())
		switch {
		case !had:
			facts = append(facts, approval.Fact{Label: r.Names(), Before: "没有单独规定", After: r.Terms()})
		case o.Rule != r.Rule:
			facts = append(facts, approval.Fact{Label: r.Names(), Before: o.Terms(), After: r.Terms()})
		}
	}
	for _, r := range before.Rows {
		if _, gone := was[r.key()]; gone {
			facts = append(facts, approval.Fact{Label: r.Names(), Before: r.Terms(), After: "删去，按更宽的一条"})
		}
	}
	return facts
}

// key is what a line names; no two lines of a policy name the same.
func (r Row) key() string {
	return strings.Join([]string{string(r.Role), string(r.Relation), string(r.Group), string(r.Purpose)}, "/")
}

// VersionLabel names the version: 第 3 版.
func (p Policy) VersionLabel() string { return "第 " + strconv.Itoa(p.Version) + " 版" }
