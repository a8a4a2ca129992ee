package consent_test

import (
	"strings"
	"testing"

	"liuhen/internal/consent"
	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/pg"
)

func phone() consent.Visitor {
	return consent.Visitor{Address: "203.0.113.9", Device: "MicroMessenger/8.0"}
}

// A customer opens the page, agrees to A and not to B, changes it, refuses all.
func TestTheCustomersOwnPage(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id, no := fixture.Customer(t, b.db, fixture.File{Name: "欧阳明远", Manager: b.people.Manager1})
	door := consent.NewDoor(b.db.DB)
	token, err := b.desk.MakeLink(b.ctx, b.people.Manager1, no, consent.Ask)
	if err != nil || len(token) != 27 {
		t.Fatalf("token %q, %v", token, err)
	}
	first, err := door.Open(b.ctx, token, phone())
	if err != nil || first.Wording.No != 2 || len(first.Open) != 0 || first.Answered != nil || first.Personal {
		t.Fatalf("first visit: %+v, %v", first, err)
	}
	if first.Name != "欧*" || strings.Contains(first.Name+first.Branch+first.Manager, "欧阳") {
		t.Errorf("the page shows %q", first.Name)
	}
	if _, err := door.Open(b.ctx, token, phone()); err != nil {
		t.Fatal(err)
	}
	if n := b.db.QueryInt(`SELECT count(*) FILTER (WHERE kind = 'served') * 10 + count(*) FILTER (WHERE kind = 'opened') FROM consent_event WHERE customer_id = $1`, id); n != 11 {
		t.Errorf("served and opened: %d, want once each", n)
	}
	market := consent.Cell{Category: consent.Market, Channel: consent.Chat}
	receipt, err := door.Answer(b.ctx, token, consent.Answer{Wording: 2, Ticked: []consent.Cell{market, {Category: consent.Private, Channel: consent.Moments}}, Personal: true}, phone())
	if err != nil {
		t.Fatal(err)
	}
	open := granted(b.state(id))
	if len(open) != 1 || open[market].Wording != 2 {
		t.Errorf("open after the answer: %v", open)
	}
	again, err := door.Open(b.ctx, token, phone())
	if err != nil || len(again.Open) != 1 || !again.Open[market] || !again.Personal || again.Receipt != receipt {
		t.Errorf("second visit: %+v, %v", again, err)
	}
	proof, err := door.Verify(b.ctx, strings.ToLower(strings.ReplaceAll(receipt, "-", " ")))
	if err != nil || proof.Name != "欧***" || proof.Wording != 2 || len(proof.Said) != 32 || proof.Newer {
		t.Errorf("proof %+v, %v", proof, err)
	}
	if _, err := door.Answer(b.ctx, token, consent.Answer{Wording: 1, Ticked: consent.Cells()}, phone()); fault.KindOf(err) != fault.Conflict {
		t.Errorf("an answer to another wording: %v", err)
	}
	if _, err := door.Answer(b.ctx, token, consent.Answer{Wording: 2, None: true, Ticked: consent.Cells(), Personal: true}, phone()); err != nil {
		t.Fatal(err)
	}
	last, err := door.Open(b.ctx, token, phone())
	if err != nil || len(last.Open) != 0 || last.Personal {
		t.Errorf("after refusing all: %+v, %v", last, err)
	}
	if proof, err := door.Verify(b.ctx, receipt); err != nil || !proof.Newer {
		t.Errorf("the older receipt: %+v, %v", proof, err)
	}
	if n := b.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'consent.answered' AND staff_id IS NULL AND customer_no = $1`, no); n != 2 {
		t.Errorf("%d answers on the trail", n)
	}
	_, err = b.desk.MakeLink(b.ctx, b.people.Manager1, no, consent.Ask)
	must(t, err, fault.Conflict, string(consent.AskedBefore))
	if _, err := b.desk.MakeLink(b.ctx, b.people.Manager1, no, consent.Change); err != nil {
		t.Errorf("the customer wants to change: %v", err)
	}
	b.wantHonest()
}

// What opens nothing says the same whatever is wrong with it, and writes nothing.
func TestADoorThatDoesNotOpen(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, no := b.customer()
	door := consent.NewDoor(b.db.DB)
	var tokens []string
	for range 3 {
		token, err := b.desk.MakeLink(b.ctx, b.people.Manager1, no, consent.Ask)
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, token)
	}
	b.db.MustExec(`UPDATE consent_link SET made_at = made_at - interval '30 days', expires_at = now() - interval '1 second' WHERE id = (SELECT min(id) FROM consent_link)`)
	second := b.db.QueryInt(`SELECT min(id) + 1 FROM consent_link`)
	if err := b.desk.EndLink(b.ctx, b.people.Manager2, no, second); fault.KindOf(err) != fault.NotFound {
		t.Errorf("ended by another manager: %v", err)
	}
	if err := b.desk.EndLink(b.ctx, b.people.Compliance1, no, second); err != nil {
		t.Fatal(err)
	}
	if err := b.desk.EndLink(b.ctx, b.people.Manager1, no, second); fault.KindOf(err) != fault.Conflict {
		t.Errorf("ended twice: %v", err)
	}
	acts := b.db.QueryInt(`SELECT count(*) FROM consent_act`)
	said := map[string]bool{}
	for _, token := range []string{tokens[0], tokens[1], "", "x", strings.Repeat("a", 27), strings.Repeat("a", 100), "'; DROP TABLE consent_event; --", "\x00", "\xff", tokens[2] + " ", strings.ToUpper(tokens[2])} {
		_, open := door.Open(b.ctx, token, phone())
		_, answer := door.Answer(b.ctx, token, consent.Answer{Wording: 2, Ticked: consent.Cells()}, phone())
		for _, err := range []error{open, answer} {
			if fault.KindOf(err) != fault.NotFound || fault.As(err) == nil {
				t.Errorf("%q: %v", token, err)
				continue
			}
			said[fault.As(err).Sentence] = true
		}
	}
	if len(said) != 1 {
		t.Errorf("what a token hears tells it apart: %v", said)
	}
	if n := b.db.QueryInt(`SELECT count(*) FROM consent_act`); n != acts {
		t.Errorf("%d acts were written", n-acts)
	}
	for _, q := range []string{`SELECT token_hash FROM consent_link`, `UPDATE consent_link SET expires_at = now() + interval '9 days'`, `SELECT consent_link_of('x')`, `INSERT INTO consent_link (customer_id, token_hash, purpose, made_by, expires_at) SELECT c.id, sha256('x'), 'ask', 1, now() + interval '1 day' FROM customer AS c`} {
		if err := b.forge(pg.System, q); err == nil {
			t.Errorf("%s: is done", q)
		}
	}
	if _, err := door.Open(b.ctx, tokens[2], phone()); err != nil {
		t.Errorf("the live one: %v", err)
	}
	for _, code := range []string{"", "ABCD", "ABCD-EFGH-JKMN", "'; --", strings.Repeat("A", 400), "\xff"} {
		if _, err := door.Verify(b.ctx, code); fault.KindOf(err) != fault.NotFound || fault.As(err) == nil {
			t.Errorf("code %q: %v", code, err)
		}
	}
}
