package tagview

import (
	"time"

	"liuhen/internal/customer"
	"liuhen/internal/tag"
	"liuhen/views/ui"
)

// Gallery shows the tags of a customer and the rules in each of their states.
// All of it is invented.
func Gallery() []ui.Specimen {
	now := ui.SpecimenTime()
	record := RecordPage{Record: specimenRecord(), Edits: true, Now: now}
	invalid := record
	invalid.Form = HandForm{Values: tag.ByHand{Label: "1"}, Faults: map[string]string{"label": "标签为 2 到 12 个字。", "reason": "请写 4 到 200 个字的理由，现在 0 个字。"}}
	invalid.Remove = RemoveForm{ID: 3, Reason: "无", Fault: "请写 4 到 200 个字的理由，现在 1 个字。"}
	empty := RecordPage{Record: tag.Record{Customer: specimenRecord().Customer}, Now: now}
	return append([]ui.Specimen{
		{Name: "chips", Component: Chips(SpecimenTags(), "90000001", now)},
		{Name: "chips-none", Component: Chips(nil, "90000001", now)},
		{Name: "record", Component: Record(record)},
		{Name: "record-invalid", Component: Record(invalid)},
		{Name: "record-empty", Component: Record(empty)},
	}, ruleSpecimens()...)
}

// SpecimenTags are invented tags, for the specimens of the file.
func SpecimenTags() []tag.Tag {
	at := ui.SpecimenTime()
	return []tag.Tag{
		{
			ID: 1, RuleID: 1, Code: "B-01", Name: "债券关注", Group: tag.Basic, Version: 3, InForce: 4, Reads: []string{"basic"}, Since: at,
			Raw:      `{"field":{"code":"talked","value":"债券","days":30,"times":3}}`,
			Evidence: []tag.Evidence{{Group: tag.Basic, Body: "近 30 天咨询提到“债券”3 次，最近 2026-11-23"}},
		},
		{
			ID: 2, RuleID: 2, Code: "F-01", Name: "基金持仓客户", Group: tag.Basic, Version: 1, InForce: 1, Reads: []string{"assets"}, Since: at.Add(-240 * time.Hour),
			Raw: `{"field":{"code":"holds"}}`,
		},
		{ID: 3, Name: "子女留学", Group: tag.Basic, Since: at.Add(-300 * time.Hour), AddedBy: "甲一", Reason: "客户来电说明年送子女出国"},
	}
}

func specimenRecord() tag.Record {
	at := ui.SpecimenTime()
	until := at.Add(-24 * time.Hour)
	return tag.Record{
		Customer: customer.Ref{ID: 1, No: "90000001", Name: "甲明远"},
		Current:  SpecimenTags(),
		Past: []tag.Tag{
			{ID: 4, RuleID: 4, Code: "S-01", Name: "久未联系", Group: tag.Basic, Version: 1, Since: at.Add(-900 * time.Hour), Until: &until, Ended: "gone"},
			{ID: 5, Name: "装修中", Group: tag.Basic, Since: at.Add(-900 * time.Hour), Until: &until, Ended: "removed", AddedBy: "甲一", EndedBy: "甲一", EndNote: "装修已经结束"},
		},
	}
}
