package sourcingview

import (
	"time"

	"liuhen/internal/sourcing"
	"liuhen/views/ui"
)

// sourceSpecimens shows the pages of source systems in each of their states.
func sourceSpecimens() []ui.Specimen {
	page := SourcesPage{Systems: specimenSystems(), Manage: true, Alarms: []sourcing.FolderAlarm{{ID: 1, FileName: "客户.csv", Reason: "看不懂文件名。", RaisedAt: ui.SpecimenTime()}}}
	invalid := page
	invalid.Form = SystemForm{Code: "X", Name: "", Lag: "0", Faults: map[string]string{"code": "代码应为小写字母开头的 2–30 个字母、数字或连字符。", "lag": "提醒时限应是整数小时；不需要提醒请留空。"}}
	one := SourcePage{Report: specimenSource(), Form: FormOf(specimenSystems()[0]), Manage: true}
	issued := one
	issued.Secret = "lh_abcdefgh_0123456789abcdefghijklmnopqrstuv"
	refused := one
	refused.Token = TokenForm{Note: "夜间批量", Faults: map[string]string{"scope": "请至少选择一类可写入的数据。"}}
	empty := SourcePage{Report: &sourcing.SystemReport{System: specimenSystems()[2]}}
	return []ui.Specimen{
		{Name: "sources", Component: Sources(page)},
		{Name: "sources-reader", Component: Sources(SourcesPage{Systems: specimenSystems()})},
		{Name: "sources-empty", Component: Sources(SourcesPage{Manage: true})},
		{Name: "sources-invalid", Component: Sources(invalid)},
		{Name: "source", Component: Source(one)},
		{Name: "source-token-issued", Component: Source(issued)},
		{Name: "source-token-refused", Component: Source(refused)},
		{Name: "source-empty", Component: Source(empty)},
	}
}

func specimenSystems() []sourcing.System {
	now := ui.SpecimenTime()
	last, bad := specimenReport(sourcing.Done).Job, specimenReport(sourcing.Failed).Job
	bad.Error = "第 12 行既不是 UTF-8 也不是 GB18030 编码。"
	return []sourcing.System{
		{
			ID: 1, Code: "funds", Name: "基金系统", LagHours: 36, Tokens: 1, Now: now, Last: &last, Trouble: &bad,
			Blocks: []sourcing.Fresh{
				{SourceID: 1, Block: "basic", SyncedAt: now.Add(-20 * time.Minute)},
				{SourceID: 1, Block: "assets", SyncedAt: now.Add(-75 * time.Hour), Late: true},
			},
		},
		{ID: 2, Code: "core", Name: "核心系统", LagHours: 36, Now: now, Last: &last, Blocks: []sourcing.Fresh{{SourceID: 2, Block: "transactions", SyncedAt: now.Add(-5 * time.Hour)}}},
		{ID: 3, Code: "crm", Name: "客户关系系统", LagHours: 24, Now: now},
		{ID: 4, Code: "calls", Name: "电访系统", Note: "一次性数据", Now: now, Blocks: []sourcing.Fresh{{SourceID: 4, Block: "consultation", SyncedAt: now.Add(-900 * time.Hour)}}},
	}
}

func specimenSource() *sourcing.SystemReport {
	now := ui.SpecimenTime()
	ended, used := now.Add(-50*time.Hour), now.Add(-3*time.Minute)
	return &sourcing.SystemReport{
		System: specimenSystems()[0],
		Jobs:   []sourcing.Job{specimenReport(sourcing.Running).Job, specimenReport(sourcing.Done).Job, specimenReport(sourcing.Failed).Job},
		Issued: []sourcing.Token{
			{ID: 2, Prefix: "lh_abcdefgh", Scopes: []string{"holdings", "transactions"}, Note: "夜间批量", CreatedBy: "己六", CreatedAt: now.Add(-240 * time.Hour), UsedAt: &used},
			{ID: 1, Prefix: "lh_zyxwvuts", Scopes: []string{"holdings"}, CreatedBy: "己六", CreatedAt: now.Add(-900 * time.Hour), RevokedAt: &ended, RevokedBy: "己六"},
		},
	}
}
