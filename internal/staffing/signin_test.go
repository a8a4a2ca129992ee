package staffing_test

import (
	"testing"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// How a role signs in takes two people, and the database holds it.
func TestHowRolesSignInTakesTwoPeople(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, p := t.Context(), h.people
	refused := func(by *staff.Member, kind fault.Kind, roles ...staff.Role) {
		t.Helper()
		_, err := h.office.RequireCodes(ctx, by, roles)
		wantKind(t, err, kind)
	}
	refused(p.Compliance1, fault.Forbidden, staff.Risk)
	refused(p.Admin1, fault.Invalid, "king")
	refused(p.Admin1, fault.Conflict)
	out, err := h.office.RequireCodes(ctx, p.Admin1, []staff.Role{staff.Manager, staff.Admin})
	if err != nil || out.Approver != p.Compliance1.Name {
		t.Fatalf("%+v, %v", out, err)
	}
	if now := h.now(t, p.Manager1); now.MustSetCodes() {
		t.Error("in force before it is agreed to")
	}
	refused(p.Admin1, fault.Conflict, staff.Risk)
	wantKind(t, h.engine.Decide(ctx, p.Admin1, out.Approval, approve()), fault.Forbidden)
	for _, forged := range []string{
		`UPDATE signin_policy SET code_required = true`,
		`UPDATE signin_change SET code_required = false`,
		`INSERT INTO signin_change (approval_id, role, code_required) SELECT max(a.id), 'risk', false FROM approval AS a`,
		`SELECT apply_signin_change(max(a.id)) FROM approval AS a`,
	} {
		for _, by := range []*staff.Member{p.Admin1, p.Compliance1} {
			err := h.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
				_, err := tx.Exec(ctx, forged)
				return err
			})
			if err == nil {
				t.Errorf("%s: %s is done", by.Username, forged)
			}
		}
	}
	if err := h.engine.Decide(ctx, p.Compliance1, out.Approval, approve()); err != nil {
		t.Fatal(err)
	}
	if !h.now(t, p.Manager1).MustSetCodes() || h.now(t, p.Risk1).MustSetCodes() {
		t.Error("not the roles that were asked for")
	}
	if n := h.QueryInt(`SELECT count(*) FROM trail WHERE action = 'staff.signin_policy' AND approval_id = $1`, out.Approval); n != 2 {
		t.Errorf("%d lines on the trail, want 2", n)
	}
	if out, err = h.office.RequireCodes(ctx, p.Admin1, []staff.Role{staff.Admin}); err != nil || !out.Waits() {
		t.Fatalf("%+v, %v", out, err)
	}
	batch, err := h.engine.DecideMany(ctx, p.Compliance1, []int64{out.Approval}, approve())
	if err != nil || batch[0].Err == nil {
		t.Errorf("a second factor is taken away in a batch: %+v, %v", batch, err)
	}
}
