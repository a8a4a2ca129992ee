package trailview

import (
	"time"

	"liuhen/internal/trail"
	"liuhen/views/ui"
)

// Gallery shows the log in each of its states.
func Gallery() []ui.Specimen {
	full := Log{Page: specimenPage(), Customers: true}
	auditor := Log{Page: specimenPage()}
	large := Log{Page: specimenPage()}
	large.Page.Count, large.Page.More = trail.ExportLimit, true
	empty := Log{Page: trail.Page{Query: specimenPage().Query}}
	invalid := Log{Page: trail.Page{Query: trail.Query{From: specimenDay(23), To: specimenDay(17)}}, FromFault: "开始日期不能晚于结束日期。"}
	return []ui.Specimen{
		{Name: "log", Component: Body(full)},
		{Name: "log-auditor", Component: Body(auditor)},
		{Name: "log-large", Component: Body(large)},
		{Name: "log-empty", Component: Body(empty)},
		{Name: "log-invalid", Component: Body(invalid)},
	}
}

func specimenDay(d int) time.Time {
	return time.Date(2026, 11, d, 0, 0, 0, 0, ui.SpecimenTime().Location())
}

func specimenPage() trail.Page {
	at := ui.SpecimenTime()
	return trail.Page{
		Query: trail.Query{From: specimenDay(17), To: specimenDay(23), StaffNo: "90001"},
		Lines: []trail.Line{
			{ID: 6, At: at, StaffID: 1, StaffNo: "90001", StaffName: "甲一", StaffRole: "manager", Action: trail.GroupRevealed, CustomerNo: "90000001", Groups: []string{"assets", "transactions"}, Detail: "审批 17", Address: "192.0.2.7"},
			{ID: 5, At: at.Add(-time.Minute), StaffID: 3, StaffNo: "90003", StaffName: "丙三", StaffRole: "supervisor", Action: trail.ApprovalDecided, CustomerNo: "90000001", ApprovalID: 17, Detail: "批准", Address: "192.0.2.9"},
			{ID: 4, At: at.Add(-2 * time.Minute), StaffID: 6, StaffNo: "90006", StaffName: "己六", StaffRole: "admin", Action: trail.PageRefused, Refused: true, Detail: "GET /customers", Address: "192.0.2.8"},
			{ID: 3, At: at.Add(-3 * time.Minute), Action: trail.SignInRefused, Refused: true, Detail: "甲一（90001）：密码不对", Address: "198.51.100.4"},
			{ID: 7, At: at.Add(-4 * time.Minute), StaffID: 1, StaffNo: "90001", StaffName: "甲一", StaffRole: "manager", Action: trail.FileViewed, Refused: true, CustomerNo: "90000002", Detail: "不在负责范围内", Address: "192.0.2.7"},
			{ID: 2, At: at.Add(-4 * time.Minute), StaffID: -1, StaffName: "系统", StaffRole: "system", Action: trail.ImportFinished, Detail: "4,500 行，退回 3 行"},
		},
		Count: 1284, Before: "x-1", After: "y-2",
	}
}
