package customerview

import (
	"time"

	"liuhen/internal/access"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/views/access"
	"liuhen/views/layout"
	"liuhen/views/tag"
	"liuhen/views/ui"
)

// Gallery shows the list, the file and their parts in each of their states.
// All of it is invented.
func Gallery() []ui.Specimen {
	list := ListPage{Page: specimenList(), Now: ui.SpecimenTime()}
	wide := list
	wide.Branches = true
	wide.Page.Branches = []customer.Choice{{ID: 2, Name: "滨江支行"}, {ID: 3, Name: "城东支行"}}
	wide.Page.Managers = []customer.Choice{{ID: 7, Name: "甲一"}}
	nothing := ListPage{Page: customer.Page{Total: 286, Query: customer.Query{Q: "<b>&\"'", Sort: customer.ByContact}}, Now: ui.SpecimenTime()}
	none := ListPage{Page: customer.Page{Query: customer.Query{Sort: customer.ByContact}}, Now: ui.SpecimenTime()}
	file := specimenFile(access.Status{State: access.Locked}, false)
	file.Invented = "这一页的人和数据都是虚构的。"
	invalid := file
	invalid.Note = &NoteForm{Body: " ", Faults: []fault.Field{{Name: "via", Sentence: "请选择沟通方式。"}, {Name: "body", Sentence: "请写下咨询内容。"}}}
	bare := FilePage{File: customer.File{Ref: specimenRef(), Basic: customer.Basic{Branch: "滨江支行"}}, Now: ui.SpecimenTime()}
	opened := specimenFile(specimenOpen(), true)
	return []ui.Specimen{
		page("customers", "客户", List(list)),
		page("customers-wide", "客户", List(wide)),
		page("customers-nothing", "客户", List(nothing)),
		page("customers-none", "客户", List(none)),
		{Name: "search", Component: SearchResults(specimenList().Rows, "g")},
		{Name: "search-nothing", Component: SearchResults(nil, "没有")},
		page("file", "甲明远 · 客户档案", File(file)),
		page("file-open", "甲明远 · 客户档案", File(opened)),
		page("file-invalid", "甲明远 · 客户档案", File(invalid)),
		page("file-bare", "甲明远 · 客户档案", File(bare)),
		page("timeline", "甲明远 · 时间线", TimelinePage(specimenTimeline(), ui.SpecimenTime())),
		page("views", "甲明远 · 谁看过", ViewsPage(specimenViews(), false, ui.SpecimenTime())),
		page("transactions", "甲明远 · 交易流水", TransactionsPage(opened.Sections[3], false)),
		page("transactions-none", "甲明远 · 交易流水", TransactionsPage(Section{
			Book:   customer.Section{Customer: specimenRef(), Group: customer.TransactionsGroup, Open: true},
			Access: opened.Sections[3].Access,
		}, true)),
		page("transactions-closed", "甲明远 · 交易流水", TransactionsPage(file.Sections[3], true)),
		{Name: "section-just-ended", Component: SectionCard(Section{Book: file.Sections[2].Book, Access: opened.Sections[2].Access})},
	}
}

func specimenRef() customer.Ref { return customer.Ref{ID: 1, No: "90000001", Name: "甲明远"} }

func ago(d time.Duration) time.Time { return ui.SpecimenTime().Add(-d) }

func on(year, month, day int) *time.Time {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return &t
}

func pointer[T any](v T) *T { return &v }

func specimenList() customer.Page {
	return customer.Page{
		Rows: []customer.Row{
			{ID: 1, No: "90000001", Name: "甲明远", Grade: pointer(int16(3)), GradeUntil: on(2027, 10, 29), AssetBand: pointer(int16(4)), MobileMask: "138****0000", OpenedOn: on(2014, 6, 3), LastContactAt: pointer(ago(50 * time.Minute)), LastContactVia: customer.WeCom, Branch: "滨江支行", Manager: "甲一", Tags: []string{"基金持仓客户", "房贷客户", "中风险偏好"}},
			{ID: 2, No: "90000002", Name: "乙<b>思齐", Grade: pointer(int16(2)), GradeUntil: on(2026, 11, 22), AssetBand: pointer(int16(0)), MobileMask: "139****0001", OpenedOn: on(2020, 1, 9), LastContactAt: pointer(ago(18 * time.Hour)), LastContactVia: customer.Phone, Branch: "滨江支行", Manager: "甲一"},
			{ID: 3, No: "90000003", Name: "丙雅琴", LastContactAt: pointer(ago(80 * time.Hour)), LastContactVia: customer.Counter, Branch: "城东支行"},
			{ID: 4, No: "90000004", Name: "丁知远", Branch: "城东支行"},
		},
		From: 51, Found: 54, Total: 286,
		Grades:   map[int16]int64{0: 4, 1: 14, 2: 63, 3: 128, 4: 58, 5: 23},
		Previous: "abc", Next: "xyz",
		Tags:  []customer.Choice{{ID: 1, Name: "基金持仓客户"}, {ID: 2, Name: "房贷客户"}},
		Query: customer.Query{Grades: []int16{2, 3}, Contact: customer.Within90, Sort: customer.ByGrade},
	}
}

