package staff_test

import (
	"testing"

	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// A branch moves with what is below it: who no longer sees its customers loses
// the grants on them. It closes when it is empty, and stays closed.
func TestABranchMovesAndCloses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, p := t.Context(), h.people
	customer, _ := fixture.Customer(t, h.DB, fixture.File{Manager: p.Manager1})
	h.MustExec(`
		DO $$
		DECLARE
			who record;
			a   bigint;
		BEGIN
			SET LOCAL session_replication_role = replica;
			UPDATE staff SET branch_id = (SELECT b.id FROM branch AS b WHERE b.code = '102') WHERE username = 'supervisor2';
			UPDATE branch SET parent_id = (SELECT b.id FROM branch AS b WHERE b.code = '102') WHERE code = '101';
			FOR who IN SELECT s.id FROM staff AS s WHERE s.username IN ('supervisor2', 'compliance1', 'manager1') LOOP
				INSERT INTO approval (kind, state, requester_id, title, closed_at) VALUES ('access', 'approved', who.id, 't', now()) RETURNING id INTO a;
				INSERT INTO access_grant (approval_id, staff_id, customer_id, field_group, expires_at)
				SELECT a, who.id, c.id, 'assets', now() + interval '1 hour' FROM customer AS c;
			END LOOP;
		END
		$$`)
	live := func(username string) int64 {
		return h.QueryInt(`SELECT count(*) FROM access_grant AS g JOIN staff AS s ON s.id = g.staff_id WHERE s.username = $1 AND g.customer_id = $2 AND g.ended_at IS NULL`, username, customer)
	}
	if live("supervisor2") != 1 {
		t.Fatal("the supervisor above has no grant to lose")
	}
	wantKind(t, h.dir.MoveBranch(ctx, p.Compliance1, p.Branch1ID, "000"), fault.Forbidden)
	wantKind(t, h.dir.MoveBranch(ctx, p.Admin1, p.HeadID, "102"), fault.Conflict)
	if err := h.dir.MoveBranch(ctx, p.Admin1, p.Branch1ID, "000"); err != nil {
		t.Fatal(err)
	}
	if live("supervisor2") != 0 || live("compliance1") != 1 || live("manager1") != 1 {
		t.Errorf("grants left: supervisor2 %d, compliance1 %d, manager1 %d", live("supervisor2"), live("compliance1"), live("manager1"))
	}
	wantKind(t, h.dir.CloseBranch(ctx, p.Admin1, p.Branch1ID), fault.Conflict)
	b, err := h.dir.AddBranch(ctx, p.Admin1, staff.NewBranch{Code: "999", Name: "将撤支行", Kind: staff.BranchPlace, Parent: "000"})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.dir.CloseBranch(ctx, p.Admin1, b.ID); err != nil {
		t.Fatal(err)
	}
	for _, forged := range []string{
		`UPDATE branch SET closed_at = NULL WHERE code = '999'`,
		`UPDATE branch SET closed_at = now() WHERE code = '101'`,
		`UPDATE branch SET parent_id = id WHERE code = '101'`,
		`UPDATE branch SET parent_id = (SELECT b.id FROM branch AS b WHERE b.code = '999') WHERE code = '101'`,
		`UPDATE staff SET branch_id = (SELECT b.id FROM branch AS b WHERE b.code = '999') WHERE username = 'manager1'`,
	} {
		err := h.InTx(ctx, p.Admin1.Actor(), func(tx *pg.Tx) error {
			_, err := tx.Exec(ctx, forged)
			return err
		})
		if err == nil {
			t.Errorf("%s: is done", forged)
		}
	}
	if n := h.lines("branch.changed", false); n != 2 {
		t.Errorf("%d lines on the trail, want 2", n)
	}
}
