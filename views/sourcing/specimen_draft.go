package sourcingview

import (
	"time"

	"liuhen/internal/sourcing"
	"liuhen/views/ui"
)

// draftSpecimens are the pages of a file that waits, and of a dry run.
func draftSpecimens() []ui.Specimen {
	proposed := DraftPage{Editor: specimenEditor()}
	changed := DraftPage{Editor: specimenEditor()}
	changed.Editor.Former = &sourcing.Remembered{Name: "crm-customer", Version: 2, Title: "客户关系系统客户名单", CreatedName: "己六", CreatedAt: ui.SpecimenTime()}
	changed.Editor.Added, changed.Editor.Missing = []string{"手机号码"}, []string{"联系电话"}
	invalid := DraftPage{Editor: specimenEditor(), Faults: map[string]string{"name": "映射名称应为小写字母开头的 2–60 个字母、数字或连字符。", "c.name": "请为「姓名」选择一列。"}}
	invalid.Editor.Form.Choices.Fields = invalid.Editor.Form.Choices.Fields[:1]
	delete(invalid.Editor.Checks, "name")
	sheets := DraftPage{Editor: &sourcing.Editor{Draft: sourcing.Draft{ID: 4, FileName: "客户.xlsx", Size: 90_000, SourceName: "客户关系系统", Sheets: []string{"说明", "名单"}}}}
	rehearsed := specimenReport(sourcing.Done)
	rehearsed.Mapping, rehearsed.Sheet = "funds-holding@3", "名单"
	rehearsed.DryRun, rehearsed.Waits, rehearsed.Preview = true, true, specimenPreview()
	followed := specimenReport(sourcing.Done)
	followed.DryRun, followed.FollowedBy = true, 10
	return []ui.Specimen{
		{Name: "draft", Component: Draft(proposed)},
		{Name: "draft-changed", Component: Draft(changed)},
		{Name: "draft-invalid", Component: Draft(invalid)},
		{Name: "draft-sheets", Component: Draft(sheets)},
		{Name: "import-rehearsed", Component: One(rehearsed)},
		{Name: "import-followed", Component: One(followed)},
	}
}

func specimenEditor() *sourcing.Editor {
	return &sourcing.Editor{
		Draft:   sourcing.Draft{ID: 4, FileName: "客户.csv", Size: 90_000, SourceName: "客户关系系统", CreatedAt: ui.SpecimenTime().Add(-time.Minute)},
		Columns: []string{"客户编号", "客户姓名", "出生", "备注"},
		Kind:    sourcing.FileKinds()[0],
		Form: sourcing.MappingForm{Name: "crm-customer", Title: "客户关系系统客户名单", Choices: sourcing.Choices{Kind: "customer", Fields: []sourcing.Choice{
			{Target: "external_no", Column: "客户编号", Why: "列名和内容"},
			{Target: "name", Column: "客户姓名", Why: "列名"},
			{Target: "birth_date", Column: "出生", As: "yymmdd", Why: "内容"},
		}}},
		Looked: 200,
		Checks: map[string]sourcing.Check{
			"external_no": {Filled: 200, Look: "9 位字母和数字"},
			"name":        {Filled: 200, Look: "3 个汉字"},
			"birth_date":  {Filled: 188, Look: "日期", Faults: 12, Lines: []int64{3, 9, 17, 20, 31}, Reason: "不是有效的日期"},
		},
	}
}

func specimenPreview() *sourcing.Preview {
	return &sourcing.Preview{
		Looked: 200, Sound: 198,
		Columns: []sourcing.PreviewColumn{{Entity: "持仓", Field: "持仓号", Column: "持仓号"}, {Entity: "持仓", Field: "市值", Column: "金额"}},
		Rows: []sourcing.PreviewRow{
			{Line: 2, Looks: []string{"8 位数字", "数字，2 位小数"}},
			{Line: 3, Looks: []string{"8 位数字", "不是有效的数字"}, Reason: "金额：不是有效的数字"},
		},
	}
}
