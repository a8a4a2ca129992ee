package staffing_test

import (
	"testing"

	"liuhen/internal/fault"
	"liuhen/internal/staff"
	"liuhen/internal/staffing"
)

func TestATransferIsOneAct(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, p := t.Context(), h.people
	h.opens(p.Manager1, h.serves(t, p.Manager1, 4, 3))
	h.serves(t, p.Manager1, 2, 1)
	ask := staffing.Transfer{Branch: "102", Superior: "2002", Receivers: "3003", Grade: "3"}
	pre, err := h.office.PreviewTransfer(ctx, p.Admin1, p.Manager1.ID, ask)
	if err != nil || pre.All != 6 || pre.Chosen != 4 || pre.Remaining() != 2 || pre.Profile.Grants != 1 || pre.Profile.Requests != 1 || pre.To.BranchID != p.Branch2ID {
		t.Fatalf("preview %+v, %v", pre, err)
	}
	if now := h.now(t, p.Manager1); now.BranchID != p.Branch1ID {
		t.Fatal("looking moves somebody")
	}
	said, err := h.office.Transfer(ctx, p.Admin1, p.Manager1.ID, ask)
	const want = "调动林悦（3001），机构由静安支行改为徐汇支行，上级已变更。已移交林悦（3001）的客户：陈新 4 位。其余 2 位客户仍由其主办，归属机构不变。"
	if err != nil || said != want {
		t.Fatalf("said %q, %v", said, err)
	}
	if now := h.now(t, p.Manager1); now.BranchID != p.Branch2ID || now.SuperiorID != p.Supervisor2.ID {
		t.Errorf("after the transfer %+v", now)
	}
	for _, w := range []struct {
		what, q string
		n       int64
	}{
		{"with the receiver", `SELECT count(*) FROM customer AS c JOIN staff AS s ON s.id = c.manager_id WHERE s.no = '3003'`, 4},
		{"kept, in their branch", `SELECT count(*) FROM customer AS c JOIN staff AS s ON s.id = c.manager_id JOIN branch AS b ON b.id = c.branch_id WHERE s.no = '3001' AND b.code = '101'`, 2},
		{"live grants", `SELECT count(*) FROM access_grant WHERE ended_at IS NULL`, 0},
		{"undecided requests", `SELECT count(*) FROM approval WHERE state = 'pending'`, 0},
		{"lines of the act", `SELECT count(*) FROM trail WHERE action = 'staff.transferred' AND staff_name = '孙管理'`, 1},
		{"lines of customers", `SELECT count(*) FROM trail WHERE action = 'customer.handed_over'`, 4},
	} {
		if n := h.QueryInt(w.q); n != w.n {
			t.Errorf("%d %s, want %d", n, w.what, w.n)
		}
	}
}

func TestATransferOfASupervisorLeavesPeopleToAnother(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, p := t.Context(), h.people
	said, err := h.office.Transfer(ctx, p.Admin1, p.Supervisor1.ID, staffing.Transfer{Branch: "102", Superior: "9001", Successor: "2002"})
	if err != nil || said != "调动周主管（2001），机构由静安支行改为徐汇支行，2 位下属改由吴主管管理。" {
		t.Fatalf("said %q, %v", said, err)
	}
	if now := h.now(t, p.Manager1); now.SuperiorID != p.Supervisor2.ID {
		t.Errorf("after the transfer %+v", now)
	}
}

func TestTransfersThatAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, p := t.Context(), h.people
	h.serves(t, p.Manager1, 2, 3)
	for name, ask := range map[string]struct {
		t    staffing.Transfer
		kind fault.Kind
	}{
		"to nowhere":           {staffing.Transfer{Superior: "2002"}, fault.Invalid},
		"to an unknown branch": {staffing.Transfer{Branch: "999", Superior: "2002"}, fault.Invalid},
		"to the own branch":    {staffing.Transfer{Branch: "101", Superior: "2002"}, fault.Invalid},
		"without a superior":   {staffing.Transfer{Branch: "102"}, fault.Invalid},
		"under a manager":      {staffing.Transfer{Branch: "102", Superior: "3002"}, fault.Invalid},
		"customers to nobody":  {staffing.Transfer{Branch: "102", Superior: "2002", Receivers: "7777"}, fault.Invalid},
		"customers to oneself": {staffing.Transfer{Branch: "102", Superior: "2002", Receivers: "3001"}, fault.Invalid},
		"of an unknown grade":  {staffing.Transfer{Branch: "102", Superior: "2002", Receivers: "3003", Grade: "x"}, fault.Invalid},
		"of no customer":       {staffing.Transfer{Branch: "102", Superior: "2002", Receivers: "3003", Grade: "5"}, fault.Conflict},
	} {
		_, err := h.office.Transfer(ctx, p.Admin1, p.Manager1.ID, ask.t)
		if fault.KindOf(err) != ask.kind {
			t.Errorf("%s: %v, want %v", name, err, ask.kind)
		}
	}
	good := staffing.Transfer{Branch: "102", Superior: "2002"}
	_, err := h.office.Transfer(ctx, p.Admin1, p.Supervisor1.ID, staffing.Transfer{Branch: "102", Superior: "9001", Successor: "3002"})
	wantKind(t, err, fault.Invalid)
	_, err = h.office.PreviewTransfer(ctx, p.Admin1, p.Supervisor1.ID, staffing.Transfer{Branch: "102", Superior: "9001", Successor: "3002"})
	wantKind(t, err, fault.Invalid)
	_, err = h.office.Transfer(ctx, p.Admin1, p.Admin1.ID, good)
	wantKind(t, err, fault.Conflict)
	for _, by := range h.people.All() {
		if by.Role != staff.Admin {
			_, err = h.office.Transfer(ctx, by, p.Newbie.ID, good)
			wantKind(t, err, fault.Forbidden)
			_, err = h.office.PreviewTransfer(ctx, by, p.Newbie.ID, good)
			wantKind(t, err, fault.Forbidden)
		}
	}
	if _, err := h.office.Move(ctx, p.Admin1, p.Newbie.ID, staff.Post{Role: staff.Supervisor, Branch: "101", Superior: "9001"}); err != nil {
		t.Fatal(err)
	}
	_, err = h.office.Transfer(ctx, p.Admin1, p.Newbie.ID, good)
	wantKind(t, err, fault.Conflict)
	if n := h.QueryInt(`SELECT count(*) FROM trail WHERE action IN ('staff.transferred', 'staff.handover')`); n != 0 {
		t.Errorf("%d lines of what was refused", n)
	}
	if n := h.QueryInt(`SELECT count(*) FROM customer AS c JOIN staff AS s ON s.id = c.manager_id WHERE s.no = '3001'`); n != 2 {
		t.Errorf("%d customers are left, want 2", n)
	}
}
