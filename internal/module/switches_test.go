package module_test

import (
	"testing"

	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/module"
	"liuhen/internal/pg"
	"liuhen/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind || fault.As(err) == nil {
		t.Fatalf("error is %v, want one of kind %v", err, kind)
	}
}

func TestSwitchingTakesTwoPeople(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx, people := t.Context(), fixture.People(t, db)
	s := module.NewSwitches(db.DB)
	engine := approval.NewEngine(db.DB, map[approval.Kind]approval.Effect{approval.ModuleChange: module.Effect{}})
	_, err := s.Propose(ctx, people.Compliance1, module.Tags, false)
	wantKind(t, err, fault.Forbidden)
	_, err = s.Propose(ctx, people.Admin1, "nothing", false)
	wantKind(t, err, fault.NotFound)
	_, err = s.Propose(ctx, people.Admin1, module.Customers, false)
	wantKind(t, err, fault.Conflict)
	approver, err := s.Propose(ctx, people.Admin1, module.Tags, false)
	if err != nil || approver != people.Compliance1.Name {
		t.Fatalf("asked %q, %v", approver, err)
	}
	if state, err := s.State(ctx); err != nil || !state[module.Tags] {
		t.Errorf("off before it is agreed to: %v, %v", state, err)
	}
	_, err = s.Propose(ctx, people.Admin1, module.Tags, false)
	wantKind(t, err, fault.Conflict)
	id := db.QueryInt(`SELECT max(id) FROM approval`)
	if err := engine.Decide(ctx, people.Compliance1, id, approval.Verdict{Verb: approval.Approve, Comment: "本期不用标签。"}); err != nil {
		t.Fatal(err)
	}
	s.Evict()
	if state, err := s.State(ctx); err != nil || state[module.Tags] || !state[module.Customers] {
		t.Errorf("after it is agreed to: %v, %v", state, err)
	}
	if n := db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'module.changed' AND approval_id = $1`, id); n != 2 {
		t.Errorf("%d lines on the trail, want 2", n)
	}
	for _, forged := range []string{
		`UPDATE module_state SET in_use = true`,
		`INSERT INTO module_change (approval_id, code, in_use) SELECT max(id), 'customers', false FROM approval`,
		`SELECT apply_module_change(max(id)) FROM approval`,
	} {
		err := db.InTx(ctx, people.Admin1.Actor(), func(tx *pg.Tx) error {
			_, err := tx.Exec(ctx, forged)
			return err
		})
		if err == nil {
			t.Errorf("%s: is done", forged)
		}
	}
}

func TestChoresFollowTheirModule(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	s := module.NewSwitches(db.DB)
	tags := s.While(module.Tags)
	for _, want := range []bool{true, false, true} {
		db.MustExec(`UPDATE module_state SET in_use = $1 WHERE code = 'tags'`, want)
		s.Evict()
		if got, err := tags(t.Context()); got != want || err != nil {
			t.Errorf("in use %v: %v, %v", want, got, err)
		}
	}
}
