package approvalview

import (
	"time"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/staff"
	"liuhen/internal/worklist"
	"liuhen/views/layout"
	"liuhen/views/ui"
)

// Gallery shows the desk in each of its states.
func Gallery() []ui.Specimen {
	return []ui.Specimen{
		specimen("approvals", specimenDesk()),
		specimen("approvals-marked", specimenMarked()),
		specimen("approvals-refused", specimenRefused()),
		specimen("approvals-batch", specimenBatch()),
		specimen("approvals-empty", Desk{View: worklist.Mine, Approver: true, SeesCustomers: true, Now: ui.SpecimenTime()}),
		specimen("approvals-own", specimenOwn()),
		specimen("approvals-done", specimenDone()),
		specimen("approvals-review", specimenReview()),
		specimen("approvals-change", specimenChange()),
		specimen("approvals-many", specimenMany()),
		{Name: "delegations", Page: true, Component: page(layout.SpecimenFrame("审批代理"), DelegationsBody(specimenDelegations()))},
		{Name: "delegations-empty", Page: true, Component: page(layout.SpecimenFrame("审批代理"), DelegationsBody(DelegationsPage{Now: ui.SpecimenTime()}))},
	}
}

func specimen(name string, d Desk) ui.Specimen {
	frame := layout.SpecimenFrame("待办")
	frame.Main, frame.Invalid = layout.TwoPanes, len(d.Faults) > 0
	return ui.Specimen{Name: name, Page: true, Component: whole(frame, d)}
}

func specimenItem(id int64, customer string, wait time.Duration) worklist.Item {
	grade, band := int16(3), int16(4)
	return worklist.Item{
		ID: id, Kind: approval.Access, State: approval.Pending, Title: "调阅 " + customer + "的资产、交易流水",
		Because: "您是甲一的直接上级", ApproverName: "丙三",
		RequesterID: 1, RequesterName: "甲一", RequesterNo: "90001", RequesterRole: staff.Manager, RequesterBranch: "滨江支行",
		CustomerID: id, CustomerNo: "90000001", CustomerName: customer, GradeNumber: &grade, BandNumber: &band, Manages: true,
		GroupWords: []string{"assets", "transactions"}, Purpose: access.Service, Minutes: 30,
		Reason: "客户今日咨询调整理财配置，需核对持仓与到期安排，工单 88131。",
		Since:  ago(wait), Circumstances: access.Circumstances{SubmittedAt: ago(wait), Relation: access.Managing, InBranch: true, Week: 1, FilesADay: 3},
	}
}

func specimenDesk() Desk {
	red := specimenItem(18, "乙思齐", 40*time.Minute)
	red.Week, red.Marks = 4, []string{"近 7 天第 4 次调阅"}
	other := specimenItem(19, "丙雅琴", 30*time.Second)
	other.Manages, other.GroupWords = false, []string{"contact"}
	page := worklist.Page{Items: []worklist.Item{specimenItem(17, "甲明远", 126*time.Minute), red, other}, Next: "1-2", Handled: 26, Usual: 6 * time.Minute}
	detail := specimenDetail(page.Items[0])
	return Desk{View: worklist.Mine, Approver: true, SeesCustomers: true, Page: page, Waiting: 14, Detail: &detail, Chosen: true, Now: ui.SpecimenTime()}
}

func specimenChange() Desk {
	i := specimenItem(21, "", 9*time.Minute)
	i.Kind, i.Title, i.Because = approval.StaffChange, "甲一的角色改为主管", "您复核人员权限"
	i.CustomerID, i.CustomerNo, i.GradeNumber, i.BandNumber = 0, "", nil, nil
	d := specimenDesk()
	detail := specimenDetail(i)
	detail.History, detail.Checks = nil, nil
	detail.Facts = []approval.Fact{{Label: "角色", Before: "客户经理", After: "主管"}, {Label: "事由", After: "竞聘上岗，任命文 <2026> 12 号。"}}
	detail.Link = "/admin/people/90001"
	d.Page.Items, d.Detail = []worklist.Item{i}, &detail
	return d
}

func specimenMany() Desk {
	i := specimenItem(24, "", 9*time.Minute)
	i.Kind, i.Title, i.Several, i.Manages = approval.AccessMany, "调阅 3 位客户的资产、交易流水", 2, false
	i.CustomerID, i.CustomerNo, i.GradeNumber, i.BandNumber = 0, "", nil, nil
	d := specimenDesk()
	detail := specimenDetail(i)
	detail.History = nil
	one := worklist.Named{No: "90000001", Name: "甲明远", GradeNumber: d.Page.Items[0].GradeNumber, BandNumber: d.Page.Items[0].BandNumber, Branch: "滨江支行", Relation: access.Managing, InBranch: true, Week: 1}
	two, three := one, one
	two.No, two.Name, two.Week, two.Marks = "90000002", "乙思齐", 4, []string{"近 7 天第 4 次调阅"}
	three.No, three.Name, three.LeftOut = "90000003", "丙雅琴", true
	detail.Named = []worklist.Named{one, two, three}
	d.Page.Items, d.Detail = []worklist.Item{i}, &detail
	d.Left.Customers = []string{"90000001"}
	d.Faults = []fault.Field{{Name: "customer", Sentence: "有客户不在申请里，只能移除，不能增加。"}}
	return d
}

