package access

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

func policyOf(rows ...Row) Policy { return Policy{Rows: rows} }

// minutes makes a rule that is told by its longest time.
func minutes(n int) Rule { return Rule{Way: BySuperior, Max: n, Suggested: 10} }

func TestTheLineThatNamesMostWins(t *testing.T) {
	t.Parallel()
	p := policyOf(
		Row{Rule: minutes(480)},
		Row{Purpose: Inspection, Rule: minutes(17)},
		Row{Group: Identity, Rule: minutes(18)},
		Row{Relation: Managing, Rule: minutes(20)},
		Row{Role: staff.Manager, Rule: minutes(24)},
		Row{Group: Identity, Purpose: Inspection, Rule: minutes(35)},
		Row{Role: staff.Risk, Relation: Former, Group: Assets, Purpose: Other, Rule: minutes(79)},
	)
	tests := []struct {
		name string
		f    Facts
		want int
	}{
		{"nothing named", Facts{staff.Supervisor, SameHome, Assets, Service}, 480},
		{"a purpose", Facts{staff.Supervisor, SameHome, Assets, Inspection}, 17},
		{"a group before a purpose of another", Facts{staff.Supervisor, SameHome, Identity, Service}, 18},
		{"two named before one role", Facts{staff.Manager, Managing, Identity, Inspection}, 35},
		{"role before relation", Facts{staff.Manager, Managing, Assets, Service}, 24},
		{"relation before group", Facts{staff.Supervisor, Managing, Identity, Service}, 20},
		{"all four", Facts{staff.Risk, Former, Assets, Other}, 79},
	}
	for _, tt := range tests {
		if got := p.Decide(tt.f).Max; got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestSeveralGroupsTakeTheStrictest(t *testing.T) {
	t.Parallel()
	p := policyOf(
		Row{Rule: Rule{BySuperior, 480, 30, false}},
		Row{Group: Identity, Rule: Rule{ByCompliance, 240, 120, false}},
		Row{Group: Contact, Rule: Rule{Exempt, 60, 20, false}},
		Row{Group: Transactions, Rule: Rule{BySuperior, 480, 30, true}},
	)
	tests := []struct {
		groups []Group
		want   Rule
	}{
		{[]Group{Assets}, Rule{BySuperior, 480, 30, false}},
		{[]Group{Contact}, Rule{Exempt, 60, 20, false}},
		{[]Group{Contact, Assets}, Rule{BySuperior, 60, 20, false}},
		{[]Group{Assets, Identity}, Rule{ByCompliance, 240, 30, false}},
		{[]Group{Identity, Transactions}, Rule{ByCompliance, 240, 30, true}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, p.Together(Facts{}, tt.groups)); diff != "" {
			t.Errorf("%v:\n%s", tt.groups, diff)
		}
	}
}

func TestWhatStandsOut(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, pg.Zone())
	fine := Circumstances{SubmittedAt: noon, Relation: Managing, InBranch: true, Week: 1, FilesADay: 1}
	m := Marks{WorkFrom: 8, WorkTo: 19, QuietFrom: 22, QuietTo: 6, Files: 20, Often: 4, Unserved: true, Outside: true}
	tests := []struct {
		name   string
		change func(*Circumstances)
		want   []string
	}{
		{"nothing", func(*Circumstances) {}, nil},
		{"late", func(c *Circumstances) { c.SubmittedAt = noon.Add(10 * time.Hour) }, []string{"22:00 提交，时间异常"}},
		{"just before", func(c *Circumstances) { c.SubmittedAt = noon.Add(10*time.Hour - time.Second) }, nil},
		{"early", func(c *Circumstances) { c.SubmittedAt = noon.Add(-6*time.Hour - time.Second) }, []string{"05:59 提交，时间异常"}},
		{"six o'clock", func(c *Circumstances) { c.SubmittedAt = noon.Add(-6 * time.Hour) }, nil},
		{"many files", func(c *Circumstances) { c.FilesADay = 20 }, []string{"一天内第 20 位客户"}},
		{"not so many", func(c *Circumstances) { c.FilesADay = 19 }, nil},
		{"served before", func(c *Circumstances) { c.Relation = Former }, []string{"非其服务的客户"}},
		{"same branch", func(c *Circumstances) { c.Relation = SameHome }, nil},
		{"outside", func(c *Circumstances) { c.InBranch = false }, []string{"客户在本机构以外"}},
		{"often", func(c *Circumstances) { c.Week = 4 }, []string{"近 7 天第 4 次调阅"}},
		{"all", func(c *Circumstances) {
			*c = Circumstances{SubmittedAt: noon.Add(12 * time.Hour), Relation: Stranger, Week: 9, FilesADay: 30}
		},
			[]string{"00:00 提交，时间异常", "一天内第 30 位客户", "非其服务的客户", "客户在本机构以外", "近 7 天第 9 次调阅"}},
	}
	for _, tt := range tests {
		c := fine
		tt.change(&c)
		if diff := cmp.Diff(tt.want, m.Of(c)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		if off := (Marks{}).Of(c); off != nil {
			t.Errorf("%s: %v with every mark off", tt.name, off)
		}
	}
}

func TestWorkingTime(t *testing.T) {
	t.Parallel()
	m := Marks{WorkFrom: 8, WorkTo: 19}
	friday := time.Date(2026, 11, 20, 0, 0, 0, 0, pg.Zone())
	at := func(hours float64) time.Time { return friday.Add(time.Duration(hours * float64(time.Hour))) }
	for _, tt := range []struct{ from, to, want float64 }{
		{9, 10, 1}, {6, 9, 1}, {18, 22, 1}, {20, 23, 0}, {18.5, 24 * 3, 0.5}, {18, 24*3 + 9, 2}, {10, 9, 0}, {0, 24 * 7, 55},
	} {
		if got := m.WorkingTime(at(tt.from), at(tt.to)).Hours(); got != tt.want {
			t.Errorf("%v to %v: %v hours, want %v", at(tt.from), at(tt.to), got, tt.want)
		}
	}
}
