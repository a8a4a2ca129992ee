package consent_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"liuhen/internal/consent"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

// forge runs a statement as the program's role in somebody's name and returns why
// it failed.
func (b bench) forge(as pg.Actor, q string, args ...any) error {
	return b.db.InTx(b.ctx, as, func(tx *pg.Tx) error {
		_, err := tx.Exec(b.ctx, q, args...)
		return err
	})
}

func TestTheLedgerCannotBeForged(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id, no := b.customer()
	if _, err := b.desk.Record(b.ctx, b.people.Manager1, no, consent.Record{
		Method: consent.BySpoken, Said: []consent.Said{said(consent.Granted, consent.Wealth, consent.Chat)},
	}); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		`INSERT INTO consent_act (customer_id, at, method, evidence) SELECT %d, now(), 'import', 'x'`,
		`INSERT INTO consent_event (act_id, customer_id, at, kind, category, channel, wording_no) SELECT a.id, %d, a.at, 'granted', 'fund', 'sms', 2 FROM consent_act AS a`,
		`UPDATE consent_event SET channel = 'sms' WHERE customer_id = %d`,
		`DELETE FROM consent_event WHERE customer_id = %d`,
		`TRUNCATE consent_event, consent_act --%d`,
		`INSERT INTO consent_state (customer_id, category, channel, state, since, event_id) VALUES (%d, 'fund', 'sms', 'granted', now(), 1)`,
		`UPDATE consent_state SET channel = 'sms' WHERE customer_id = %d`,
		`DELETE FROM consent_state WHERE customer_id = %d`,
		`UPDATE consent_contact SET refused_at = NULL WHERE customer_id = %d`,
		`INSERT INTO consent_choice (act_id, customer_id, at, subject, agreed) SELECT a.id, %d, a.at, 'personal', true FROM consent_act AS a`,
		`INSERT INTO consent_tally (branch_id, category, channel, state, n) VALUES (%d, 'fund', 'sms', 'granted', 9)`,
		`UPDATE consent_wording SET body = body || '%d'`,
		`UPDATE consent_wording_text SET ask_again = false WHERE wording_id < %d + 1000`,
		`DELETE FROM consent_wording_text WHERE wording_id < %d + 1000`,
		`INSERT INTO consent_wording_text (wording_id, category, purpose, frequency, channels, ask_again) SELECT max(id), 'fund', '公募资讯', '每周', '{sms}', false FROM consent_wording WHERE %d > 0`,
		`UPDATE consent_category SET leaf = true WHERE %d > 0`,
		`SELECT consent_enter(jsonb_build_array(jsonb_build_object('customer_id', %d, 'method', 'import', 'evidence', 'x')))`,
		`SELECT consent_project() --%d`,
		`SELECT consent_hold(ARRAY[%d])`,
		`SELECT carry_consent_wording('{"in_force_from":"2020-01-01"}') --%d`,
		`SELECT publish_consent_wording(%d)`,
	} {
		for _, as := range []*staff.Member{b.people.Manager1, b.people.Compliance1, b.people.Admin1, staff.Program()} {
			q := fmt.Sprintf(q, id)
			if err := b.forge(as.Actor(), q); err == nil {
				t.Errorf("as %s: %s is done", as.Role, q)
			}
		}
	}
}