func specimenFile(s access.Status, open bool) FilePage {
	blocks := []customer.Block{
		{Block: "basic", Source: "核心系统", SyncedAt: ago(8 * time.Hour)},
		{Block: "assets", Source: "核心系统", SyncedAt: ago(8 * time.Hour)},
		{Block: "assessment", Source: "测评系统", SyncedAt: ago(30 * time.Hour)},
	}
	file := customer.File{
		Ref: specimenRef(),
		Basic: customer.Basic{
			Gender: pointer("male"), BirthBand: pointer(int16(1975)), Occupation: "企业管理人员", Residence: "江州市滨江区",
			OpenedOn: on(2014, 6, 3), Branch: "滨江支行", Manager: "甲一", ManagedSince: on(2022, 3, 1),
			Grade: pointer(int16(3)), GradeUntil: on(2027, 10, 29), AssetBand: pointer(int16(4)),
			LastContactAt: pointer(ago(50 * time.Minute)), LastContactVia: customer.WeCom,
			Notes: 38, Views: 11,
		},
		Blocks:      blocks,
		Changes:     []customer.Change{{At: ago(200 * time.Hour), Fields: []customer.Before{{Column: "occupation", Value: "个体经营"}}}},
		Assessments: []customer.Assessment{{Grade: 3, AssessedOn: *on(2026, 10, 30), ValidUntil: *on(2027, 10, 29), Method: "柜面双录"}, {Grade: 2, AssessedOn: *on(2025, 10, 30), ValidUntil: *on(2026, 10, 29)}},
		Consultations: []customer.Consultation{
			{At: ago(50 * time.Minute), Via: customer.WeCom, Body: "调整理财配置，问中短债近况，回电 139****2222。", Staff: "甲一"},
			{At: ago(280 * time.Hour), Via: customer.Phone, Body: "房贷提前还款试算", Source: "客服系统"},
		},
		Events:  specimenTimeline(),
		Viewers: specimenViewers(),
	}
	page := FilePage{File: file, Tags: tagview.SpecimenTags(), Note: &NoteForm{}, Now: ui.SpecimenTime()}
	for _, g := range customer.Groups() {
		page.Sections = append(page.Sections, specimenSection(g, s, open))
	}
	return page
}

func specimenOpen() access.Status {
	return access.Status{State: access.Open, GrantID: 3, By: "丙三", Since: ago(11 * time.Minute), Until: ago(-19 * time.Minute), Purpose: access.Service}
}

func specimenSection(g customer.Group, s access.Status, open bool) Section {
	book := customer.Section{
		Customer: specimenRef(), Group: g, Open: open, Band: pointer(int16(4)),
		Masks:  customer.Masks{Mobile: "138****0000", Email: "g***@example.com", CertificateKind: "resident_id", Certificate: "310***********0000"},
		Blocks: []customer.Block{{Block: string(g), Source: "核心系统", SyncedAt: ago(8 * time.Hour)}},
	}
	if open {
		fill(&book)
	}
	return Section{Book: book, Access: accessview.Section{
		CustomerNo: "90000001", Group: access.Group(g), Status: s, Masked: Locked(book),
		Others:   access.Groups(),
		Approver: access.Approver{ID: 5, Name: "丙三", Role: "supervisor", Direct: true, Usual: 6 * time.Minute},
		Rules:    usualRules(),
		Now:      ui.SpecimenTime(),
	}}
}

// usualRules send every request to the superior.
func usualRules() map[access.Purpose]access.Rule {
	all := map[access.Purpose]access.Rule{}
	for _, p := range access.Purposes() {
		all[p] = access.Rule{Way: access.BySuperior, Max: access.MaxMinutes, Suggested: 30}
	}
	return all
}

func page(name, title string, body layoutBody) ui.Specimen {
	return ui.Specimen{Name: name, Page: true, Component: framed(layout.SpecimenFrame(title), body)}
}
