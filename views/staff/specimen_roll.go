package staffview

import (
	"time"

	"liuhen/internal/staffing"
	"liuhen/views/ui"
)

func rollSpecimens() []ui.Specimen {
	at := ui.SpecimenTime()
	before := at.Add(-24 * time.Hour)
	open := specimenRoll()
	applied := specimenRoll()
	applied.AppliedAt, applied.Created, applied.Asked, applied.Approval = &at, 1, 1, 31
	nothing := specimenRoll()
	nothing.Rows, nothing.RowCount, nothing.Before = nothing.Rows[4:], 1, &before
	return []ui.Specimen{
		{Name: "rolls", Component: RollsBody(RollsPage{Rolls: []staffing.Roll{applied, open}})},
		{Name: "rolls-fault", Component: RollsBody(RollsPage{Fault: "第一行缺少这些列：角色。请对照模板。"})},
		{Name: "roll", Component: RollBody(RollPage{Roll: open})},
		{Name: "roll-refused", Component: RollBody(RollPage{Roll: open, Show: staffing.StandsRefused})},
		{Name: "roll-applied", Component: RollBody(RollPage{Roll: applied})},
		{Name: "roll-nothing", Component: RollBody(RollPage{Roll: nothing})},
	}
}

func specimenRoll() staffing.Roll {
	row := func(line int64, standing staffing.Standing, note string, cells ...string) staffing.Judged {
		j := staffing.Judged{Standing: standing, Note: note}
		j.Line = line
		copy(j.Cells[:], cells)
		return j
	}
	refused := row(3, staffing.StandsRefused, "", "90012", "丑二", "chou", "柜员", "109", "90003")
	refused.Problems = []staffing.Problem{{Column: "角色", Sentence: "没有这个角色。"}, {Column: "机构", Sentence: "没有这个机构，或已撤销。"}}
	return staffing.Roll{
		ID: 4, FileName: "2026 校招.xlsx", RowCount: 5, SentBy: "己六", UploadedAt: ui.SpecimenTime(),
		Rows: []staffing.Judged{
			row(2, staffing.StandsNew, "", "90011", "子一", "zi", "客户经理", "101", "90003"),
			refused,
			row(4, staffing.StandsSecond, "主管须另一人复核，同意后生效。", "90013", "寅三", "yin", "主管", "101", "90009"),
			row(5, staffing.StandsLater, "上级 90013 在第 4 行，还没有生效；复核同意后再导入一次这个文件。", "90014", "卯四", "mao", "客户经理", "101", "90013"),
			row(6, staffing.StandsThere, "与文件不同：机构现为滨江支行。导入不改动已有人员，请到其页面变更。", "90001", "甲一", "jia", "客户经理", "102", "90003"),
		},
	}
}
