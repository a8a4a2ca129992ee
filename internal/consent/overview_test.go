package consent_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/lib/pq"

	"liuhen/internal/consent"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/seal"
	"liuhen/internal/staff"
)

// TestOverviewCountsEveryCustomer plays a random past of sixty customers of two
// branches and counts each of them by itself: the page must come to the same
// figures, before and after the kept counts are summed up and after a customer
// moved, and each figure's list must be as long as the figure.
func TestOverviewCountsEveryCustomer(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	rnd := rand.New(rand.NewPCG(4, 19))
	managers := []*staff.Member{b.people.Manager1, b.people.Manager2}
	customers := map[int64]string{}
	ids := make([]int64, 60)
	for i := range ids {
		id, no := fixture.Customer(t, b.db, fixture.File{Manager: managers[i%2]})
		ids[i], customers[id] = id, no
	}
	for range 12 {
		var list []consent.Entry
		for _, id := range ids[:50] {
			list = append(list, someActs(rnd, id, b.second)...)
		}
		b.system(func(tx *pg.Tx) error { return consent.Enter(b.ctx, tx, list) })
	}
	b.sameAsOneByOne("at first", customers)
	if err := consent.NewKeeper(b.db.DB, nil).Fold(b.ctx); err != nil {
		t.Fatal(err)
	}
	b.sameAsOneByOne("summed up", customers)
	b.db.MustExec(`UPDATE customer SET branch_id = $2, manager_id = $3 WHERE id = ANY ($1::bigint[])`,
		pq.Array(ids[:7]), b.people.Branch2ID, b.people.Manager2.ID)
	b.sameAsOneByOne("moved", customers)
	if _, err := b.desk.Overview(b.ctx, b.people.Supervisor1, b.people.Branch2ID); fault.As(err) == nil || fault.As(err).Kind != fault.NotFound {
		t.Errorf("a supervisor counts another branch: %v", err)
	}
	if _, err := b.desk.Overview(b.ctx, b.people.Admin1, 0); fault.As(err) == nil || fault.As(err).Kind != fault.Forbidden {
		t.Errorf("an administrator counts customers: %v", err)
	}
}

// someActs makes up what happens to a customer at a time.
func someActs(rnd *rand.Rand, id int64, second time.Time) []consent.Entry {
	e := consent.Entry{CustomerID: id, At: second.AddDate(0, 0, rnd.IntN(50)-25), Method: consent.ByImport, Evidence: "试 1"}
	if e.At.After(time.Now()) {
		e.At = time.Now().Add(-time.Hour)
	}
	cells := consent.Cells()
	cell := cells[rnd.IntN(len(cells))]
	for cell.Category == consent.Private {
		cell = cells[rnd.IntN(len(cells))]
	}
	switch rnd.IntN(8) {
	case 0, 1:
		e.Method, e.Evidence, e.Said = consent.ByProgram, "", []consent.Said{said(consent.Served, "", "")}
	case 2:
		e.Method, e.Evidence, e.Said = consent.ByProgram, "", []consent.Said{said(consent.Opened, "", "")}
	case 3:
		e.Said = []consent.Said{said(consent.Withdrawn, cell.Category.Parent(), "")}
	case 4:
		e.Said = []consent.Said{said(consent.Refused, "", "")}
	case 5:
		return nil
	default:
		e.Said = []consent.Said{said(consent.Granted, cell.Category, cell.Channel), said(consent.Refused, consent.Margin, "")}
	}
	return []consent.Entry{e}
}

// sameAsOneByOne compares the page of everybody who may see it with a count of the
// customers one by one, and its figures with the lists behind them.
func (b bench) sameAsOneByOne(when string, customers map[int64]string) {
	b.t.Helper()
	book := customer.NewBook(b.db.DB, seal.SearchKey{})
	for _, by := range []*staff.Member{b.people.Compliance1, b.people.Supervisor1, b.people.Manager2} {
		got, err := b.desk.Overview(b.ctx, by, 0)
		if err != nil {
			b.t.Fatal(err)
		}
		want := b.oneByOne(by, customers)
		if diff := cmp.Diff(want, got.All); diff != "" {
			b.t.Errorf("%s, %s: (-want +got)\n%s", when, by.No, diff)
		}
		for stage, n := range map[customer.Stage]int64{
			customer.Agreeing: want.Agreed, customer.Declining: want.Refused(), customer.Silent: want.Silent, customer.Unasked: want.Unasked(),
			customer.WasAsked: want.Served, customer.Opening: want.Opened, customer.Answering: want.Answered,
		} {
			page, err := book.List(b.ctx, by, customer.Query{Stage: stage})
			if err != nil || page.Found != n {
				b.t.Errorf("%s, %s: the list of %s has %d, want %d (%v)", when, by.No, stage, page.Found, n, err)
			}
		}
		for _, cell := range consent.Cells() {
			page, err := book.List(b.ctx, by, customer.Query{Granted: string(cell.Category) + "." + string(cell.Channel)})
			if err != nil || page.Found != want.Granted[cell] {
				b.t.Errorf("%s, %s: the list of %v has %d, want %d (%v)", when, by.No, cell, page.Found, want.Granted[cell], err)
			}
		}
	}
}

// oneByOne counts the customers that by sees.
func (b bench) oneByOne(by *staff.Member, customers map[int64]string) consent.Line {
	b.t.Helper()
	line := consent.Line{Name: "合计", Granted: map[consent.Cell]int64{}}
	for _, no := range customers {
		s, err := b.desk.Now(b.ctx, by, no)
		if f := fault.As(err); f != nil && f.Kind == fault.NotFound {
			continue
		}
		if err != nil {
			b.t.Fatal(err)
		}
		line.Customers++
		answered, agreed := s.AnsweredAt != nil, false
		for cell, state := range s.States {
			agreed = agreed || state.Kind == consent.Granted
			if s.Rules[cell] == consent.Allowed {
				line.Granted[cell]++
			}
		}
		for _, c := range []struct {
			n    *int64
			true bool
		}{
			{&line.Served, s.ServedAt != nil || answered}, {&line.Opened, s.OpenedAt != nil}, {&line.Answered, answered},
			{&line.Agreed, answered && agreed}, {&line.Silent, s.ServedAt != nil && !answered},
		} {
			if c.true {
				*c.n++
			}
		}
	}
	return line
}
