package staff_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"liuhen/internal/fault"
	"liuhen/internal/sheet"
	"liuhen/internal/staff"
)

// TestListInEachOrder walks the pages there and back in each order: nobody is
// missed or seen twice.
func TestListInEachOrder(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.MustExec(`SET session_replication_role = replica;
		INSERT INTO staff (no, username, name, role, branch_id, superior_id, password_hash, joined_on)
		SELECT '7' || lpad(g::text, 3, '0'), 'many' || g, '众人' || g, 'manager',
			(SELECT id FROM branch WHERE code = CASE WHEN g % 3 = 0 THEN '102' ELSE '101' END),
			(SELECT id FROM staff WHERE no = '2001'), '', date '2020-01-01' + g % 7
		FROM generate_series(1, 120) AS g;
		SET session_replication_role = DEFAULT`)
	key := map[staff.Sort]func(a, b staff.Person) int{
		staff.ByNo: func(a, b staff.Person) int { return strings.Compare(a.No, b.No) },
		staff.ByBranch: func(a, b staff.Person) int {
			return strings.Compare(a.BranchCode+a.No, b.BranchCode+b.No)
		},
		staff.ByJoined: func(a, b staff.Person) int {
			return strings.Compare(b.JoinedOn.Format(time.DateOnly)+b.No, a.JoinedOn.Format(time.DateOnly)+a.No)
		},
	}
	for _, sort := range staff.Sorts() {
		f := staff.Filter{Text: "众人", Sort: sort}
		var all []staff.Person
		var before string
		for {
			p, err := h.dir.List(t.Context(), h.people.Admin1, f)
			if err != nil {
				t.Fatal(err)
			}
			all, before = append(all, p.List...), p.Before
			if p.After == "" {
				break
			}
			f.After = p.After
		}
		if len(all) != 120 || !slices.IsSortedFunc(all, key[sort]) {
			t.Errorf("%s: %d people, or out of order", sort, len(all))
		}
		back, err := h.dir.List(t.Context(), h.people.Admin1, staff.Filter{Text: "众人", Sort: sort, Before: before})
		if err != nil || cmp.Diff(all[50:100], back.List) != "" {
			t.Errorf("%s: back: %v", sort, err)
		}
	}
}

func TestMarksChoosePeople(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.MustExec(`SET session_replication_role = replica;
		UPDATE staff SET must_change_password = true WHERE no = '3001';
		UPDATE staff SET disabled_at = now() WHERE no = '2002';
		UPDATE signin_policy SET code_required = true WHERE role = 'auditor';
		INSERT INTO branch (code, name, kind, parent_id) SELECT '10101', '一组', 'team', id FROM branch WHERE code = '101';
		UPDATE staff SET branch_id = (SELECT id FROM branch WHERE code = '10101') WHERE no = '3003';
		SET session_replication_role = DEFAULT`)
	for _, tt := range []struct {
		f    staff.Filter
		want []string
	}{
		{staff.Filter{Mark: staff.MarkFirst}, []string{"3001"}},
		{staff.Filter{Mark: staff.MarkOrphan}, []string{"3002"}},
		{staff.Filter{Mark: staff.MarkCodes}, []string{"9004"}},
		{staff.Filter{Mark: "x'; --"}, nil},
		{staff.Filter{BranchID: h.people.Branch1ID}, []string{"2001", "3001", "3003"}},
	} {
		p, err := h.dir.List(t.Context(), h.people.Admin1, tt.f)
		if err != nil || p.Count != len(tt.want) || cmp.Diff(tt.want, numbers(p)) != "" {
			t.Errorf("%+v: %v of %d, %v", tt.f, numbers(p), p.Count, err)
		}
	}
}

func TestTheListAsAFile(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	at := time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)
	file, err := h.dir.Export(t.Context(), h.people.Admin1, staff.Filter{Role: staff.Supervisor, After: "2001"}, sheet.CSV, at)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(file), "\r\n")
	if len(lines) != 5 || !strings.HasPrefix(lines[1], "2001,周主管,supervisor1,主管,101,静安支行,9001,郑合规,2,") || lines[3] != "水印：孙管理（9003）2026-11-24 11:00，共 2 人，到此为止" {
		t.Errorf("file %q", lines)
	}
	if n := h.QueryInt(`SELECT count(*) FROM trail WHERE action = 'staff.exported' AND staff_name = '孙管理' AND detail = '在用人员，主管，2 人，CSV'`); n != 1 {
		t.Errorf("%d lines on the trail", n)
	}
	_, err = h.dir.Export(t.Context(), h.people.Compliance1, staff.Filter{}, sheet.CSV, at)
	wantKind(t, err, fault.Forbidden)
}
