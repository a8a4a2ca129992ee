package staff_test

import (
	"fmt"
	"sync"
	"testing"

	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/staff"
)

// enable lets somebody in again, past the second person.
func (h house) enable(m *staff.Member) {
	h.MustExec(fmt.Sprintf(`UPDATE staff SET disabled_at = NULL WHERE id = %d`, m.ID))
	h.dir.EvictAll()
}

func TestDisablingEndsEverythingAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	m := h.people.Manager1
	h.begin(t, "phone", m.ID)
	h.begin(t, "desk", m.ID)
	h.begin(t, "other", h.people.Newbie.ID)
	h.grant(t, m.ID)
	if err := h.dir.Disable(t.Context(), h.people.Admin1, m.ID, "调离本行"); err != nil {
		t.Fatal(err)
	}
	h.wantLive(t, "phone", false, "after disabling")
	h.wantLive(t, "desk", false, "after disabling")
	h.wantLive(t, "other", true, "of somebody else")
	if n := h.QueryInt(`SELECT count(*) FROM access_grant WHERE staff_id = $1 AND ended_at IS NOT NULL AND end_reason = 'employment'`, m.ID); n != 1 {
		t.Errorf("%d grants ended", n)
	}
	now, err := h.dir.Current(t.Context(), m.ID)
	if err != nil || now.Active() {
		t.Errorf("still active: %+v, %v", now, err)
	}
	_, err = h.signIn(t, "manager1", "liuhen-demo", desk)
	wantKind(t, err, fault.Forbidden)
	_, err = h.signIn(t, "manager1", "wrong", desk)
	wantKind(t, err, fault.Unauthenticated)
	if n := h.QueryInt(`SELECT count(*) FROM trail WHERE action = 'staff.disabled' AND detail LIKE '%调离本行%' AND staff_id = $1`, h.people.Admin1.ID); n != 1 {
		t.Errorf("%d lines on the trail", n)
	}
	h.enable(m)
	h.wantLive(t, "phone", false, "after enabling")
	if _, err := h.signIn(t, "manager1", "liuhen-demo", desk); err != nil {
		t.Errorf("sign in after enabling: %v", err)
	}
}

// grant opens a group of a customer to the person, past the approval.
func (h house) grant(t *testing.T, id int64) {
	t.Helper()
	customer, _ := fixture.Customer(t, h.DB, fixture.File{Manager: h.people.Manager1})
	h.MustExec(`SET session_replication_role = replica;
		INSERT INTO approval (kind, state, requester_id, customer_id, title, closed_at) VALUES ('access', 'approved', ` + fmt.Sprint(id) + `, ` + fmt.Sprint(customer) + `, 't', now());
		INSERT INTO access_grant (approval_id, staff_id, customer_id, field_group, expires_at)
		SELECT max(id), ` + fmt.Sprint(id) + `, ` + fmt.Sprint(customer) + `, 'assets', now() + interval '1 hour' FROM approval;
		SET session_replication_role = DEFAULT`)
}

func TestWhoMayNotBeDisabled(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	wantKind(t, h.dir.Disable(ctx, h.people.Admin1, h.people.Admin1.ID, "离职"), fault.Conflict)
	wantKind(t, h.dir.Disable(ctx, staff.Program(), h.people.Admin1.ID, "离职"), fault.Conflict)
	wantKind(t, h.dir.Disable(ctx, h.people.Admin1, h.people.Newbie.ID, " "), fault.Invalid)
	wantKind(t, h.dir.Disable(ctx, h.people.Admin1, 987654, "离职"), fault.NotFound)
	if err := h.dir.Disable(ctx, h.people.Admin1, h.people.Newbie.ID, "离职"); err != nil {
		t.Fatal(err)
	}
	wantKind(t, h.dir.Disable(ctx, h.people.Admin1, h.people.Newbie.ID, "离职"), fault.Conflict)
	for _, by := range []*staff.Member{h.people.Manager1, h.people.Supervisor1, h.people.Compliance1, h.people.Auditor1, h.people.Risk1} {
		wantKind(t, h.dir.Disable(ctx, by, h.people.Manager2.ID, "离职"), fault.Forbidden)
	}
}

func TestTwoAdministratorsCannotRemoveEachOther(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	n := hire("5001")
	n.Role, n.Branch, n.Superior = staff.Admin, "000", ""
	_, err := h.dir.Add(t.Context(), h.people.Admin1, n)
	wantKind(t, err, fault.Conflict)
	second, err := h.dir.Add(t.Context(), staff.Program(), n)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for _, pair := range [][2]*staff.Member{{h.people.Admin1, second}, {second, h.people.Admin1}} {
		wg.Go(func() {
			if err := h.dir.Disable(t.Context(), pair[0], pair[1].ID, "离职"); err == nil {
				return
			}
		})
	}
	wg.Wait()
	if n := h.QueryInt(`SELECT count(*) FROM staff WHERE role = 'admin' AND disabled_at IS NULL`); n != 1 {
		t.Errorf("%d administrators left, want 1", n)
	}
}
