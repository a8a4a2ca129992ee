package tagview

import (
	"time"

	"liuhen/internal/customer"
	"liuhen/internal/tag"
	"liuhen/views/ui"
)

// ruleSpecimens are the pages of rules in each of their states.
func ruleSpecimens() []ui.Specimen {
	now := ui.SpecimenTime()
	file := specimenRule()
	pending := file
	pending.Versions = append([]tag.Version{}, file.Versions...)
	pending.Versions[0].State, pending.Versions[0].ApprovalID, pending.OpenState = tag.Pending, 17, tag.Pending
	preview := tag.Preview{
		Rule: file,
		Gain: tag.Side{N: 128, Examples: []customer.Ref{{No: "90000001", Name: "甲明远"}}},
		Lose: tag.Side{N: 3}, Keep: tag.Side{N: 1024},
	}
	guarded := preview
	guarded.Closed = []tag.Group{tag.Assets}
	guarded.Gain, guarded.Lose = tag.Side{N: 3, Vague: true}, tag.Side{Vague: true}
	all, either, _ := specimenNode().Rows()
	draft := tag.Draft{Name: "债券关注", Description: "近期反复询问债券类产品", Group: tag.Basic, All: all, Any: either}
	count := int64(1)
	return []ui.Specimen{
		{Name: "rules", Component: Rules(RulesPage{Now: now, Overview: tag.Overview{
			Rules: []tag.Rule{
				{ID: 1, Code: "B-01", Name: "债券关注", Group: tag.Basic, Tagged: 128, EvaluatedAt: &now, InForce: 1, Open: 2, OpenState: tag.Drafted},
				{ID: 2, Code: "T-01", Name: "大额流出", Group: tag.Transactions, Tagged: 12, InForce: 1},
				{ID: 3, Code: "U-01", Name: "新规则", Group: tag.Basic, Open: 1, OpenState: tag.Pending},
				{ID: 4, Code: "U-02", Name: "旧规则", Group: tag.Basic},
			},
			Runs: []tag.Run{{ID: 2, Cause: "note", At: now, Rules: 19, Customers: &count, Gained: 1, TookMS: 12}, {ID: 1, Cause: "day", At: now.Add(-9 * time.Hour), Rules: 19, Gained: 4210, Lost: 18, TookMS: 2140}},
		}})},
		{Name: "rules-empty", Component: Rules(RulesPage{Now: now})},
		{Name: "rule-draft", Component: Rule(RulePage{Rule: file, Viewer: 9, Now: now})},
		{Name: "rule-pending", Component: Rule(RulePage{Rule: pending, Viewer: 9, Now: now, Retire: RetireForm{Reason: "短", Fault: "请写 10 到 200 个字的停用理由，现在 1 个字。"}})},
		{Name: "preview", Component: Preview(PreviewPage{preview})},
		{Name: "preview-guarded", Component: Preview(PreviewPage{guarded})},
		{Name: "editor-new", Component: Edit(Editor{Draft: tag.Draft{Group: tag.Basic}})},
		{Name: "editor", Component: Edit(Editor{Rule: &file, Draft: draft})},
		{Name: "editor-invalid", Component: Edit(Editor{Rule: &file, Nested: true, Faults: map[string]string{"name": "名称为 2 到 16 个字。", "condition": "至少写一个条件。", "group": "条件会透露「资产」的金额或状态，标签须属于「资产」分组。"}})},
	}
}

func specimenNode() tag.Node {
	return tag.Node{All: []tag.Node{
		tag.Is("talked", tag.Simple{Value: "债券", Days: 30, Times: 2}),
		{Not: &tag.Node{Field: &tag.Simple{Code: "grade_over"}}},
		{Any: []tag.Node{tag.Is("grade", tag.Simple{Value: "C3"}), tag.Is("holds", tag.Simple{})}},
	}}
}

func specimenRule() tag.RuleFile {
	at := ui.SpecimenTime().Add(-240 * time.Hour)
	text, _ := specimenNode().JSON()
	return tag.RuleFile{
		Rule: tag.Rule{ID: 1, Code: "B-01", Name: "债券关注", Group: tag.Basic, Tagged: 128, InForce: 1, Open: 2, OpenState: tag.Drafted},
		Versions: []tag.Version{
			{Version: 2, State: tag.Drafted, Name: "债券关注", Raw: text, AuthorID: 9, Author: "庚七", CreatedAt: ui.SpecimenTime()},
			{Version: 1, State: tag.Published, Name: "债券关注", Description: "30 天内咨询提到债券 3 次", Raw: `{"field":{"code":"talked","value":"债券","days":30,"times":3}}`, Author: "系统内置", CreatedAt: at, PublishedAt: &at},
		},
	}
}
