package accessview

import (
	"slices"
	"strings"

	"liuhen/internal/access"
)

// offered are the purposes of the form with what the policy says about them.
func (s Section) offered() []access.Purpose {
	list := access.PurposesFor(s.Group)
	if p := s.form().Purpose; p.Known() && !slices.Contains(list, p) {
		list = append(list, p)
	}
	return list
}

// longest is the longest time that the policy allows for any purpose.
func (s Section) longest() int {
	longest := 0
	for _, p := range s.offered() {
		longest = max(longest, s.Rules[p].Max)
	}
	return longest
}

// asksForTask reports whether the policy wants a linked task for some purpose.
func (s Section) asksForTask() bool {
	return slices.ContainsFunc(s.offered(), func(p access.Purpose) bool { return s.Rules[p].Task })
}

// policyLines say what the policy asks for, one line for the purposes it treats
// alike: 办理业务、投诉处理：上级审批，最长 8 小时.
func (s Section) policyLines() []string {
	type terms struct {
		way  access.Way
		max  int
		task bool
	}
	var order []terms
	named := map[terms][]string{}
	for _, p := range s.offered() {
		r := s.Rules[p]
		t := terms{r.Way, r.Max, r.Task}
		if named[t] == nil {
			order = append(order, t)
		}
		named[t] = append(named[t], p.Label())
	}
	lines := make([]string, len(order))
	for i, t := range order {
		lines[i] = strings.Join(named[t], "、") + "：" + t.way.Label() + "，最长 " + Minutes(t.max)
		if t.task {
			lines[i] += "，须写工单号"
		}
	}
	return lines
}

// taskHint says for which purposes a task must be named.
func (s Section) taskHint() string {
	var must []string
	for _, p := range s.offered() {
		if s.Rules[p].Task {
			must = append(must, p.Label())
		}
	}
	return "用途为" + strings.Join(must, "、") + "时必填"
}

// usualRule is what the policy says for the usual purpose of the group.
func (s Section) usualRule() access.Rule { return s.Rules[access.PurposesFor(s.Group)[0]] }

// exempt reports whether the policy opens the group without asking anybody.
func (s Section) exempt() bool {
	return s.usualRule().Way == access.Exempt && (s.Relation == access.Managing || s.Relation == access.SameHome)
}

// exemptBecause says why nobody is asked, and for how long it opens.
func (s Section) exemptBecause() string {
	why := "因您与客户同机构"
	if s.Relation == access.Managing {
		why = "因您是主办经理"
	}
	return why + "，按政策免审批，每次 " + Minutes(s.usualRule().Suggested)
}
