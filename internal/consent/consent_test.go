package consent_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"liuhen/internal/consent"
	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// bench is a test institution with two wordings: the first of ten years, the second
// of thirty days, which asks again for market news. Fund is valid for 24 months by
// the second.
type bench struct {
	t      *testing.T
	ctx    context.Context
	db     *pgtest.DB
	people fixture.Staff
	desk   *consent.Desk
	second time.Time
}

func newBench(t *testing.T) bench {
	t.Helper()
	db := pgtest.New(t)
	b := bench{t: t, ctx: t.Context(), db: db, people: fixture.People(t, db), desk: consent.NewDesk(db.DB)}
	b.second = time.Now().AddDate(0, 0, -30).Truncate(time.Second)
	b.system(func(tx *pg.Tx) error {
		for _, w := range []consent.Wording{wording(b.second.AddDate(-10, 0, 0), false), wording(b.second, true)} {
			if _, err := consent.Carry(b.ctx, tx, w); err != nil {
				return err
			}
		}
		return nil
	})
	return b
}

func (b bench) system(fn func(*pg.Tx) error) {
	b.t.Helper()
	if err := b.db.InTx(b.ctx, pg.System, fn); err != nil {
		b.t.Fatal(err)
	}
}

// wording makes a text that offers every leaf by every channel, private funds but
// by chat and phone.
func wording(from time.Time, second bool) consent.Wording {
	w := consent.Wording{
		Title: "您愿意收到哪些资讯？", Intro: "选了才会发，没选的一条都不会发，随时可以更改。",
		Body: strings.Repeat("本文说明我们怎样使用您的选择。", 10), Note: "测试用文本", From: from,
	}
	for _, c := range consent.Leaves() {
		t := consent.Text{Category: c, Purpose: c.Label() + "的资讯", Frequency: "每周不超过 2 条", Channels: consent.Channels()}
		if c == consent.Private {
			t.Channels = []consent.Channel{consent.Chat, consent.Phone}
		}
		if second && c == consent.Fund {
			t.Months = 24
		}
		t.AskAgain = second && c == consent.Market
		w.Texts = append(w.Texts, t)
	}
	return w
}

func (b bench) customer() (int64, string) {
	b.t.Helper()
	return fixture.Customer(b.t, b.db, fixture.File{Manager: b.people.Manager1})
}

func said(k consent.Kind, c consent.Category, h consent.Channel) consent.Said {
	return consent.Said{Kind: k, Category: c, Channel: h}
}

// state reads the projection of a customer.
func (b bench) state(customer int64) map[consent.Cell]consent.State {
	b.t.Helper()
	return b.cells(`
		SELECT
			s.category,
			s.channel,
			s.state,
			COALESCE(s.wording_no, 0) AS wording,
			s.since,
			s.expires_on
		FROM consent_state AS s
		WHERE s.customer_id = $1`, customer)
}

func (b bench) cells(q string, args ...any) map[consent.Cell]consent.State {
	b.t.Helper()
	var rows []struct {
		Category consent.Category `db:"category"`
		Channel  consent.Channel  `db:"channel"`
		State    consent.Kind     `db:"state"`
		Wording  int              `db:"wording"`
		Since    time.Time        `db:"since"`
		Expires  *time.Time       `db:"expires_on"`
	}
	err := b.db.Read(b.ctx, pg.System, func(tx *pg.Tx) error { return tx.Select(b.ctx, &rows, q, args...) })
	if err != nil {
		b.t.Fatal(err)
	}
	out := map[consent.Cell]consent.State{}
	for _, r := range rows {
		s := consent.State{Kind: r.State, Wording: r.Wording, Since: r.Since.UTC()}
		if r.Expires != nil {
			day := r.Expires.UTC()
			s.ExpiresOn = &day
		}
		out[consent.Cell{Category: r.Category, Channel: r.Channel}] = s
	}
	return out
}

func must(t *testing.T, err error, kind fault.Kind, rule string) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Kind != kind || f.Rule != rule {
		t.Errorf("error is %v, want kind %v by rule %q", err, kind, rule)
	}
}