// Each way in takes what its comer may bring, and nothing else.
func TestTheWaysInHoldTheirRules(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id, _ := b.customer()
	p := b.people
	grant := `"events":[{"kind":"granted","category":"wealth","channel":"chat"}]`
	for _, tt := range []struct {
		name string
		as   pg.Actor
		way  string
		act  string
		ok   bool
	}{
		{"spoken to the manager", p.Manager1.Actor(), "staff", `"method":"spoken",` + grant, true},
		{"spoken to the supervisor", p.Supervisor1.Actor(), "staff", `"method":"spoken",` + grant, true},
		{"spoken to another manager", p.Manager2.Actor(), "staff", `"method":"spoken",` + grant, false},
		{"on paper to another manager", p.Manager2.Actor(), "staff", `"method":"paper","evidence":"P-1",` + grant, false},
		{"spoken to compliance", p.Compliance1.Actor(), "staff", `"method":"spoken",` + grant, false},
		{"refused to compliance", p.Compliance1.Actor(), "staff", `"method":"spoken","events":[{"kind":"refused"}]`, true},
		{"refused to another manager", p.Manager2.Actor(), "staff", `"method":"spoken","events":[{"kind":"refused"}]`, false},
		{"spoken to an administrator", p.Admin1.Actor(), "staff", `"method":"spoken",` + grant, false},
		{"spoken to nobody", pg.Nobody, "staff", `"method":"spoken",` + grant, false},
		{"spoken to the program", pg.System, "staff", `"method":"spoken",` + grant, false},
		{"on paper without evidence", p.Manager1.Actor(), "staff", `"method":"paper",` + grant, false},
		{"recorded with evidence", p.Manager1.Actor(), "staff", `"method":"recording","evidence":"R-1",` + grant, true},
		{"in another's name", p.Manager1.Actor(), "staff", `"method":"spoken","staff_id":` + fmt.Sprint(p.Supervisor1.ID) + `,` + grant, true}, // the own name is written
		{"by page, by hand", p.Manager1.Actor(), "staff", `"method":"page","link_id":1,` + grant, false},
		{"of a parent", p.Manager1.Actor(), "staff", `"method":"spoken","events":[{"kind":"granted","category":"news","channel":"chat"}]`, false},
		{"of everything", p.Manager1.Actor(), "staff", `"method":"spoken","events":[{"kind":"granted"}]`, false},
		{"of every channel", p.Manager1.Actor(), "staff", `"method":"spoken","events":[{"kind":"granted","category":"wealth"}]`, false},
		{"not offered", p.Manager1.Actor(), "staff", `"method":"spoken","events":[{"kind":"granted","category":"private","channel":"moments"}]`, false},
		{"of a category unknown", p.Manager1.Actor(), "staff", `"method":"spoken","events":[{"kind":"granted","category":"gold","channel":"chat"}]`, false},
		{"in the future", p.Manager1.Actor(), "staff", `"method":"spoken","at":"2100-01-01",` + grant, false},
		{"before any wording", p.Manager1.Actor(), "staff", `"method":"paper","evidence":"P-2","at":"2001-01-01",` + grant, false},
		{"lapsed by hand", p.Manager1.Actor(), "staff", `"method":"spoken","events":[{"kind":"lapsed"}]`, false},
		{"served by hand", p.Manager1.Actor(), "staff", `"method":"spoken","events":[{"kind":"served"}]`, false},
		{"imported", pg.System, "program", `"method":"import","evidence":"Y-1",` + grant, true},
		{"imported without evidence", pg.System, "program", `"method":"import",` + grant, false},
		{"imported by a manager", p.Manager1.Actor(), "program", `"method":"import","evidence":"Y-1",` + grant, false},
		{"granted by reply", pg.System, "program", `"method":"reply",` + grant, false},
		{"granted by the program", pg.System, "program", `"method":"program",` + grant, false},
		{"withdrawn by the program", pg.System, "program", `"method":"program","events":[{"kind":"withdrawn"}]`, false},
		{"withdrawn by reply", pg.System, "program", `"method":"reply","events":[{"kind":"withdrawn"}]`, true},
		{"spoken to the program, imported", pg.System, "program", `"method":"spoken","staff_id":` + fmt.Sprint(p.Manager1.ID) + `,` + grant, false},
	} {
		customer, _ := b.customer()
		act := fmt.Sprintf(`{"customer_id":%d,%s}`, customer, tt.act)
		q := `SELECT consent_by_staff($1::jsonb)`
		if tt.way == "program" {
			q, act = `SELECT consent_by_program($1::jsonb)`, "["+act+"]"
		}
		if err := b.forge(tt.as, q, act); (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	if n := b.db.QueryInt(`SELECT count(*) FROM consent_act AS a WHERE a.staff_id = $1`, p.Supervisor1.ID); n != 1 {
		t.Errorf("%d acts in the supervisor's name, want the own one", n)
	}
	if n := b.db.QueryInt(`SELECT count(*) FROM consent_event AS e WHERE e.customer_id = $1`, id); n != 0 {
		t.Errorf("%d events of a customer of whom nothing was said", n)
	}
	b.wantHonest()
}

func TestRecordingOnTheCustomersWord(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id, no := b.customer()
	by := b.people.Manager1
	grant := consent.Record{Method: consent.BySpoken, Said: []consent.Said{said(consent.Granted, consent.Wealth, consent.Chat)}}
	receipt, err := b.desk.Record(b.ctx, by, no, grant)
	if err != nil || len(receipt) != 14 {
		t.Fatalf("receipt %q, %v", receipt, err)
	}
	if got := b.state(id)[consent.Cell{Category: consent.Wealth, Channel: consent.Chat}]; got.Kind != consent.Granted || got.Wording != 2 {
		t.Errorf("state %+v", got)
	}
	if n := b.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'consent.recorded' AND customer_id = $1 AND detail LIKE '%理财×单聊%' || $2`, id, receipt); n != 1 {
		t.Errorf("%d lines on the trail", n)
	}
	all := consent.Record{Method: consent.BySpoken, Said: []consent.Said{{Kind: consent.Withdrawn}}}
	if _, err := b.desk.Record(b.ctx, b.people.Compliance1, no, all); err != nil {
		t.Fatal(err)
	}
	if n := len(granted(b.state(id))); n != 0 {
		t.Errorf("%d cells are open", n)
	}
	_, err = b.desk.Record(b.ctx, by, no, grant)
	must(t, err, fault.Conflict, string(consent.AskedBefore))
	paper := grant
	paper.Method = consent.ByPaper
	_, err = b.desk.Record(b.ctx, by, no, paper)
	must(t, err, fault.Invalid, "")
	paper.Evidence = "扫描件 2026-118"
	if _, err := b.desk.Record(b.ctx, by, no, paper); err != nil {
		t.Errorf("on paper: %v", err)
	}
	_, err = b.desk.Record(b.ctx, b.people.Manager2, no, all)
	must(t, err, fault.NotFound, "scope")
	_, err = b.desk.Record(b.ctx, b.people.Admin1, no, all)
	must(t, err, fault.Forbidden, "role")
	for name, wrong := range map[string]consent.Record{
		"nothing":      {Method: consent.BySpoken},
		"no method":    {Said: all.Said},
		"by page":      {Said: all.Said, Method: consent.ByPage},
		"in future":    {Said: all.Said, Method: consent.BySpoken, At: time.Now().Add(time.Hour)},
		"long":         {Said: all.Said, Method: consent.BySpoken, Evidence: strings.Repeat("长", 81)},
		"control":      {Said: all.Said, Method: consent.BySpoken, Reason: "一\x00二"},
		"not text":     {Said: all.Said, Method: consent.BySpoken, Reason: "\xff"},
		"of a parent":  {Said: []consent.Said{said(consent.Granted, consent.News, consent.SMS)}, Method: consent.BySpoken},
		"unknown kind": {Said: []consent.Said{{Kind: "served"}}, Method: consent.BySpoken},
	} {
		if _, err := b.desk.Record(b.ctx, by, no, wrong); err == nil || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.wantHonest()
}
