package consent_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"liuhen/internal/consent"
	"liuhen/internal/pg"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// The rule in the program and the one in the database are the same, over every
// combination.
func TestVerdictIsTheSameInTheDatabase(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	today := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	day := func(n int) *time.Time { d := today.AddDate(0, 0, n); return &d }
	seen := map[consent.Rule]int{}
	err := b.db.Read(b.ctx, pg.System, func(tx *pg.Tx) error {
		for _, kind := range []consent.Kind{"", consent.Granted, consent.Refused, consent.Withdrawn, consent.Lapsed} {
			for _, version := range []int{0, 1, 2, 3} {
				for _, since := range []int{0, 1, 2, 3} {
					for _, expires := range []*time.Time{nil, day(-1), day(0), day(1)} {
						var inSQL consent.Rule
						const q = `SELECT consent_verdict(NULLIF($1, ''), NULLIF($2::integer, 0), $3::date, $4::integer, $5::date)`
						if err := tx.Get(b.ctx, &inSQL, q, string(kind), version, expires, since, today); err != nil {
							return err
						}
						inGo := consent.Verdict(consent.State{Kind: kind, Wording: version, ExpiresOn: expires}, since, today)
						if inGo != inSQL {
							t.Errorf("%s, wording %d, counts from %d, until %v: %q in Go, %q in SQL", kind, version, since, expires, inGo, inSQL)
						}
						seen[inGo]++
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) != 6 {
		t.Errorf("only %v were seen", seen)
	}
}

// may_contact follows the ledger through time.
func TestMayContactThroughTime(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id, _ := b.customer()
	enter := func(at time.Time, method consent.Method, s ...consent.Said) {
		b.system(func(tx *pg.Tx) error {
			return consent.Enter(b.ctx, tx, []consent.Entry{{CustomerID: id, At: at, Method: method, Evidence: "表 2", Said: s}})
		})
	}
	before, after := b.second.Add(-time.Hour), b.second.Add(time.Hour)
	enter(before, consent.ByImport, said(consent.Granted, consent.Market, consent.SMS), said(consent.Granted, consent.Wealth, consent.SMS), said(consent.Granted, consent.Margin, consent.SMS))
	enter(after, consent.ByImport, said(consent.Granted, consent.Fund, consent.Chat), said(consent.Refused, consent.Insurance, consent.EveryChannel))
	enter(after, consent.ByReply, said(consent.Withdrawn, consent.Margin, consent.SMS))
	now := time.Now()
	for _, tt := range []struct {
		cell consent.Cell
		at   time.Time
		want consent.Rule
	}{
		{consent.Cell{Category: consent.Market, Channel: consent.SMS}, before.Add(-time.Minute), consent.NoConsent},
		{consent.Cell{Category: consent.Market, Channel: consent.SMS}, before, consent.Allowed},
		{consent.Cell{Category: consent.Market, Channel: consent.SMS}, now, consent.HasLapsed}, // the second wording asks again
		{consent.Cell{Category: consent.Wealth, Channel: consent.SMS}, now, consent.Allowed},
		{consent.Cell{Category: consent.Wealth, Channel: consent.Phone}, now, consent.NoConsent},
		{consent.Cell{Category: consent.Margin, Channel: consent.SMS}, before, consent.Allowed},
		{consent.Cell{Category: consent.Margin, Channel: consent.SMS}, now, consent.WasTaken},
		{consent.Cell{Category: consent.Insurance, Channel: consent.Mass}, now, consent.WasRefused},
		{consent.Cell{Category: consent.Fund, Channel: consent.Chat}, now, consent.Allowed},
		{consent.Cell{Category: consent.Fund, Channel: consent.Chat}, now.AddDate(2, 0, 0), consent.HasExpired},
		{consent.Cell{Category: consent.Product, Channel: consent.Chat}, now, consent.NoConsent},
		{consent.Cell{Category: consent.Everything, Channel: consent.Chat}, now, consent.NoConsent},
	} {
		var got consent.Rule
		b.system(func(tx *pg.Tx) (err error) {
			got, err = consent.MayContact(b.ctx, tx, id, tt.cell, tt.at)
			return err
		})
		if got != tt.want {
			t.Errorf("%+v at %v: %q, want %q", tt.cell, tt.at, got, tt.want)
		}
	}
}

// What Go lists is what the database lists.
func TestTheTreeIsTheSameInTheDatabase(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var inSQL, inGo []string
	err := b.db.Read(b.ctx, pg.System, func(tx *pg.Tx) error {
		const q = `
			SELECT concat_ws('/', g.code, COALESCE(g.parent, ''), g.label, g.class, g.leaf) AS line
			FROM consent_category AS g
			UNION ALL
			SELECT concat_ws('/', h.code, h.label)
			FROM consent_channel AS h
			ORDER BY line`
		if err := tx.Select(b.ctx, &inSQL, q); err != nil {
			return err
		}
		for _, k := range []consent.Kind{consent.Served, consent.Opened, consent.Granted, consent.Refused, consent.Withdrawn, consent.Lapsed} {
			var rank int
			if err := tx.Get(b.ctx, &rank, `SELECT consent_rank($1)`, string(k)); err != nil {
				return err
			}
			if rank != consent.Rank(k) {
				t.Errorf("%s ranks %d in SQL, %d in Go", k, rank, consent.Rank(k))
			}
		}
		var days int
		if err := tx.Get(b.ctx, &days, `SELECT consent_quiet_days()`); err != nil || days != consent.QuietDays {
			t.Errorf("quiet days %d, %v", days, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range append(consent.Parents(), consent.Leaves()...) {
		leaf := "f"
		if c.Leaf() {
			leaf = "t"
		}
		inGo = append(inGo, string(c)+"/"+string(c.Parent())+"/"+c.Label()+"/"+string(c.Class())+"/"+leaf)
	}
	for _, h := range consent.Channels() {
		inGo = append(inGo, string(h)+"/"+h.Label())
	}
	if diff := cmp.Diff(sorted(inGo), sorted(inSQL)); diff != "" {
		t.Error(diff)
	}
}
