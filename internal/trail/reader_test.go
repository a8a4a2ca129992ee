package trail_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/pgtest"
	"liuhen/internal/realdata"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// archive is a test institution with a reader of its trail.
type archive struct {
	*pgtest.DB
	people fixture.Staff
	reader *trail.Reader
	who    trail.Who // 郑合规, who may read
}

func newArchive(t *testing.T) archive {
	t.Helper()
	db := pgtest.New(t)
	people := fixture.People(t, db)
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return archive{DB: db, people: people, who: people.Compliance1.Who(), reader: trail.NewReader(db.DB, trail.Setting{
		MayRead:    func(role string) bool { return authz.Allows(staff.Role(role), authz.ReadTrail) },
		RoleLabel:  func(role string) string { return staff.Role(role).Label() },
		GroupLabel: func(group string) string { return "组" + group },
		Zone:       zone,
	})}
}

// write puts lines of the person on the trail.
func (a archive) write(t *testing.T, by *staff.Member, entries ...trail.Entry) {
	t.Helper()
	err := a.InTx(t.Context(), by.Actor(), func(tx *pg.Tx) error {
		for _, e := range entries {
			if err := trail.Write(t.Context(), tx, by.Who(), e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// many writes n lines straight into the table, minutes apart and some at the
// same moment.
func (a archive) many(n int) {
	a.MustExec(`INSERT INTO trail (at, staff_no, staff_name, staff_role, action, detail)
		SELECT now() - (g / 3) * interval '1 minute', '3001', '林悦', 'manager', 'customer.viewed', g::text
		FROM generate_series(1, $1::int) AS g`, n)
}

func (a archive) list(t *testing.T, q trail.Query) trail.Page {
	t.Helper()
	p, err := a.reader.List(t.Context(), a.who, q)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func details(p trail.Page) []string {
	list := []string{}
	for _, l := range p.Lines {
		list = append(list, l.Detail)
	}
	return list
}

func TestOnlyReadersReadTheTrail(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	for _, m := range a.people.All() {
		allowed := m.Role == staff.Compliance || m.Role == staff.Auditor
		_, err := a.reader.List(t.Context(), m.Who(), trail.Query{})
		var out bytes.Buffer
		exported := a.reader.Export(t.Context(), m.Who(), trail.Query{}, &out)
		if allowed != (err == nil) || allowed != (exported == nil) || allowed != (out.Len() > 0) {
			t.Errorf("%s: list %v, export %v, %d bytes", m.Role, err, exported, out.Len())
		}
		if !allowed && (fault.KindOf(err) != fault.Forbidden || fault.KindOf(exported) != fault.Forbidden) {
			t.Errorf("%s: list %v, export %v", m.Role, err, exported)
		}
	}
}

func TestReadingIsOnTheTrail(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	q := trail.Query{StaffNo: "3001", Action: trail.FileViewed, CustomerNo: "10000001", Refused: true}
	a.list(t, q)
	if err := a.reader.Export(t.Context(), a.who, q, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	p := a.list(t, trail.Query{StaffNo: "9001"})
	if len(p.Lines) != 2 || p.Lines[0].Action != trail.TrailExported || p.Lines[1].Action != trail.TrailRead {
		t.Fatalf("lines %+v", p.Lines)
	}
	for _, l := range p.Lines {
		if !strings.Contains(l.Detail, "工号 3001，动作 查看档案，客户号 10000001，只看被拒") || l.StaffName != "郑合规" {
			t.Errorf("line %+v", l)
		}
	}
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.write(t, a.people.Manager1,
		trail.Entry{Action: trail.FileViewed, CustomerID: 7, CustomerNo: "10000007", Detail: "one"},
		trail.Entry{Action: trail.PageRefused, Refused: true, Detail: "two"},
		trail.Entry{Action: trail.GroupRevealed, CustomerID: 7, CustomerNo: "10000007", Groups: []string{"assets", "contact"}, Detail: "three"})
	a.write(t, a.people.Manager2, trail.Entry{Action: trail.FileViewed, CustomerNo: "10000008", Detail: "four"})
	a.MustExec(`INSERT INTO trail (at, action, staff_no, detail) VALUES (now() - interval '20 days', 'customer.viewed', '3001', 'old')`)
	today := time.Now().In(a.reader.Zone)
	for _, tt := range []struct {
		q    trail.Query
		want []string
	}{
		{trail.Query{StaffNo: " 3001 "}, []string{"three", "two", "one"}},
		{trail.Query{CustomerNo: "10000007"}, []string{"three", "one"}},
		{trail.Query{Action: trail.FileViewed}, []string{"four", "one"}},
		{trail.Query{Action: trail.FileViewed, StaffNo: "3002"}, []string{"four"}},
		{trail.Query{Refused: true}, []string{"two"}},
		{trail.Query{StaffNo: "3001", From: today.AddDate(0, 0, -30)}, []string{"three", "two", "one", "old"}},
		{trail.Query{StaffNo: "3001", To: today.AddDate(0, 0, -10), From: today.AddDate(0, 0, -40)}, []string{"old"}},
		{trail.Query{StaffNo: "9999"}, []string{}},
	} {
		p := a.list(t, tt.q)
		if diff := cmp.Diff(tt.want, details(p)); diff != "" || p.Count != len(tt.want) {
			t.Errorf("%+v: count %d: %s", tt.q, p.Count, diff)
		}
	}
	p := a.list(t, trail.Query{Action: trail.GroupRevealed})
	if l := p.Lines[0]; !slices.Equal(l.Groups, []string{"assets", "contact"}) || l.CustomerID != 7 || l.StaffRole != "manager" {
		t.Errorf("line %+v", l)
	}
}

func TestDaysBeginInShanghai(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	for _, at := range []string{"2026-03-01 15:59:59+00", "2026-03-01 16:00:00+00", "2026-03-02 15:59:59+00", "2026-03-02 16:00:00+00"} {
		a.MustExec(`INSERT INTO trail (at, action, detail) VALUES ($1::text::timestamptz, 'customer.viewed', $1)`, at)
	}
	day := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	p := a.list(t, trail.Query{From: day, To: day})
	if diff := cmp.Diff([]string{"2026-03-02 15:59:59+00", "2026-03-01 16:00:00+00"}, details(p)); diff != "" {
		t.Error(diff)
	}
	if got := p.Lines[1].At.Format(time.DateTime); got != "2026-03-02 00:00:00" {
		t.Errorf("shown as %s", got)
	}
}

func TestDaysTheWrongWayRoundAreInvalid(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	q := trail.Query{From: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}
	p, err := a.reader.List(t.Context(), a.who, q)
	if fault.KindOf(err) != fault.Invalid || p.Query.From.IsZero() {
		t.Errorf("%+v, %v", p.Query, err)
	}
	for _, cursor := range []string{"x", "1", "-", "zzzzzzzzzzzzzzzz-1", "1--1", "\x00", "'--"} {
		if _, err := a.reader.List(t.Context(), a.who, trail.Query{After: cursor}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("cursor %q: %v", cursor, err)
		}
	}
}

func TestListPagesBothWaysWithoutGapOrRepetition(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.many(130)
	q := trail.Query{StaffNo: "3001"}
	var forward [][]string
	var last trail.Page
	for {
		last = a.list(t, q)
		forward = append(forward, details(last))
		if last.After == "" {
			break
		}
		q.After = last.After
	}
	seen := slices.Concat(forward...)
	if len(forward) != 3 || len(seen) != 130 || len(slices.Compact(slices.Sorted(slices.Values(seen)))) != 130 {
		t.Fatalf("%d pages, %d lines", len(forward), len(seen))
	}
	for at := len(forward) - 2; at >= 0; at-- {
		last = a.list(t, trail.Query{StaffNo: "3001", Before: last.Before})
		if diff := cmp.Diff(forward[at], details(last)); diff != "" {
			t.Errorf("page %d backwards: %s", at, diff)
		}
		if (last.Before == "") != (at == 0) || last.After == "" {
			t.Errorf("page %d backwards: before %q, after %q", at, last.Before, last.After)
		}
	}
}

func TestExport(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.many(120)
	a.write(t, a.people.Manager1, trail.Entry{
		Action: trail.GroupRevealed, CustomerNo: "10000007", ApprovalID: 17,
		Groups: []string{"assets", "contact"}, Detail: "=HYPERLINK(\"http://example.com\")\n第二行,带逗号",
	})
	var out bytes.Buffer
	if err := a.reader.Export(t.Context(), a.who, trail.Query{StaffNo: "3001"}, &out); err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(out.String(), "\ufeff")
	if !ok {
		t.Error("no byte order mark")
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	records, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(records) != 2+121+1 {
		t.Fatalf("%d records", len(records))
	}
	if head := records[0][0]; !strings.HasPrefix(head, "操作留痕：由 郑合规（9001） 于 ") || !strings.Contains(head, "工号 3001") {
		t.Errorf("head %q", head)
	}
	if end := records[len(records)-1][0]; !strings.HasPrefix(end, "水印：郑合规（9001）") || !strings.HasSuffix(end, "共 121 条，到此为止") {
		t.Errorf("end %q", end)
	}
	l := records[2]
	want := []string{l[0], "3001", "林悦", "客户经理", "查看敏感信息", "customer.revealed", "完成", "10000007", "17",
		"组assets、组contact", "'=HYPERLINK(\"http://example.com\")\n第二行,带逗号", "", l[12]}
	if diff := cmp.Diff(want, l); diff != "" {
		t.Error(diff)
	}
	if len(records[1]) != len(l) {
		t.Errorf("%d headings over %d columns", len(records[1]), len(l))
	}
}

// cutOff is a connection that breaks after a few bytes.
type cutOff struct{ left int }

var errGone = errors.New("gone")

func (c *cutOff) Write(p []byte) (int, error) {
	if c.left -= len(p); c.left < 0 {
		return 0, errGone
	}
	return len(p), nil
}

func TestAnExportThatBreaksOffIsOnRecord(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.many(2000)
	if err := a.reader.Export(t.Context(), a.who, trail.Query{}, &cutOff{left: 5000}); !errors.Is(err, errGone) {
		t.Errorf("error %v", err)
	}
	if n := a.QueryInt(`SELECT count(*) FROM trail WHERE action = 'trail.exported' AND detail LIKE '%2000 条'`); n != 1 {
		t.Errorf("%d exports on record", n)
	}
}

func TestNaughtyQueriesAreHarmless(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	for _, s := range realdata.NaughtyStrings(t) {
		q := trail.Query{StaffNo: s, CustomerNo: s, Action: trail.Action(s)}
		if _, err := a.reader.List(t.Context(), a.who, q); err != nil {
			t.Errorf("%q: %v", s, err)
		}
		if err := a.reader.Export(t.Context(), a.who, q, &bytes.Buffer{}); err != nil {
			t.Errorf("%q: %v", s, err)
		}
		if _, err := a.reader.List(t.Context(), a.who, trail.Query{After: s}); err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("cursor %q: %v", s, err)
		}
	}
}

func TestALargeTrailCountsNoFurtherThanAnExport(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.MustExec(fmt.Sprintf(`INSERT INTO trail (action) SELECT 'customer.viewed' FROM generate_series(1, %d)`, trail.ExportLimit+5))
	p := a.list(t, trail.Query{})
	if !p.More || p.Count != trail.ExportLimit {
		t.Errorf("count %d, more %v", p.Count, p.More)
	}
	var out bytes.Buffer
	err := a.reader.Export(t.Context(), a.who, trail.Query{}, &out)
	if fault.KindOf(err) != fault.Invalid || out.Len() != 0 {
		t.Errorf("export: %v, %d bytes", err, out.Len())
	}
}
