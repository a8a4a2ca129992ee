package consent_test

import (
	"testing"
	"time"

	"liuhen/internal/approval"
	"liuhen/internal/consent"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
)

// A wording takes two people, is not changed once it is submitted, is not two at a
// time, and asks again whom it says.
func TestAWordingTakesTwoPeople(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	engine := approval.NewEngine(b.db.DB, map[approval.Kind]approval.Effect{approval.ConsentWording: consent.Publishing{}})
	id, no := b.customer()
	cell := consent.Cell{Category: consent.Wealth, Channel: consent.Chat}
	if _, err := b.desk.Record(b.ctx, b.people.Manager1, no, consent.Record{Method: consent.BySpoken, Said: []consent.Said{said(consent.Granted, cell.Category, cell.Channel)}}); err != nil {
		t.Fatal(err)
	}
	next := wording(time.Time{}, false)
	next.Base = 2
	for i := range next.Texts {
		next.Texts[i].AskAgain = next.Texts[i].Category == consent.Wealth
	}
	_, err := b.desk.Propose(b.ctx, b.people.Manager1, next)
	must(t, err, fault.Forbidden, "role")
	stale := next
	stale.Base = 1
	_, err = b.desk.Propose(b.ctx, b.people.Compliance1, stale)
	must(t, err, fault.Conflict, "")
	request, err := b.desk.Propose(b.ctx, b.people.Compliance1, next)
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.desk.Propose(b.ctx, b.people.Compliance1, next)
	must(t, err, fault.Conflict, "consent-wording")
	for _, q := range []string{
		`UPDATE consent_wording SET intro = intro || '改一个字' WHERE no IS NULL`,
		`INSERT INTO consent_wording_text (wording_id, category, purpose, frequency, channels, ask_again) SELECT w.id, 'fund', '另写一份', '每天', '{sms}', false FROM consent_wording AS w WHERE w.no IS NULL`,
		`SELECT publish_consent_wording(approval_id) FROM consent_wording WHERE no IS NULL`,
	} {
		if err := b.forge(b.people.Compliance1.Actor(), q); err == nil {
			t.Errorf("%s: is done", q)
		}
	}
	w, err := b.desk.Wordings(b.ctx, b.people.Auditor1, 0)
	if err != nil || w.Pending == nil || w.Current != 2 || w.Holders[consent.Wealth] != 1 {
		t.Fatalf("before: %+v, %v", w, err)
	}
	if err := engine.Decide(b.ctx, b.people.Risk1, request, approval.Verdict{Verb: approval.Approve}); err != nil {
		t.Fatal(err)
	}
	w, err = b.desk.Wordings(b.ctx, b.people.Manager1, 0)
	if err != nil || w.Current != 3 || w.Shown.Author != "郑合规" || w.Shown.Approver != "冯风控" || w.Pending != nil {
		t.Fatalf("after: %+v, %v", w.Shown, err)
	}
	b.system(func(tx *pg.Tx) error {
		if got, err := consent.MayContact(b.ctx, tx, id, cell, time.Now()); err != nil || got != consent.HasLapsed {
			t.Errorf("the consent to wording 2 still counts: %q, %v", got, err)
		}
		return nil
	})
	if n := b.db.QueryInt(`SELECT count(*) FROM consent_wording AS w WHERE w.no IS NOT NULL AND w.hash = sha256(convert_to(consent_wording_canon(w.id), 'UTF8'))`); n != 3 {
		t.Errorf("%d wordings carry the hash of their text, want 3", n)
	}
	if n := b.db.QueryInt(`SELECT count(*) FROM trail WHERE action IN ('consent.wording_submitted', 'consent.wording_published')`); n != 2 {
		t.Errorf("%d lines on the trail", n)
	}
}

// One that begins later leaves what is agreed to alone until then.
func TestAWordingBeginsWhenItSays(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	engine := approval.NewEngine(b.db.DB, map[approval.Kind]approval.Effect{approval.ConsentWording: consent.Publishing{}})
	from := time.Now().AddDate(0, 0, 7)
	next := wording(from, true)
	next.Base, next.Note = 2, "下周起用新文本"
	request, err := b.desk.Propose(b.ctx, b.people.Compliance1, next)
	if err != nil {
		t.Fatal(err)
	}
	if err := engine.Decide(b.ctx, b.people.Risk1, request, approval.Verdict{Verb: approval.Approve}); err != nil {
		t.Fatal(err)
	}
	for at, want := range map[time.Time]int64{time.Now(): 2, from.Add(-time.Second): 2, from.Add(time.Second): 3} {
		if n := b.db.QueryInt(`SELECT consent_wording_at($1)`, at); n != want {
			t.Errorf("at %v version %d is in force, want %d", at, n, want)
		}
	}
	early := wording(time.Now().AddDate(0, 0, 3), false)
	early.Base = 3
	_, err = b.desk.Propose(b.ctx, b.people.Compliance1, early)
	must(t, err, fault.Invalid, "")
}

func TestWhatNoWordingMayBe(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*consent.Wording){
		"no title":        func(w *consent.Wording) { w.Title = "" },
		"two lines":       func(w *consent.Wording) { w.Intro = "选了才会发，没选的\n一条都不会发" },
		"short body":      func(w *consent.Wording) { w.Body = "太短" },
		"control":         func(w *consent.Wording) { w.Body += "\x1f" },
		"no note":         func(w *consent.Wording) { w.Note = "改" },
		"nothing offered": func(w *consent.Wording) { w.Texts = nil },
		"a parent":        func(w *consent.Wording) { w.Texts[0].Category = consent.News },
		"no channel":      func(w *consent.Wording) { w.Texts[0].Channels = nil },
		"unknown channel": func(w *consent.Wording) { w.Texts[0].Channels = []consent.Channel{"fax"} },
		"long":            func(w *consent.Wording) { w.Texts[0].Months = 61 },
		"negative":        func(w *consent.Wording) { w.Texts[0].Months = -1 },
		"private circle":  func(w *consent.Wording) { w.Texts[5].Channels = []consent.Channel{consent.Moments} },
	} {
		w := wording(time.Time{}, false)
		if err := w.Check(); err != nil {
			t.Fatal(err)
		}
		change(&w)
		if err := w.Check(); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
