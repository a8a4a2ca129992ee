package exportview

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/customer"
	"liuhen/internal/export"
	"liuhen/internal/fault"
	"liuhen/internal/sheet"
	"liuhen/views/layout"
	"liuhen/views/ui"
)

// Gallery shows the pages of exports in each of their states.
func Gallery() []ui.Specimen {
	ask := export.Ask{Format: sheet.XLSX, Purpose: access.Service, Groups: []customer.Group{customer.ContactGroup}}
	form := NewPage{Words: "按风险等级查找，找到 63 位", Found: 63, Address: "/exports?grade=4", Ask: ask}
	wrong, none, many := form, form, form
	wrong.Ask.Reason, wrong.Faults = "排班", []fault.Field{{Name: "reason", Sentence: "事由至少 10 个字，现在 2 个。"}}
	none.Found, many.Found = 0, 12000
	origin := export.Origin{Request: specimenList().Requests[0]}
	origin.File = origin.Files[0]
	now := ui.SpecimenTime()
	return []ui.Specimen{
		page("export-new", New(form)),
		page("export-invalid", New(wrong)),
		page("export-files", Files(specimenFiles())),
		page("export-none", New(none)),
		page("export-many", New(many)),
		page("exports", List(specimenList())),
		page("exports-empty", List(ListPage{Now: now})),
		page("export-verify", Verify(VerifyPage{Now: now})),
		page("export-verified", Verify(VerifyPage{Hash: origin.File.SHA256, Origin: &origin, Now: now})),
		page("export-unknown", Verify(VerifyPage{Hash: strings.Repeat("0", 64), None: "没有这样的导出文件：内容被改动过，或不是从本系统导出的。", Now: now})),
		page("export-no-hash", Verify(VerifyPage{Hash: "x", Fault: "SHA-256 摘要是 64 位的 0–9、a–f。", Now: now})),
	}
}

func page(name string, body templ.Component) ui.Specimen {
	return ui.Specimen{Name: name, Page: true, Component: shown(layout.SpecimenFrame("导出"), body)}
}

func specimenList() ListPage {
	now := ui.SpecimenTime()
	closed := now.Add(-2 * time.Hour)
	ready := export.Request{
		ApprovalID: 41, StaffID: 1, StaffNo: "90001", StaffName: "甲一", Title: "导出客户列表 63 位", State: approval.Approved, SubmittedAt: now.Add(-3 * time.Hour),
		ClosedAt: &closed, Format: sheet.XLSX, Purpose: access.Service, Found: 63, By: "丁四", Ready: true,
		Files: []export.File{{ID: 1, ApprovalID: 41, SHA256: strings.Repeat("ab12", 16), Rows: 63, Bytes: 14200, MadeAt: now.Add(-time.Hour)}},
	}
	pending, rejected, late, other := ready, ready, ready, ready
	pending.ApprovalID, pending.State, pending.ClosedAt, pending.Ready, pending.Files = 42, approval.Pending, nil, false, nil
	rejected.ApprovalID, rejected.State, rejected.Comment, rejected.Ready, rejected.Files = 40, approval.Rejected, "请在系统里分派。", false, nil
	late.ApprovalID, late.Ready, late.Files = 39, false, nil
	other.ApprovalID, other.StaffID, other.StaffName, other.Ready = 38, 2, "乙二", false
	other.Files = append(append(other.Files, other.Files...), other.Files...)
	return ListPage{Requests: []export.Request{ready, pending, rejected, late, other}, ViewerID: 1, Everybody: true, Now: now}
}

func specimenFiles() NewPage {
	grade, band := int16(3), int16(4)
	return NewPage{
		Address: "/exports?customer=90000001&customer=90000002",
		Ask:     export.Ask{Customers: []string{"90000001", "90000002"}, Format: sheet.XLSX, Purpose: access.Service},
		Customers: []customer.Row{
			{No: "90000001", Name: "甲明远", Grade: &grade, AssetBand: &band, Branch: "滨江支行"},
			{No: "90000002", Name: "乙思齐", Branch: "滨江支行"},
		},
		Faults: []fault.Field{{Name: "group", Sentence: "请选择要导出的信息分组。"}},
	}
}
