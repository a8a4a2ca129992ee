package consent_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"liuhen/internal/consent"
	"liuhen/internal/pg"
)

// replay is the projection in plain Go, from the rules alone: of what was said of
// a cell the newest wins, at the same moment what closes most plainly.
func (b bench) replay(entries []consent.Entry) map[consent.Cell]consent.State {
	rank := map[consent.Kind]int{consent.Granted: 1, consent.Lapsed: 2, consent.Refused: 3, consent.Withdrawn: 4}
	out := map[consent.Cell]consent.State{}
	for _, e := range entries {
		for _, s := range e.Said {
			for _, c := range consent.Cells() {
				have, ok := out[c]
				newer := e.At.After(have.Since) || e.At.Equal(have.Since) && rank[s.Kind] > rank[have.Kind]
				if !s.Covers(c) || ok && !newer {
					continue
				}
				now := consent.State{Kind: s.Kind, Wording: 1, Since: e.At.UTC()}
				if !e.At.Before(b.second) {
					now.Wording = 2
				}
				if s.Kind == consent.Granted && now.Wording == 2 && c.Category == consent.Fund {
					day := e.At.In(pg.Zone())
					until := time.Date(day.Year(), day.Month()+24, day.Day(), 0, 0, 0, 0, time.UTC)
					if until.Day() != day.Day() { // the database ends a month at its last day
						until = until.AddDate(0, 0, -until.Day())
					}
					now.ExpiresOn = &until
				}
				out[c] = now
			}
		}
	}
	return out
}

// story makes up acts of one customer: few moments, so that many coincide, on both
// sides of the second wording.
func (b bench) story(r *rand.Rand, customer int64) []consent.Entry {
	var list []consent.Entry
	for range 2 + r.IntN(12) {
		e := consent.Entry{
			CustomerID: customer, Method: consent.ByImport, Evidence: "旧系统 7",
			At: b.second.Add(time.Duration(r.IntN(8)-4) * time.Hour),
		}
		for range 1 + r.IntN(3) {
			e.Said = append(e.Said, b.something(r))
		}
		if e.Said[0].Kind == consent.Lapsed {
			e.Method, e.Said = consent.ByProgram, e.Said[:1]
		}
		for i := range e.Said {
			if e.Method == consent.ByImport && e.Said[i].Kind == consent.Lapsed {
				e.Said[i].Kind = consent.Withdrawn
			}
		}
		list = append(list, e)
	}
	return list
}

func (b bench) something(r *rand.Rand) consent.Said {
	kinds := []consent.Kind{consent.Granted, consent.Granted, consent.Granted, consent.Refused, consent.Withdrawn, consent.Lapsed}
	s := consent.Said{Kind: kinds[r.IntN(len(kinds))]}
	leaves := consent.Leaves()
	s.Category, s.Channel = leaves[r.IntN(len(leaves))], consent.Channels()[r.IntN(5)]
	if s.Category == consent.Private {
		s.Channel = consent.Chat
	}
	if s.Kind == consent.Granted {
		return s
	}
	switch r.IntN(4) {
	case 0:
		s.Category = consent.Everything
	case 1:
		s.Category = consent.Parents()[r.IntN(2)]
	}
	if r.IntN(2) == 0 {
		s.Channel = consent.EveryChannel
	}
	return s
}

// The projection is what the ledger says, in whatever order the events came; only
// their time counts.
func TestTheProjectionIsTheReplayInAnyOrder(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	r := rand.New(rand.NewPCG(7, 11))
	for range 60 {
		first, _ := b.customer()
		story := b.story(r, first)
		want := b.replay(story)
		for try := range 3 {
			customer := first
			if try > 0 {
				customer, _ = b.customer()
				r.Shuffle(len(story), func(i, j int) { story[i], story[j] = story[j], story[i] })
			}
			for i := range story {
				story[i].CustomerID = customer
			}
			together := try == 2 // one statement for all
			b.system(func(tx *pg.Tx) error {
				if together {
					return consent.Enter(b.ctx, tx, story)
				}
				for _, e := range story {
					if err := consent.Enter(b.ctx, tx, []consent.Entry{e}); err != nil {
						return err
					}
				}
				return nil
			})
			if diff := cmp.Diff(want, b.state(customer)); diff != "" {
				t.Fatalf("try %d of %+v\n(-replay +projection):\n%s", try, story, diff)
			}
		}
	}
	b.wantHonest()
}

