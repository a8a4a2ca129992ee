package worklist

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"liuhen/internal/access"
)

func TestChecksSayWhatTheFactsAre(t *testing.T) {
	t.Parallel()
	monday := time.Date(2026, 11, 23, 2, 24, 0, 0, time.UTC) // 10:24 in China
	since := time.Date(2023, 4, 10, 0, 0, 0, 0, time.UTC)
	good := facts{
		Circumstances: access.Circumstances{SubmittedAt: monday, Relation: access.Managing, InBranch: true, Week: 1, FilesADay: 1},
		Marks:         access.Marks{WorkFrom: 8, WorkTo: 19, QuietFrom: 22, QuietTo: 6, Files: 20, Often: 4, Unserved: true},
		ManagedSince:  &since, CustomerBranch: "静安支行",
	}
	tests := []struct {
		name   string
		change func(*facts)
		at     int
		want   Check
	}{
		{"the manager", func(*facts) {}, 0, Check{Fine, "主办关系成立", "自 2023-04-10"}},
		{"the manager since ever", func(f *facts) { f.ManagedSince = nil }, 0, Check{Fine, "主办关系成立", ""}},
		{"somebody else", func(f *facts) { f.Relation = access.SameHome }, 0, Check{Notice, "申请人不是这位客户的主办", "同机构"}},
		{"a stranger", func(f *facts) { f.Relation = access.Stranger }, 0, Check{Red, "申请人不是这位客户的主办", "其他"}},
		{"the same branch", func(*facts) {}, 1, Check{Fine, "客户归属申请人所在机构", "静安支行"}},
		{"another branch", func(f *facts) { f.InBranch = false }, 1, Check{Notice, "客户不归属申请人所在机构", "静安支行"}},
		{"another branch, marked", func(f *facts) { f.InBranch, f.Outside = false, true }, 1, Check{Red, "客户不归属申请人所在机构", "静安支行"}},
		{"the first time", func(*facts) {}, 2, Check{Fine, "近 7 天第 1 次申请这类信息", ""}},
		{"the third time", func(f *facts) { f.Week = 3 }, 2, Check{Notice, "近 7 天第 3 次申请这类信息", ""}},
		{"the fourth time", func(f *facts) { f.Week = 4 }, 2, Check{Red, "近 7 天第 4 次申请这类信息", ""}},
		{"a Monday morning", func(*facts) {}, 4, Check{Fine, "在上班时间提交", "11-23 10:24"}},
		{"a Sunday", func(f *facts) { f.SubmittedAt = monday.AddDate(0, 0, -1) }, 4, Check{Notice, "在上班时间以外提交", "11-22 10:24"}},
		{"an evening", func(f *facts) { f.SubmittedAt = monday.Add(9 * time.Hour) }, 4, Check{Notice, "在上班时间以外提交", "11-23 19:24"}},
		{"an early morning", func(f *facts) { f.SubmittedAt = monday.Add(-3 * time.Hour) }, 4, Check{Notice, "在上班时间以外提交", "11-23 07:24"}},
		{"a night that is the day before in UTC", func(f *facts) { f.SubmittedAt = monday.Add(-10 * time.Hour) }, 4, Check{Red, "在异常时间提交", "11-23 00:24"}},
		{"a twentieth customer", func(f *facts) { f.FilesADay = 20 }, 3, Check{Red, "一天内申请调阅第 20 位客户", ""}},
		{"a fourth time, unmarked", func(f *facts) { f.Week, f.Often = 4, 0 }, 2, Check{Notice, "近 7 天第 4 次申请这类信息", ""}},
	}
	for _, tt := range tests {
		f := good
		tt.change(&f)
		if diff := cmp.Diff(tt.want, checks(f)[tt.at]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestACursorSurvivesTheAddress(t *testing.T) {
	t.Parallel()
	want := cursor{at: time.UnixMicro(1_764_000_000_123_456), id: 17}
	got, ok, err := parseCursor(want.String())
	if err != nil || !ok || !got.at.Equal(want.at) || got.id != want.id {
		t.Errorf("parseCursor(%q) = %+v, %v, %v", want, got, ok, err)
	}
	for _, bad := range []string{"x", "1", "-", "1-", "-1-2", "1-2-3", "99999999999999999999-1", "9999999999999999999-1", "'; DROP TABLE staff"} {
		if _, _, err := parseCursor(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}
