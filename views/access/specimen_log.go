package accessview

import (
	"time"

	"github.com/a-h/templ"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/trail"
	"liuhen/internal/worklist"
	"liuhen/views/layout"
	"liuhen/views/ui"
)

func page(title, name string, body templ.Component) ui.Specimen {
	return ui.Specimen{Name: name, Page: true, Component: shown(layout.SpecimenFrame(title), body)}
}

func specimenRequests() RequestsPage {
	ended := ago(time.Hour)
	line := worklist.AccessLine{
		ApprovalID: 17, Kind: approval.Access, State: approval.Pending, Title: "调阅 甲明远的资产", StaffNo: "90001", StaffName: "甲一",
		CustomerNo: "90000001", CustomerName: "甲明远", GroupWords: []string{"assets"}, Purpose: access.Service, Minutes: 30, SubmittedAt: ago(20 * time.Minute), By: "丙三",
	}
	done, urgent, other, export := line, line, line, line
	done.ApprovalID, done.State, done.ClosedAt = 16, approval.Approved, &ended
	urgent.ApprovalID, urgent.Kind, urgent.State, urgent.ClosedAt, urgent.Comment = 15, approval.BreakGlass, approval.Rejected, &ended, "可以等审批。"
	other.ApprovalID, other.CustomerNo, other.CustomerName, other.Title = 14, "", "", ""
	export.ApprovalID, export.Kind, export.CustomerNo, export.CustomerName, export.GroupWords, export.Title = 13, approval.Export, "", "", nil, "导出客户列表 286 位"
	return RequestsPage{
		Log:        Log{Tabs: Tabs{Current: href.AccessRequests()}, Query: worklist.AccessQuery{People: true, After: "1-2"}, People: "本机构及下属", Now: ui.SpecimenTime()},
		Lines:      worklist.AccessLines{Rows: []worklist.AccessLine{line, done, urgent, other, export}, Next: "1-3"},
		Everything: true,
	}
}

func specimenLooked() LookedPage {
	look := worklist.Look{StaffNo: "90001", StaffName: "甲一", CustomerID: 1, CustomerNo: "90000001", CustomerName: "甲明远", Views: 6, Reveals: 3, Last: ago(time.Hour), Assets: true, Contact: true}
	open, other := look, look
	open.Reveals, open.Assets, open.Contact = 0, false, false
	other.CustomerNo, other.CustomerName = "", ""
	return LookedPage{
		Log:   Log{Tabs: Tabs{Current: href.AccessLooked()}, Query: worklist.AccessQuery{People: true}, People: "本机构及下属", Now: ui.SpecimenTime()},
		Looks: worklist.Looks{Rows: []worklist.Look{look, open, other}, Next: "1-2"},
		Trail: true,
	}
}

func specimenMany() ManyPage {
	grade, band := int16(3), int16(4)
	return ManyPage{
		Chosen: access.Chosen{
			Customers: []customer.Row{
				{No: "90000001", Name: "甲明远", Grade: &grade, AssetBand: &band, Branch: "滨江支行"},
				{No: "90000002", Name: "乙思齐", Branch: "滨江支行"},
			},
			Most: 20, Approver: access.Approver{ID: 5, Name: "丙三", Direct: true},
		},
		Form: Form{Groups: []access.Group{access.Assets}, Purpose: access.Service, Minutes: 30, Reason: "看一下", Faults: []fault.Field{{Name: "reason", Sentence: "事由至少 10 个字，现在 3 个。"}}},
		Kept: []string{"90000001"},
	}
}

func specimenManyAgain() ManyPage {
	p := specimenMany()
	p.Form.Reason, p.Form.Faults, p.Kept = "到期理财集中续作，需核对持仓。", nil, nil
	p.Again = &access.Amending{
		ApprovalID: 23, By: "丙三", Comment: "请写明工单号，乙思齐不必看。", Gone: 1,
		Ask: access.Ask{Groups: []access.Group{access.Assets}, Purpose: access.Service, Minutes: 30},
	}
	return p
}

func specimenPendingMany() access.Status {
	s := specimenPending()
	s.Many = true
	return s
}

func specimenAnomalies() AnomaliesPage {
	checked := ago(time.Hour)
	one := worklist.Anomaly{Kind: access.Unfollowed, StaffNo: "90001", StaffName: "甲一", Branch: "滨江支行", Figure: 6, Last: ago(200 * time.Hour)}
	odd, many, refused := one, one, one
	odd.Kind, odd.Figure, odd.CheckedAt, odd.CheckedBy, odd.Opinion = access.OddHours, 4, &checked, "丁四", "月末集中对账，已与主管核实。"
	many.Kind, many.Figure, many.Usual = access.Volume, 64, 7.5
	refused.Kind, refused.Figure, refused.StaffNo, refused.StaffName = access.Refusals, 9, "90004", "丁四"
	return AnomaliesPage{
		Tabs: Tabs{Current: href.AccessAnomalies(), Watches: true},
		All: worklist.Anomalies{
			Rows: []worklist.Anomaly{one, odd, many, refused}, Policy: access.Policy{
				Marks: access.Marks{WorkFrom: 8, WorkTo: 19},
				Watch: access.Watch{WatchDays: 30, FollowDays: 7, FollowLeast: 3, OddLeast: 3, VolumeDays: 7, VolumeTimes: 3, VolumeLeast: 20, RefusedDays: 7, RefusedLeast: 5},
			},
			Lines: []worklist.AnomalyLine{{At: ago(200 * time.Hour), Action: trail.GroupRevealed, CustomerNo: "90000001", GroupWords: []string{"assets"}}},
		},
		Kind: access.Unfollowed, StaffNo: "90001", ViewerNo: "90004", Opinion: "好", Fault: "请写明核查意见，4 到 300 个字。", Now: ui.SpecimenTime(),
	}
}
