package customer_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/realdata"
)

func names(rows []customer.Row) []string {
	list := make([]string, len(rows))
	for i, r := range rows {
		list[i] = r.Name
	}
	return list
}

func TestSearchByEverythingOneKnows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"顾美玉", "曾国明", "100%有限", "单_明"} {
		fixture.Customer(t, w.db, fixture.File{Name: name, Pinyin: customer.Pinyin(name), Initials: customer.Initials(name), Manager: w.people.Manager1})
	}
	tests := []struct {
		q    string
		want []string // in any order
	}{
		{"顾", []string{"顾明远", "顾美玉"}},
		{"顾明", []string{"顾明远"}},
		{"明", []string{"顾明远", "曾国明", "单_明"}},
		{"gm", []string{"顾明远", "顾美玉"}},
		{"GMY", []string{"顾明远", "顾美玉"}},
		{"gumi", []string{"顾明远"}},
		{"gu ming yuan", []string{"顾明远"}},
		{"zgm", []string{"曾国明"}},
		{"zeng", []string{"曾国明"}},
		{w.no, []string{"顾明远"}},
		{"5678", []string{"顾明远"}},
		{"1234", []string{"顾明远"}}, // tail of the certificate
		{"13812345678", []string{"顾明远"}},
		{"138 1234 5678", []string{"顾明远"}},
		{"+86 138-1234-5678", []string{"顾明远"}},
		{"310101199001011234", []string{"顾明远"}},
		{"1381234567", nil},
		{"13900001234", nil}, // of a customer of somebody else
		{"hsq", nil},
		{"%", []string{"100%有限"}},
		{"_", []string{"单_明"}},
		{"100%", []string{"100%有限"}},
		{"单_", []string{"单_明"}},
		{`\`, nil},
		{"X", nil},
		{"12X", nil},
		{"'; DROP TABLE customer; --", nil},
	}
	for _, tt := range tests {
		for what, rows := range map[string][]customer.Row{"list": w.list(customer.Query{Q: tt.q}).Rows, "suggest": w.suggest(tt.q)} {
			got := names(rows)
			slices.Sort(got)
			want := slices.Sorted(slices.Values(tt.want))
			if !slices.Equal(got, want) {
				t.Errorf("%s of %q = %v, want %v", what, tt.q, got, want)
			}
		}
	}
	for _, typed := range []string{"13812345678", "310101199001011234"} {
		if n := w.db.QueryInt(`SELECT count(*) FROM trail WHERE detail LIKE '%' || $1 || '%'`, typed); n != 0 {
			t.Errorf("the trail holds what was typed: %s", typed)
		}
	}
}

func (w *world) list(q customer.Query) customer.Page {
	w.t.Helper()
	page, err := w.book.List(context.Background(), w.people.Manager1, q)
	if err != nil {
		w.t.Fatalf("list %+v: %v", q, err)
	}
	return page
}

func (w *world) suggest(typed string) []customer.Row {
	w.t.Helper()
	rows, err := w.book.Suggest(context.Background(), w.people.Manager1, typed)
	if err != nil {
		w.t.Fatalf("suggest %q: %v", typed, err)
	}
	return rows
}

func TestSuggestRanksTheSurestMatchFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 12 {
		fixture.Customer(t, w.db, fixture.File{Name: fmt.Sprintf("王明%d", i), Pinyin: "wangming", Initials: "wm", Manager: w.people.Manager1})
	}
	_, no := fixture.Customer(t, w.db, fixture.File{Name: "明月", Pinyin: "mingyue", Initials: "my", Manager: w.people.Manager1})
	if got := w.suggest("明"); len(got) != 8 || got[0].No != no {
		t.Errorf("suggest = %v, want 8 with 明月 first", names(got))
	}
	if got := w.suggest("wm"); len(got) != 8 {
		t.Errorf("two keystrokes give %d", len(got))
	}
	if got := w.suggest(" "); got != nil {
		t.Errorf("nothing typed gives %v", names(got))
	}
	if got := w.suggest(no); len(got) == 0 || got[0].No != no {
		t.Errorf("a whole number gives %v", names(got))
	}
}

func TestPagingForwardAndBackLosesAndRepeatsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.db.MustExec(`
		INSERT INTO customer (name, pinyin, branch_id, manager_id, grade, opened_on, last_contact_at)
		SELECT
			'客户' || n,
			'kehu' || n % 7,
			$1,
			$2,
			NULLIF(n % 6, 0),
			CASE WHEN n % 5 > 0 THEN date '2020-01-01' + n % 30 END,
			CASE WHEN n % 4 > 0 THEN timestamptz '2026-11-01 08:00:00.123456+00' - n % 40 * interval '1 hour' END
		FROM generate_series(1, 172) AS n`, w.people.Branch1ID, w.people.Manager1.ID)
	for _, sort := range []customer.Sort{customer.ByContact, customer.ByName, customer.ByNo, customer.ByGrade, customer.ByOpened} {
		t.Run(string(sort), func(t *testing.T) {
			var pages []customer.Page
			seen := map[int64]bool{}
			q := customer.Query{Sort: sort}
			for {
				page := w.list(q)
				if page.From != len(seen)+1 || page.Found != 173 {
					t.Errorf("page begins at %d of %d after %d", page.From, page.Found, len(seen))
				}
				for _, r := range page.Rows {
					if seen[r.ID] {
						t.Errorf("%s comes twice", r.Name)
					}
					seen[r.ID] = true
				}
				pages = append(pages, page)
				if page.Next == "" {
					break
				}
				q.After = page.Next
			}
			if len(seen) != 173 || len(pages) != 4 {
				t.Fatalf("saw %d of 173 on %d pages", len(seen), len(pages))
			}
			for i := len(pages) - 1; i > 0; i-- {
				back := w.list(customer.Query{Sort: sort, Before: pages[i].Previous})
				if !slices.Equal(names(back.Rows), names(pages[i-1].Rows)) || back.From != pages[i-1].From {
					t.Errorf("back from page %d: from %d, %v", i, back.From, names(back.Rows))
				}
				if (back.Previous == "") != (i == 1) || back.Next == "" {
					t.Errorf("page %d, reached backwards, leads to %q and %q", i-1, back.Previous, back.Next)
				}
				pages[i-1].Previous = back.Previous
			}
		})
	}
}

func TestFiltersAndCountsAddUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.db.MustExec(`
		INSERT INTO customer (name, branch_id, manager_id, grade, last_contact_at)
		SELECT
			'客户' || n,
			$1,
			$2,
			NULLIF(n % 6, 0),
			CASE WHEN n <= 40 THEN now() - n * interval '4 days' END
		FROM generate_series(1, 60) AS n`, w.people.Branch1ID, w.people.Manager1.ID)
	all := w.list(customer.Query{})
	if all.Found != 61 || all.Total != 61 || all.Grades[3] != 11 || all.Grades[0] != 10 || all.Query.Narrowed() {
		t.Errorf("all: found %d of %d, %v", all.Found, all.Total, all.Grades)
	}
	three := w.list(customer.Query{Grades: []int16{3, 3, 9}})
	if three.Found != 11 || three.Total != 61 || len(three.Rows) != 11 || three.Grades[1] != 10 {
		t.Errorf("C3: found %d of %d, %v", three.Found, three.Total, three.Grades)
	}
	for contact, want := range map[customer.Contact]int64{"7d": 1, "30d": 7, "90d": 22, "over90": 18, "never": 21, "nonsense": 61} {
		if page := w.list(customer.Query{Contact: contact}); page.Found != want || page.Total != 61 {
			t.Errorf("%s: found %d of %d, want %d", contact, page.Found, page.Total, want)
		}
	}
	for name, days := range map[string]int{"客户1": -1, "客户2": 0, "客户3": 30, "客户4": 31} {
		w.db.MustExec(`UPDATE customer SET graded_on = current_date - 400, grade_until = current_date + $2::int WHERE name = $1`, name, days)
	}
	for due, want := range map[customer.Due]int64{"30d": 2, "over": 1, "nonsense": 61} {
		if page := w.list(customer.Query{Due: due}); page.Found != want || page.Query.Narrowed() != (want < 61) {
			t.Errorf("%s: found %d, want %d", due, page.Found, want)
		}
	}
	ctx, p := context.Background(), w.people
	page, err := w.book.List(ctx, p.Compliance1, customer.Query{BranchID: p.Branch2ID})
	if err != nil || page.Found != 1 || page.Total != 62 || len(page.Branches) != 2 || len(page.Managers) != 1 {
		t.Errorf("branch 2: found %d of %d, %v, %v, %v", page.Found, page.Total, page.Branches, page.Managers, err)
	}
	page, err = w.book.List(ctx, p.Compliance1, customer.Query{})
	if err != nil || len(page.Branches) != 2 || len(page.Managers) != 0 {
		t.Errorf("people are offered before a branch is chosen: %v, %v, %v", page.Branches, page.Managers, err)
	}
	page, err = w.book.List(ctx, p.Supervisor1, customer.Query{BranchID: p.Branch2ID, ManagerID: p.Manager2.ID})
	if err != nil || page.Branches != nil || len(page.Managers) == 0 || slices.ContainsFunc(page.Managers, func(c customer.Choice) bool { return c.ID == p.Manager2.ID }) {
		t.Errorf("a supervisor chooses from the people of the own branch: %v, %v, %v", page.Branches, page.Managers, err)
	}
	page, err = w.book.List(ctx, p.Supervisor1, customer.Query{ManagerID: p.Manager2.ID})
	if err != nil || page.Found != 0 || len(page.Rows) != 0 {
		t.Errorf("a manager of another branch: %d, %v", page.Found, err)
	}
}

func TestKeptCountsFollowEveryChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	check := func(what string) {
		t.Helper()
		wrong := w.db.QueryInt(`
			SELECT count(*)
			FROM (
				SELECT branch_id, COALESCE(manager_id, 0) AS manager_id, COALESCE(grade, 0) AS grade, count(*) AS n
				FROM customer
				GROUP BY 1, 2, 3
			) AS real
			FULL JOIN (SELECT branch_id, manager_id, grade, n FROM customer_count WHERE n <> 0) AS kept USING (branch_id, manager_id, grade)
			WHERE real.n IS DISTINCT FROM kept.n`)
		if wrong != 0 {
			t.Errorf("after %s %d counts are wrong", what, wrong)
		}
	}
	check("adding")
	w.db.MustExec(`INSERT INTO customer (name, branch_id, grade) SELECT '客户' || n, $1, n % 5 + 1 FROM generate_series(1, 50) AS n`, w.people.Branch2ID)
	check("adding many")
	w.db.MustExec(`UPDATE customer SET grade = 5, manager_id = $1 WHERE grade IN (1, 2)`, w.people.Manager2.ID)
	check("moving")
	w.db.MustExec(`UPDATE customer SET grade = NULL, branch_id = $1 WHERE grade = 3 AND id <> $2`, w.people.Branch1ID, w.id)
	check("clearing")
	w.db.MustExec(`DELETE FROM customer WHERE grade = 5 AND id NOT IN ($1, $2)`, w.id, w.otherID)
	check("removing")
}

func TestABrokenPlaceInTheListIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, word := range []string{"x", "e30", "eyJrIjoibm93KCkiLCJpIjoxfQ", "eyJrIjoiLWluZmluaXR5IiwiaSI6MSwibiI6LTV9"} {
		_, err := w.book.List(context.Background(), w.people.Manager1, customer.Query{After: word})
		wantKind(t, err, fault.Invalid)
	}
}

func TestNaughtyStringsAreOnlyText(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by := context.Background(), w.people.Manager1
	for _, s := range realdata.NaughtyStrings(t) {
		w.list(customer.Query{Q: s})
		w.suggest(s)
		if err := w.book.Note(ctx, by, w.no, customer.NoteInput{Via: customer.Phone, Body: s}); err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("note %q: %v", s, err)
		}
		if _, err := w.book.File(ctx, by, s); fault.KindOf(err) != fault.NotFound {
			t.Errorf("file %q: %v", s, err)
		}
		if _, err := w.book.List(ctx, by, customer.Query{After: s, Sort: customer.ByName}); err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("cursor %q: %v", s, err)
		}
	}
}
