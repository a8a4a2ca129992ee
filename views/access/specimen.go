package accessview

import (
	"time"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/worklist"
	"liuhen/views/layout"
	"liuhen/views/ui"
)

// Gallery shows a closed group in each of its states.
func Gallery() []ui.Specimen {
	return []ui.Specimen{
		{Name: "section-locked", Component: Card(specimenSection(access.Status{State: access.Locked}))},
		{Name: "section-invalid", Component: Card(specimenInvalid())},
		{Name: "section-pending", Component: Card(specimenSection(specimenPending()))},
		{Name: "section-stuck", Component: Card(specimenSection(specimenStuck()))},
		{Name: "section-open", Component: Card(specimenSection(specimenOpen()))},
		{Name: "section-returned", Component: Card(specimenSection(specimenReturned()))},
		{Name: "section-rejected", Component: Card(specimenSection(specimenRejected()))},
		{Name: "section-expired", Component: Card(specimenSection(specimenExpired()))},
		{Name: "section-unseen", Component: Card(specimenSection(access.Status{State: access.Expired, GrantID: 3, Until: ago(25 * time.Minute)}))},
		{Name: "section-urgent", Component: Card(specimenSection(specimenUrgent()))},
		{Name: "section-urgent-invalid", Component: Card(specimenUrgentInvalid())},
		{Name: "banner", Component: Banner(Glass{CustomerNo: "90000001", Groups: []access.Group{access.Assets}, Until: ago(-9 * time.Minute), Now: ui.SpecimenTime()})},
		{Name: "banner-hidden", Component: Banner(Glass{CustomerNo: "90000001", Now: ui.SpecimenTime()})},
		{Name: "overdue", Component: Overdue(2)},
		{Name: "section-exempt", Component: Card(specimenExempt(access.Status{State: access.Locked}))},
		{Name: "section-exempt-open", Component: Card(specimenExempt(specimenByPolicy()))},
		{Name: "section-nobody", Component: Card(specimenNobody())},
		{Name: "access", Page: true, Component: whole(layout.SpecimenFrame("我的调阅"), specimenMine())},
		page("申请调阅多位客户", "access-many", Many(specimenMany())),
		page("申请调阅多位客户", "access-many-again", Many(specimenManyAgain())),
		{Name: "section-pending-many", Component: Card(specimenSection(specimenPendingMany()))},
		page("调阅异常", "access-anomalies", Anomalies(specimenAnomalies())),
		page("调阅异常", "access-anomalies-none", Anomalies(AnomaliesPage{Tabs: Tabs{Current: href.AccessAnomalies(), Watches: true}, Now: ui.SpecimenTime()})),
		page("申请记录", "access-requests", Requests(specimenRequests())),
		page("申请记录", "access-requests-empty", Requests(RequestsPage{Log: Log{Tabs: Tabs{Current: href.AccessRequests()}, Now: ui.SpecimenTime()}})),
		page("看过的客户", "access-looked", LookedAt(specimenLooked())),
		{Name: "access-empty", Page: true, Component: whole(layout.SpecimenFrame("我的调阅"), MinePage{Tabs: Tabs{Current: href.Access()}, Now: ui.SpecimenTime(), Reviews: ReviewsPage{Now: ui.SpecimenTime()}})},
	}
}

func specimenSection(s access.Status) Section {
	return Section{
		CustomerNo: "90000001",
		Group:      access.Assets,
		Status:     s,
		Band:       "100–300万",
		Masked:     []string{"总资产 *** 万", "持仓 * 只"},
		Origin:     "核心系统 · 今天 02:42 同步",
		Others:     []access.Group{access.Contact, access.Assets, access.Transactions},
		MayBreak:   true,
		Approver:   access.Approver{ID: 5, Name: "丙三", Role: "supervisor", Direct: true, Usual: 6 * time.Minute},
		Rules:      specimenRules(),
		Relation:   access.Managing,
		Now:        ui.SpecimenTime(),
	}
}

func specimenRules() map[access.Purpose]access.Rule {
	all := map[access.Purpose]access.Rule{}
	for _, p := range access.Purposes() {
		all[p] = access.Rule{Way: access.BySuperior, Max: 480, Suggested: 30}
	}
	all[access.Inspection] = access.Rule{Way: access.ByCompliance, Max: 240, Suggested: 120, Task: true}
	return all
}

func specimenInvalid() Section {
	s := specimenSection(access.Status{State: access.Locked})
	s.Form = Form{
		Groups:  []access.Group{access.Assets, access.Transactions},
		Purpose: access.Complaint,
		Reason:  "看一下",
		Minutes: 600,
		Faults:  []fault.Field{{Name: "reason", Sentence: "事由至少 10 个字，现在 3 个。"}, {Name: "minutes", Sentence: "时长为 10 到 480 分钟。"}},
	}
	return s
}

func specimenNobody() Section {
	s := specimenSection(access.Status{State: access.Locked})
	s.Approver = access.Approver{}
	return s
}

func specimenPending() access.Status {
	return access.Status{State: access.Pending, ApprovalID: 17, By: "丙三", Since: ago(18 * time.Minute), Reminded: ago(5 * time.Minute)}
}

func specimenStuck() access.Status {
	s := specimenPending()
	s.Stuck = true
	return s
}

func specimenOpen() access.Status {
	return access.Status{State: access.Open, GrantID: 3, ApprovalID: 17, By: "丙三", Since: ago(11 * time.Minute), Until: ago(-109 * time.Minute), Purpose: access.Reconciliation}
}