// wantHonest compares everything with the ledger, and the tally with the state.
func (b bench) wantHonest() {
	b.t.Helper()
	keeper := consent.NewKeeper(b.db.DB, quiet())
	for _, when := range []string{"before", "after"} {
		if n := b.db.QueryInt(tallyDiffers); n != 0 {
			b.t.Errorf("%d counts of the tally are wrong %s folding", n, when)
		}
		if err := keeper.Fold(b.ctx); err != nil {
			b.t.Fatal(err)
		}
	}
	differ, err := keeper.Check(b.ctx)
	if err != nil || len(differ) != 0 {
		b.t.Errorf("the check finds %v, %v", differ, err)
	}
}

const tallyDiffers = `
	SELECT count(*)
	FROM (
		SELECT t.branch_id, t.category, t.channel, t.state, t.wording_no, sum(t.n) AS n
		FROM consent_tally AS t
		GROUP BY 1, 2, 3, 4, 5
		HAVING sum(t.n) <> 0
	) AS a
	FULL JOIN (
		SELECT c.branch_id, s.category, s.channel, s.state, s.wording_no, count(*)::numeric AS n
		FROM consent_state AS s
		JOIN customer AS c ON c.id = s.customer_id
		GROUP BY 1, 2, 3, 4, 5
	) AS b ON (a.branch_id, a.category, a.channel, a.state, COALESCE(a.wording_no, 0)) = (b.branch_id, b.category, b.channel, b.state, COALESCE(b.wording_no, 0))
	WHERE a.n IS DISTINCT FROM b.n`

// What closes never opens a cell, whatever there was before.
func TestClosingNeverOpens(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	r := rand.New(rand.NewPCG(3, 5))
	for range 40 {
		id, _ := b.customer()
		before := b.story(r, id)
		b.system(func(tx *pg.Tx) error { return consent.Enter(b.ctx, tx, before) })
		open := granted(b.state(id))
		close := b.something(r)
		for close.Kind == consent.Granted {
			close = b.something(r)
		}
		method := consent.ByReply
		if close.Kind == consent.Lapsed {
			method = consent.ByProgram
		}
		at := b.second.Add(time.Duration(r.IntN(10)-5) * time.Hour)
		b.system(func(tx *pg.Tx) error {
			return consent.Enter(b.ctx, tx, []consent.Entry{{CustomerID: id, At: at, Method: method, Said: []consent.Said{close}}})
		})
		for c, s := range granted(b.state(id)) {
			if had, ok := open[c]; !ok || close.Covers(c) && !at.Before(had.Since) {
				t.Errorf("%+v at %v left or opened %+v: %+v", close, at, c, s)
			}
		}
	}
	b.wantHonest()
}

func granted(all map[consent.Cell]consent.State) map[consent.Cell]consent.State {
	out := map[consent.Cell]consent.State{}
	for c, s := range all {
		if s.Kind == consent.Granted {
			out[c] = s
		}
	}
	return out
}

// What is said of a parent closes what is below it and nothing else.
func TestTheTreeClosesDownwards(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id, _ := b.customer()
	at := b.second.Add(time.Hour)
	all := consent.Entry{CustomerID: id, At: at, Method: consent.ByImport, Evidence: "表 1"}
	for _, c := range consent.Cells() {
		if c.Category != consent.Private {
			all.Said = append(all.Said, said(consent.Granted, c.Category, c.Channel))
		}
	}
	b.system(func(tx *pg.Tx) error { return consent.Enter(b.ctx, tx, []consent.Entry{all}) })
	for i, step := range []struct {
		closes consent.Said
		left   int
	}{
		{said(consent.Withdrawn, consent.Market, consent.SMS), 29},
		{said(consent.Refused, consent.News, consent.EveryChannel), 20},
		{said(consent.Lapsed, consent.Everything, consent.Phone), 16},
		{said(consent.Withdrawn, consent.Product, consent.Chat), 12},
		{said(consent.Withdrawn, consent.Everything, consent.EveryChannel), 0},
	} {
		method := consent.ByReply
		if step.closes.Kind == consent.Lapsed {
			method = consent.ByProgram
		}
		b.system(func(tx *pg.Tx) error {
			return consent.Enter(b.ctx, tx, []consent.Entry{{CustomerID: id, At: at.Add(time.Duration(i) * time.Minute), Method: method, Said: []consent.Said{step.closes}}})
		})
		if n := len(granted(b.state(id))); n != step.left {
			t.Errorf("after %+v %d cells are open, want %d", step.closes, n, step.left)
		}
	}
	if n := len(b.state(id)); n != len(consent.Cells()) {
		t.Errorf("%d cells have a state, want all", n)
	}
	b.wantHonest()
}
