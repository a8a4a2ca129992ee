package sourcing

import (
	"context"
	"strings"
	"testing"

	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

const because = "核对了柜面影像与身份证复印件，工单 S-1024"

// contradicted has the source crm say one thing of a customer of branch 101 and
// the source second another.
func contradicted(t *testing.T, row string) (*world, fixture.Staff) {
	t.Helper()
	w, people := staffed(t)
	w.wantDone(w.takeText("customers", "客户号,姓名,性别,证件号,手机,机构号", "A1,顾明远,男,110101199001011234,13800001111,101"), 1, 0, 0, 0)
	w.second(row, 0, 0, 0, 1)
	return w, people
}

// second imports a row of the second source and checks what became of it.
func (w *world) second(row string, accepted, changed, unchanged, rejected int64) {
	w.t.Helper()
	body := "客户号,姓名,性别,证件号,手机\n" + row + "\n"
	j, err := w.RunNow(context.Background(), staff.Program(), Upload{Mapping: "customers", Source: "second", FileName: "x.csv", Body: strings.NewReader(body)}, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	w.wantDone(j, accepted, changed, unchanged, rejected)
}

func (w *world) open(by *staff.Member) []Conflict {
	w.t.Helper()
	page, err := w.Conflicts(context.Background(), by)
	if err != nil {
		w.t.Fatal(err)
	}
	return page.Open
}

func TestOneDocumentWithTwoNamesWaitsForAPerson(t *testing.T) {
	t.Parallel()
	for verdict, want := range map[Verdict]struct {
		customers, documents int64
		named                string   // who has the document
		third                [2]int64 // changed and held when a third name comes
	}{
		Keep:  {1, 2, "顾明远", [2]int64{0, 1}},
		Take:  {1, 2, "顾明园", [2]int64{1, 0}},
		Apart: {2, 1, "顾明远", [2]int64{1, 0}},
	} {
		t.Run(string(verdict), func(t *testing.T) {
			t.Parallel()
			const row = "Z9,顾明园,男,110101199001011234,13900002222"
			w, people := contradicted(t, row)
			ctx := context.Background()
			w.second(row, 0, 0, 0, 1) // the same once more opens no second one
			list := w.open(people.Compliance1)
			if len(list) != 1 || list[0].Kind != SameDocument || len(list[0].Verdicts()) != 3 {
				t.Fatalf("%+v", list)
			}
			if d := list[0].Differences()[0]; d.Kept != "顾明远" || d.Told != "顾明园" || !d.Differ {
				t.Errorf("%+v", d)
			}
			if err := w.Settle(ctx, people.Supervisor1, list[0].ID, verdict, because); err != nil {
				t.Fatal(err)
			}
			for query, n := range map[string]int64{
				`SELECT count(*) FROM customer`: want.customers,
				`SELECT count(*) FROM customer WHERE certificate_tail = '1234' AND name = '` + want.named + `'`:     1,
				`SELECT count(*) FROM contact_point WHERE value = '13900002222'`:                                    1,
				`SELECT count(*) FROM identity_document WHERE number = '110101199001011234'`:                        want.documents,
				`SELECT count(*) FROM source_conflict WHERE state = 'merged' AND outcome = ''`:                      1,
				`SELECT count(*) FROM source_conflict_row`:                                                          0,
				`SELECT count(*) FROM trail WHERE action = 'source.conflict_settled' AND detail LIKE '%工单 S-1024%'`: 1,
			} {
				if got := w.db.QueryInt(query); got != n {
					t.Errorf("%s: %d, want %d", query, got, n)
				}
			}
			w.second(row, 0, 0, 1, 0)
			w.wantDone(w.takeText("customers", "客户号,姓名,性别,证件号,手机,机构号", "A1,顾明远,男,110101199001011234,13800001111,101"), 0, 0, 1, 0)
			if n := w.db.QueryInt(`SELECT count(*) FROM source_conflict WHERE state = 'open'`); n != 0 {
				t.Error("the next import asks again")
			}
			w.second("Z9,顾名源,男,110101199001011234,13900002222", 0, want.third[0], 0, want.third[1])
		})
	}
}

func TestTwoSourcesThatDisagreeWait(t *testing.T) {
	t.Parallel()
	w, people := staffed(t)
	w.takeText("customers", "客户号,姓名,性别,证件号,机构号", "A1,顾明远,男,110101199001011234,101")
	w.second("Z9,顾明远,男,110101199001011234,", 1, 0, 0, 0)
	w.second("Z9,顾明远,女,110101199001011234,", 0, 0, 0, 1)
	list := w.open(people.Supervisor1)
	if len(list) != 1 || list[0].Kind != OtherValue || len(list[0].Verdicts()) != 2 {
		t.Fatalf("%+v", list)
	}
	ctx := context.Background()
	if err := w.Settle(ctx, people.Supervisor1, list[0].ID, Apart, because); fault.KindOf(err) != fault.Invalid {
		t.Errorf("apart: %v", err)
	}
	if err := w.Settle(ctx, people.Supervisor1, list[0].ID, Take, because); err != nil {
		t.Fatal(err)
	}
	if err := w.Settle(ctx, people.Compliance1, list[0].ID, Keep, because); fault.KindOf(err) != fault.Conflict {
		t.Errorf("decided twice: %v", err)
	}
	if n := w.db.QueryInt(`SELECT count(*) FROM customer WHERE gender = 'female'`); n != 1 {
		t.Error("what was taken is not there")
	}
	// A source may correct itself, and the first keeps its word without asking.
	w.wantDone(w.takeText("customers", "客户号,姓名,性别,证件号,机构号", "A1,顾明远,男,110101199001011234,101"), 0, 0, 1, 0)
	w.second("Z9,顾明远,女,110101199001011234,", 0, 0, 1, 0)
}

func TestConflictsAreSeenByWhoDecidesThem(t *testing.T) {
	t.Parallel()
	w, people := contradicted(t, "Z9,顾明园,男,110101199001011234,13900002222")
	ctx := context.Background()
	id := w.open(people.Compliance1)[0].ID
	if got := w.open(people.Supervisor2); len(got) != 0 {
		t.Errorf("the supervisor of another branch sees %+v", got)
	}
	if err := w.Settle(ctx, people.Supervisor2, id, Keep, because); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the supervisor of another branch decides: %v", err)
	}
	for _, by := range []*staff.Member{people.Admin1, people.Manager1, people.Risk1, people.Auditor1} {
		if _, err := w.Conflicts(ctx, by); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s: %v", by.Role, err)
		}
		if err := w.Settle(ctx, by, id, Keep, because); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s decides: %v", by.Role, err)
		}
		var n int64
		err := w.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
			return tx.Get(ctx, &n, `SELECT (SELECT count(*) FROM source_conflict) + (SELECT count(*) FROM source_conflict_row) + (SELECT count(*) FROM source_rule)`)
		})
		if err != nil || n != 0 {
			t.Errorf("%s reads %d rows: %v", by.Role, n, err)
		}
	}
	if err := w.Settle(ctx, people.Compliance1, id, Keep, "短"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("without a reason: %v", err)
	}
	for _, attack := range []string{
		`UPDATE source_conflict SET state = 'merged'`,
		`UPDATE source_conflict SET told = '{}'`,
		`UPDATE source_conflict SET state = 'decided', verdict = 'keep', reason = 'xxxxxxxxxxxx', decided_by = 1, decided_at = now() WHERE acting_staff() <> 1`,
		`INSERT INTO source_rule (source_id, external_no, field, value, verdict, conflict_id, decided_by) SELECT source_id, 'other', 'name', 'x', 'take', id, acting_staff() FROM source_conflict`,
		`DELETE FROM source_conflict_row`,
		`DELETE FROM source_conflict`,
	} {
		refusedTo(t, w.db, people.Supervisor1, attack)
		refusedTo(t, w.db, people.Manager1, attack)
	}
}

func TestADryRunOpensNoConflict(t *testing.T) {
	t.Parallel()
	w, _ := staffed(t)
	w.takeText("customers", "客户号,姓名,证件号", "A1,顾明远,110101199001011234")
	_, err := w.RunNow(context.Background(), staff.Program(), Upload{
		Mapping: "customers", Source: "second", DryRun: true, FileName: "x.csv",
		Body: strings.NewReader("客户号,姓名,证件号\nZ9,顾明园,110101199001011234\n"),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := w.db.QueryInt(`SELECT (SELECT count(*) FROM source_conflict) + (SELECT count(*) FROM source_conflict_row)`); n != 0 {
		t.Errorf("%d rows", n)
	}
}
