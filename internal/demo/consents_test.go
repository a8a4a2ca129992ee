package demo

import (
	"context"
	"log/slog"
	"testing"

	"liuhen/internal/consent"
	"liuhen/internal/fixture"
	"liuhen/internal/pgtest"
)

// The derived consents are of both wordings and every kind, agree with their
// ledger, and are made once.
func TestConsentsAreMadeOnce(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx, people := context.Background(), fixture.People(t, db)
	for range 120 {
		fixture.Customer(t, db, fixture.File{Manager: people.Manager1})
	}
	if err := Consents(ctx, db.DB, func(step string) { t.Log(step) }); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string][2]int64{
		`SELECT count(*) FROM consent_wording WHERE no IS NOT NULL`:                                                   {2, 2},
		`SELECT consent_wording_at(now())`:                                                                            {2, 2},
		`SELECT count(DISTINCT customer_id) FROM consent_act`:                                                         {95, 119},
		`SELECT count(DISTINCT wording_no) FROM consent_event`:                                                        {2, 2},
		`SELECT count(DISTINCT state) FROM consent_state`:                                                             {3, 3},
		`SELECT count(*) FROM consent_contact WHERE answered_at IS NULL`:                                              {5, 40},
		`SELECT count(*) FROM consent_act WHERE method = 'import' AND evidence NOT LIKE '演示推导%'`:                      {0, 0},
		`SELECT count(*) FROM consent_state WHERE category = 'private' AND channel = 'moments' AND state = 'granted'`: {0, 0},
	} {
		if got := db.QueryInt(query); got < want[0] || got > want[1] {
			t.Errorf("%s: %d, want %d to %d", query, got, want[0], want[1])
		}
	}
	if differ, err := consent.NewKeeper(db.DB, slog.New(slog.DiscardHandler)).Check(ctx); err != nil || len(differ) != 0 {
		t.Errorf("the check finds %v, %v", differ, err)
	}
	if err := Consents(ctx, db.DB, func(step string) { t.Errorf("made again: %s", step) }); err != nil {
		t.Fatal(err)
	}
}
