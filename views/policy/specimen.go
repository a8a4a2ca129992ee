package policyview

import (
	"time"

	"liuhen/internal/access"
	"liuhen/internal/fault"
	"liuhen/internal/staff"
	"liuhen/views/layout"
	"liuhen/views/ui"
)

// Gallery shows the policy read, proposed and refused.
func Gallery() []ui.Specimen {
	return []ui.Specimen{
		{Name: "policy", Page: true, Component: whole(layout.SpecimenFrame("调阅政策"), Body(specimenPage()))},
		{Name: "policy-old", Page: true, Component: whole(layout.SpecimenFrame("调阅政策"), Body(specimenOld()))},
		{Name: "policy-edit", Page: true, Component: whole(layout.SpecimenFrame("调阅政策"), Edit(EditPage{Typed: specimenPolicy(2)}))},
		{Name: "policy-invalid", Page: true, Component: whole(invalidFrame(), Edit(specimenInvalid()))},
	}
}

func invalidFrame() layout.Frame {
	f := layout.SpecimenFrame("调阅政策")
	f.Invalid = true
	return f
}

func specimenPolicy(version int) access.Policy {
	rule := func(w access.Way, max, suggested int, task bool) access.Rule {
		return access.Rule{Way: w, Max: max, Suggested: suggested, Task: task}
	}
	return access.Policy{
		ID: int64(version), Version: version, Base: version, ApprovalID: 41, Author: "戊五", Approver: "己六",
		Note: "检查期间证件一律加合规。", Since: ui.SpecimenTime().Add(-72 * time.Hour),
		Marks:        access.Marks{WorkFrom: 8, WorkTo: 19, QuietFrom: 22, QuietTo: 6, Files: 20, Often: 4, Unserved: true, Outside: true},
		Watch:        access.Watch{WatchDays: 30, FollowDays: 7, FollowLeast: 3, OddLeast: 3, VolumeDays: 7, VolumeTimes: 3, VolumeLeast: 20, RefusedDays: 7},
		EscalateTime: 240,
		Rows: []access.Row{
			{Rule: rule(access.BySuperior, 480, 30, false)},
			{Purpose: access.Complaint, Rule: rule(access.BySuperior, 480, 120, false)},
			{Relation: access.Managing, Group: access.Contact, Rule: rule(access.Exempt, 60, 30, false)},
			{Role: staff.Manager, Group: access.Identity, Purpose: access.Inspection, Rule: rule(access.ByCompliance, 240, 120, true)},
		},
	}
}

func specimenPage() Page {
	now, first := specimenPolicy(2), specimenPolicy(1)
	first.Author, first.Approver, first.ApprovalID, first.Note = "", "", 0, "随系统启用的初始政策。"
	pending := specimenPolicy(0)
	pending.Note = "周末不办调阅。"
	return Page{
		Versions: access.Versions{Shown: now, Current: now, Pending: &pending, Past: []access.Policy{now, first}},
		Manages:  true,
		Now:      ui.SpecimenTime(),
	}
}

func specimenOld() Page {
	p := specimenPage()
	p.Shown, p.Pending = p.Past[1], nil
	return p
}

func specimenInvalid() EditPage {
	p := EditPage{Typed: specimenPolicy(2)}
	p.Typed.Rows[1].Suggested = 600
	p.Typed.Note = "改"
	p.Faults = []fault.Field{{Name: "row-1", Sentence: "第 2 条（投诉处理）：建议时间为 10 分钟到最长时间。"}, {Name: "note", Sentence: "修改理由为 4 到 300 个字。"}}
	return p
}
