package consent_test

import (
	"context"
	"testing"
	"time"

	"liuhen/internal/consent"
	"liuhen/internal/pg"
)

// What ran out and what a newer wording asks for again is written down as lapsed,
// at its moment, and nothing else; the right was gone before that.
func TestLapse(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := context.Background()
	keeper := consent.NewKeeper(b.db.DB, nil)
	id, no := b.customer()
	agreed := func(at time.Time, cells ...consent.Cell) {
		e := consent.Entry{CustomerID: id, At: at, Method: consent.ByImport, Evidence: "试 1"}
		for _, c := range cells {
			e.Said = append(e.Said, said(consent.Granted, c.Category, c.Channel))
		}
		b.system(func(tx *pg.Tx) error { return consent.Enter(b.ctx, tx, []consent.Entry{e}) })
	}
	market, fund, wealth := consent.Cell{Category: consent.Market, Channel: consent.SMS}, consent.Cell{Category: consent.Fund, Channel: consent.SMS}, consent.Cell{Category: consent.Wealth, Channel: consent.SMS}
	before := b.second.AddDate(0, 0, -10)
	agreed(before, market, wealth)
	agreed(b.second.AddDate(0, 0, 5), fund)
	standing, err := b.desk.Now(ctx, b.people.Manager1, no)
	if err != nil || standing.Rules[market] != consent.HasLapsed || standing.Rules[wealth] != consent.Allowed || standing.Rules[fund] != consent.Allowed {
		t.Fatalf("before: %v %v", standing.Rules, err)
	}
	for range 2 { // the second time there is nothing to do
		if more, err := keeper.Lapse(ctx); more || err != nil {
			t.Fatalf("lapse: %v, %v", more, err)
		}
	}
	got := b.state(id)
	if s := got[market]; s.Kind != consent.Lapsed || !s.Since.Equal(b.second) {
		t.Errorf("market: %+v", s)
	}
	if got[wealth].Kind != consent.Granted || got[fund].Kind != consent.Granted {
		t.Errorf("what counts has lapsed: %+v", got)
	}
	if n := b.db.QueryInt(`SELECT count(*) FROM consent_event WHERE kind = 'lapsed'`); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
	// A consent of 24 months, given under the second wording as if it were old.
	b.db.MustExec(`UPDATE consent_state SET expires_on = current_date - 3 WHERE category = 'fund'`)
	if _, err := keeper.Lapse(ctx); err != nil {
		t.Fatal(err)
	}
	if s := b.state(id)[fund]; s.Kind != consent.Lapsed {
		t.Errorf("fund: %+v", s)
	}
	agreed(time.Now().Add(-time.Second), market)
	if _, err := keeper.Lapse(ctx); err != nil || b.state(id)[market].Kind != consent.Granted {
		t.Errorf("what was agreed to anew has lapsed: %+v, %v", b.state(id)[market], err)
	}
}
