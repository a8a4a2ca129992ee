package sourcingview

import (
	"strings"
	"time"

	"liuhen/internal/sourcing"
	"liuhen/internal/staff"
	"liuhen/views/ui"
)

// Gallery shows the pages of imports in each of their states.
func Gallery() []ui.Specimen {
	list := specimenList()
	empty := list
	empty.Page = sourcing.Page{}
	invalid := list
	invalid.Form = Form{Mapping: "customers", Faults: map[string]string{"file": "文件是空的，没有可导入的内容。"}}
	checking := specimenReport(sourcing.Running)
	checking.Step, checking.BytesDone, checking.RowsTotal, checking.Counts, checking.RowsDone = "check", 6<<20, 0, sourcing.Counts{}, 0
	failed := specimenReport(sourcing.Failed)
	failed.Error = "第 12 行既不是 UTF-8 也不是 GB18030 编码，文件可能已损坏。请重新导出后再导入。"
	failed.Counts, failed.RowsDone = sourcing.Counts{}, 0
	return append(append(append(sourceSpecimens(), conflictSpecimens()...), draftSpecimens()...), []ui.Specimen{
		{Name: "imports", Component: Body(list)},
		{Name: "imports-empty", Component: Body(empty)},
		{Name: "imports-invalid", Component: Body(invalid)},
		{Name: "import-queued", Component: One(specimenReport(sourcing.Queued))},
		{Name: "import-checking", Component: One(checking)},
		{Name: "import-running", Component: One(specimenReport(sourcing.Running))},
		{Name: "import-done", Component: One(specimenReport(sourcing.Done))},
		{Name: "import-failed", Component: One(failed)},
		{Name: "import-cancelled", Component: One(specimenReport(sourcing.Cancelled))},
	}...)
}

func specimenList() List {
	var jobs []sourcing.Job
	for i, state := range []sourcing.State{sourcing.Queued, sourcing.Running, sourcing.Done, sourcing.Failed, sourcing.Cancelled} {
		j := specimenReport(state).Job
		j.ID = int64(9 - i)
		jobs = append(jobs, j)
	}
	jobs[2].DryRun = true
	return List{
		Page: sourcing.Page{Jobs: jobs, Next: 5},
		Mappings: []*sourcing.Mapping{{
			Name: "customers", Title: "客户名单（通用）", About: "一行一位客户。", Source: sourcing.Source{Code: "crm", SourceName: "客户关系系统"},
			Columns: []string{"客户号", "姓名"}, Optional: []string{"手机", "邮箱"},
		}},
		Sources:  []sourcing.System{{Code: "crm", Name: "客户关系系统"}},
		Branches: []staff.Branch{{ID: 1, Code: "000", Name: "总行"}, {ID: 2, Code: "101", Name: "滨江支行"}},
	}
}

func specimenReport(state sourcing.State) *sourcing.Report {
	at := ui.SpecimenTime()
	start := at.Add(-12 * time.Second)
	r := &sourcing.Report{Job: sourcing.Job{
		ID: 9, Mapping: "holdings", Title: "基金持仓（通用）", SourceName: "基金系统", FileName: "holdings.csv.gz",
		SHA256: strings.Repeat("0123456789abcdef", 4), Size: 24 << 20, BranchName: "总行", State: state, Step: "merge",
		Ignored: []string{"备注"}, CreatedName: "己六", CreatedAt: start, Now: at,
	}}
	if state == sourcing.Queued {
		return r
	}
	r.StartedAt, r.RowsTotal, r.RowsDone = &start, 480_000, 302_418
	r.Counts = sourcing.Counts{Accepted: 300_000, Changed: 1_200, Unchanged: 1_212, Rejected: 6}
	r.Rejects = []sourcing.Reject{{Line: 17, Column: "统一客户号", Reason: "没有这个客户号"}, {Line: 2044, Reason: "有 7 列，表头有 8 列"}}
	r.Problems = []sourcing.Problem{{Column: "统一客户号", Reason: "没有这个客户号", Count: 5, Lines: []int64{17, 31, 90, 4001, 4002}}, {Reason: "有 7 列，表头有 8 列", Count: 1, Lines: []int64{2044}}}
	if state.Over() {
		r.Encoding = sourcing.GB18030
		r.EndedAt, r.Step = &at, "end"
	}
	if state == sourcing.Cancelled {
		r.CancelAt = &at
	}
	return r
}
