package sourcingview

import (
	"time"

	"liuhen/internal/sourcing"
	"liuhen/views/ui"
)

// conflictSpecimens shows the queue of conflicts in each of its states.
func conflictSpecimens() []ui.Specimen {
	at := ui.SpecimenTime()
	same := sourcing.Conflict{
		ID: 3, Kind: sourcing.SameDocument, CustomerNo: "90000001", CustomerName: "甲明远", BranchName: "滨江支行", ExternalNo: "Z9",
		KeptBy: "客户关系系统", ToldBy: "基金系统", ImportID: 9, Line: 17, OpenedAt: at.Add(-26 * time.Hour), State: "open",
		Kept: map[string]string{"name": "甲明远", "gender": "male"}, Told: map[string]string{"name": "甲明园", "gender": "male"},
	}
	other := same
	other.ID, other.Kind, other.Told = 4, sourcing.OtherValue, map[string]string{"name": "甲明远", "gender": "female", "birth_band": "1990"}
	done, failed := same, other
	done.State, done.Verdict, done.Reason, done.DecidedBy, done.DecidedAt = "merged", sourcing.Keep, "核对了柜面影像，基金系统录入有误，已通知更正。", "丙三", &at
	failed.State, failed.Verdict, failed.Reason, failed.DecidedBy, failed.DecidedAt = "merged", sourcing.Take, "客户本人持身份证到柜面确认。", "丙三", &at
	failed.Outcome = "没有这个机构号"
	page := ConflictsPage{Page: sourcing.ConflictPage{Open: []sourcing.Conflict{same, other}, More: true, Decided: []sourcing.Conflict{done, failed}}}
	invalid := page
	invalid.Form = ConflictForm{ID: 3, Reason: "短", Faults: map[string]string{"verdict": "请选择如何处理。", "reason": "请写明依据，10 到 500 个字，例如核对了哪份证件或问了谁。"}}
	return []ui.Specimen{
		{Name: "conflicts", Component: Conflicts(page)},
		{Name: "conflicts-invalid", Component: Conflicts(invalid)},
		{Name: "conflicts-empty", Component: Conflicts(ConflictsPage{})},
	}
}