func specimenDetail(i worklist.Item) worklist.Detail {
	since := i.Since
	return worklist.Detail{
		Item:    i,
		Rule:    access.Rule{Way: access.BySuperior, Max: 480, Suggested: 30},
		Policy:  3,
		Decides: true,
		Steps:   []approval.Step{{Position: 1, ApproverName: "丙三", ApproverAble: true, Because: i.Because, State: approval.StepPending, WaitingSince: &since}},
		Events: []approval.Event{
			{ID: 1, At: i.Since, StaffName: "甲一", Kind: approval.WasSubmitted},
			{ID: 2, At: ago(10 * time.Minute), StaffName: "甲一", Kind: approval.WasReminded},
		},
		History: []access.Grant{
			{ID: 3, Group: access.Transactions, Purpose: access.Reconciliation, By: "丙三", GrantedAt: ago(15 * time.Minute), Live: true},
			{ID: 2, Group: access.Assets, Purpose: access.Service, By: "丙三", GrantedAt: ago(100 * time.Hour), EndReason: "handed_back", Seconds: 190},
			{ID: 1, Group: access.Assets, Purpose: access.Suitability, By: "丙三", GrantedAt: ago(200 * time.Hour)},
		},
		Checks: []worklist.Check{
			{Text: "主办关系成立", Note: "自 2023-04-10"},
			{Weight: worklist.Notice, Text: "客户不归属申请人所在机构", Note: "城东支行"},
			{Weight: worklist.Red, Text: "近 7 天第 4 次申请这类信息"},
		},
	}
}

func specimenMarked() Desk {
	d := specimenDesk()
	detail := specimenDetail(d.Page.Items[1])
	d.Detail, d.Chosen = &detail, false
	return d
}

func specimenRefused() Desk {
	d := specimenDesk()
	d.Comment = "不行"
	d.Faults = []fault.Field{{Name: "comment", Sentence: "拒绝须写明理由，至少 4 个字。"}}
	return d
}

func specimenBatch() Desk {
	d := specimenDesk()
	d.Detail, d.Chosen = nil, false
	d.Results = []Refused{{ID: 18, Title: "编号 18", Sentence: "有红色标记（近 7 天第 4 次调阅），请打开后单独处理。"}}
	return d
}

func specimenOwn() Desk {
	d := specimenDesk()
	d.View, d.Approver, d.Page = worklist.Submitted, false, worklist.Page{Items: d.Page.Items[:1]}
	d.Detail.State, d.Detail.Decides, d.Detail.Asked, d.Detail.Checks = approval.Returned, false, true, nil
	d.Detail.Events = append(d.Detail.Events, approval.Event{ID: 3, At: ago(time.Minute), StaffName: "丙三", Kind: approval.WasReturned, Comment: "请写明工单号。"})
	return d
}

func specimenDone() Desk {
	d := specimenDesk()
	d.View, d.Detail, d.Chosen = worklist.Done, nil, false
	for i, s := range []approval.State{approval.Approved, approval.Rejected, approval.Withdrawn} {
		d.Page.Items[i].State = s
	}
	return d
}

func ago(d time.Duration) time.Time { return ui.SpecimenTime().Add(-d) }

func specimenDelegations() DelegationsPage {
	revoked := ago(time.Hour)
	live := approval.Delegation{ID: 3, Staff: "丙三", Deputy: "丁四", BeginsAt: ago(24 * time.Hour), EndsAt: ago(-72 * time.Hour), Reason: "年假", Live: true}
	none := approval.Delegation{ID: 4, Staff: "丙三", BeginsAt: ago(-200 * time.Hour), EndsAt: ago(-300 * time.Hour), Reason: "外出培训"}
	past := approval.Delegation{ID: 2, Staff: "丙三", Deputy: "丁四", BeginsAt: ago(300 * time.Hour), EndsAt: ago(200 * time.Hour), Reason: "年假", Over: true}
	back := past
	back.ID, back.RevokedAt = 1, &revoked
	others := live
	others.Staff = "戊五"
	return DelegationsPage{
		Delegations: approval.Delegations{
			Own: []approval.Delegation{none, live, past, back}, For: []approval.Delegation{others},
			Deputy: []approval.Deputy{{ID: 6, Name: "丁四", No: "90006", Branch: "滨江支行"}}, Waiting: 14,
		},
		Form: AwayForm{Reason: "假", Faults: []fault.Field{{Name: "reason", Sentence: "请写明原因，2 到 200 个字。"}}},
		Now:  ui.SpecimenTime(),
	}
}

func specimenReview() Desk {
	d := specimenDesk()
	due := ago(time.Hour)
	i := &d.Page.Items[0]
	i.Kind, i.Title, i.Purpose, i.Minutes = approval.BreakGlass, "紧急调阅 甲明远的资产、交易流水", access.Other, 15
	i.Reason, i.Due, i.Overdue = "客户在柜台疑似被骗转账，须立刻核对余额，警情 110-2231。", &due, true
	detail := specimenDetail(*i)
	detail.Facts = []approval.Fact{{Label: "紧急打开", After: "提交时立即开放 15 分钟，没有事前审批"}, {Label: "复核期限", After: "11-24 09:00 前（一个工作日）"}}
	d.Detail = &detail
	return d
}
