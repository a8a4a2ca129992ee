package staff_test

import (
	"testing"

	"liuhen/internal/fault"
	"liuhen/internal/staff"
)

func TestResetPassword(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, admin, m := t.Context(), h.people.Admin1, h.people.Manager1
	h.begin(t, "a", m.ID)
	h.begin(t, "b", h.people.Manager2.ID)
	wantField(t, h.dir.ResetPassword(ctx, admin, m.ID, "short"), "password")
	wantField(t, h.dir.ResetPassword(ctx, admin, m.ID, "manager1manager1"), "password")
	wantKind(t, h.dir.ResetPassword(ctx, admin, admin.ID, "a long enough one"), fault.Conflict)
	wantKind(t, h.dir.ResetPassword(ctx, admin, 987654, "a long enough one"), fault.NotFound)
	h.wantLive(t, "a", true, "before the reset")
	if err := h.dir.ResetPassword(ctx, admin, m.ID, "a long enough one"); err != nil {
		t.Fatal(err)
	}
	h.wantLive(t, "a", false, "after the reset")
	h.wantLive(t, "b", true, "of somebody else")
	_, err := h.signIn(t, m.Username, "liuhen-demo", "")
	wantKind(t, err, fault.Unauthenticated)
	if _, err := h.signIn(t, m.Username, "a long enough one", ""); err != nil {
		t.Error(err)
	}
	if n := h.QueryInt(`SELECT count(*) FROM trail WHERE action = 'staff.changed' AND staff_id = $1 AND detail = '重设林悦（3001）的密码'`, admin.ID); n != 1 {
		t.Errorf("%d resets on the trail", n)
	}
}

func TestProfileSaysWhatHangsOnThePost(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, admin, m := t.Context(), h.people.Admin1, h.people.Manager1
	h.grant(t, m.ID)
	p, err := h.dir.Profile(ctx, admin, m.ID)
	if err != nil {
		t.Fatal(err)
	}
	if p.BranchCode != "101" || p.Grants != 1 || p.SuperiorNo != "2001" || p.Name != "林悦" {
		t.Errorf("profile %+v", p)
	}
	same := staff.Post{Role: m.Role, Branch: "101", Superior: "2001"}
	wantField(t, h.dir.Move(ctx, admin, m.ID, same), "role")
	if err := h.dir.Move(ctx, admin, m.ID, staff.Post{Role: m.Role, Branch: "102", Superior: "2002"}); err != nil {
		t.Fatal(err)
	}
	if p, err = h.dir.Profile(ctx, admin, m.ID); err != nil || p.Grants != 0 || p.Requests != 0 || p.BranchCode != "102" {
		t.Errorf("after the move %+v, %v", p, err)
	}
	_, err = h.dir.Profile(ctx, admin, 987654)
	wantKind(t, err, fault.NotFound)
}