func specimenReturned() access.Status {
	return access.Status{
		State: access.Returned, ApprovalID: 17, By: "丙三", DecidedAt: ago(3 * time.Minute), Comment: "请写明工单号。",
		Groups: []access.Group{access.Assets, access.Transactions}, Purpose: access.Service,
		Reason: "客户来电要调整理财配置，需核对到期安排。", Minutes: 45,
	}
}

func specimenRejected() access.Status {
	return access.Status{State: access.Rejected, ApprovalID: 17, By: "丙三", DecidedAt: ago(2 * time.Hour), Comment: "该业务不需要看资产。"}
}

func specimenExpired() access.Status {
	return access.Status{State: access.Expired, GrantID: 3, ApprovalID: 17, Until: ago(25 * time.Minute), Looked: true, Watched: 725 * time.Second}
}

func ago(d time.Duration) time.Time { return ui.SpecimenTime().Add(-d) }

func specimenMine() MinePage {
	live := access.Grant{ID: 3, ApprovalID: 17, StaffName: "甲一", CustomerNo: "90000001", CustomerName: "甲明远", Group: access.Assets, Purpose: access.Service, GrantedAt: ago(6 * time.Minute), Until: ago(-24 * time.Minute), Live: true, By: "丙三", Seconds: 200}
	longer := live
	longer.ID, longer.Group, longer.Until = 4, access.Transactions, ago(-108*time.Minute)
	past, back := live, live
	past.Live, past.Until, past.ID = false, ago(3*time.Hour), 1
	back.Live, back.Until, back.ID, back.EndReason, back.Seconds = false, ago(26*time.Hour), 2, "handed_back", 0
	pending := access.Request{ApprovalID: 21, State: approval.Pending, CustomerNo: "90000002", CustomerName: "乙思齐", Groups: []access.Group{access.Contact, access.Assets}, Purpose: access.Complaint, Minutes: 120, SubmittedAt: ago(18 * time.Minute), By: "丙三", Reminded: ago(5 * time.Minute)}
	stuck, returned, rejected, withdrawn := pending, pending, pending, pending
	stuck.ApprovalID, stuck.Stuck = 22, true
	returned.ApprovalID, returned.State, returned.Comment = 23, approval.Returned, "请写明工单号。"
	rejected.ApprovalID, rejected.State, rejected.Comment, rejected.DecidedAt = 24, approval.Rejected, "该业务不需要看资产。", ago(time.Hour)
	withdrawn.ApprovalID, withdrawn.State = 25, approval.Withdrawn
	return MinePage{
		Tabs: Tabs{Current: href.Access()},
		Mine: access.Mine{
			Live: []access.Grant{live, longer},
			Open: []access.Request{pending, stuck, returned},
			Past: []access.Grant{past, back},
			Shut: []access.Request{rejected, withdrawn},
			Team: []access.Grant{live},
		},
		Reviews:    specimenReviews(),
		Supervises: true,
		Now:        ui.SpecimenTime(),
	}
}

func specimenUrgent() access.Status {
	s := specimenOpen()
	s.Urgent, s.Purpose, s.Until = true, access.Other, ago(-9*time.Minute)
	return s
}

func specimenUrgentInvalid() Section {
	s := specimenSection(access.Status{State: access.Locked})
	s.Form = Form{
		Groups: []access.Group{access.Assets}, Urgent: true, Reason: "快",
		Faults: []fault.Field{{Name: "reason", Sentence: "事由至少 10 个字，现在 1 个。"}},
	}
	return s
}

func specimenReviews() ReviewsPage {
	due := ago(-21 * time.Hour)
	pending := worklist.Review{
		ApprovalID: 31, StaffID: 1, StaffNo: "90001", StaffName: "甲一", Branch: "滨江支行", CustomerNo: "90000001", CustomerName: "甲明远",
		GroupWords: []string{"assets"}, Reason: "客户在柜台疑似被骗转账，须立刻核对余额。", OpenedAt: ago(5 * time.Minute), Live: true,
		Due: due, State: approval.Pending, Reviewer: "丙三", ReviewerID: 5,
	}
	late, fine, wrong := pending, pending, pending
	late.ApprovalID, late.Live, late.Overdue, late.Due, late.OpenedAt = 30, false, true, ago(2*time.Hour), ago(26*time.Hour)
	late.CustomerNo, late.CustomerName = "", ""
	decided := ago(40 * time.Hour)
	fine.ApprovalID, fine.Live, fine.State, fine.DecidedAt, fine.OpenedAt = 29, false, approval.Approved, &decided, ago(50*time.Hour)
	wrong.ApprovalID, wrong.Live, wrong.State, wrong.DecidedAt, wrong.OpenedAt, wrong.Comment = 28, false, approval.Rejected, &decided, ago(70*time.Hour), "可以等审批。"
	return ReviewsPage{Reviews: []worklist.Review{late, pending, fine, wrong}, ViewerID: 5, Now: ui.SpecimenTime()}
}

func specimenExempt(status access.Status) Section {
	s := specimenSection(status)
	for p := range s.Rules {
		s.Rules[p] = access.Rule{Way: access.Exempt, Max: 60, Suggested: 30}
	}
	return s
}

func specimenByPolicy() access.Status {
	s := specimenOpen()
	s.By = access.ByPolicy
	return s
}
