package staffing_test

import (
	"strconv"
	"testing"

	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/staffing"
)

// serves gives a person n customers of a grade and returns the first one's id.
func (h house) serves(t *testing.T, m *staff.Member, n, grade int) int64 {
	t.Helper()
	var first int64
	for i := range n {
		id, _ := fixture.Customer(t, h.DB, fixture.File{Manager: m, Grade: grade})
		if i == 0 {
			first = id
		}
	}
	return first
}

// opens opens a group of a customer to the person and leaves a request pending,
// past the approval.
func (h house) opens(m *staff.Member, customer int64) {
	_, err := h.Owner.Exec(`
		DO $$
		DECLARE
			a bigint;
		BEGIN
			SET LOCAL session_replication_role = replica;
			INSERT INTO approval (kind, state, requester_id, customer_id, title, closed_at)
			SELECT 'access', 'approved', s.id, ` + strconv.FormatInt(customer, 10) + `, 't', now() FROM staff AS s WHERE s.no = '` + m.No + `'
			RETURNING id INTO a;
			INSERT INTO access_grant (approval_id, staff_id, customer_id, field_group, expires_at)
			SELECT a, x.requester_id, x.customer_id, 'assets', now() + interval '1 hour' FROM approval AS x WHERE x.id = a;
			INSERT INTO approval (kind, state, requester_id, customer_id, title)
			SELECT 'access', 'pending', x.requester_id, x.customer_id, 't' FROM approval AS x WHERE x.id = a
			RETURNING id INTO a;
			INSERT INTO approval_step (approval_id, position, approver_id, because, state, waiting_since)
			SELECT a, 1, s.id, '您是申请人的直接上级', 'pending', now() FROM staff AS s WHERE s.no = '2001';
		END
		$$`)
	if err != nil {
		panic(err)
	}
}

func TestHandingCustomersOver(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, p := t.Context(), h.people
	h.opens(p.Manager1, h.serves(t, p.Manager1, 5, 3))
	h.serves(t, p.Manager1, 2, 1)
	h.serves(t, p.Manager2, 1, 3)
	ask := staffing.Handover{Receivers: "3003，3002", Grade: "3"}
	pre, err := h.office.Preview(ctx, p.Admin1, p.Manager1.ID, ask)
	if err != nil || pre.All != 7 || pre.Chosen != 5 || pre.Remaining() != 2 || pre.Grants != 1 || pre.Requests != 1 {
		t.Fatalf("preview %+v, %v", pre, err)
	}
	if len(pre.Shares) != 2 || pre.Shares[0].Customers != 3 || pre.Shares[1].Customers != 2 {
		t.Errorf("shares %+v", pre.Shares)
	}
	said, err := h.office.HandOver(ctx, p.Admin1, p.Manager1.ID, ask)
	if err != nil || said != "已移交林悦（3001）的客户：陈新 3 位、何川 2 位。" {
		t.Fatalf("said %q, %v", said, err)
	}
	for _, want := range []struct {
		what string
		q    string
		n    int64
	}{
		{"with the first receiver", `SELECT count(*) FROM customer WHERE manager_id = (SELECT id FROM staff WHERE no = '3003') AND managed_since = current_date`, 3},
		{"in the second receiver's branch", `SELECT count(*) FROM customer WHERE manager_id = (SELECT id FROM staff WHERE no = '3002') AND branch_id = (SELECT id FROM branch WHERE code = '102')`, 3},
		{"kept", `SELECT count(*) FROM customer WHERE manager_id = (SELECT id FROM staff WHERE no = '3001')`, 2},
		{"remembering who it was", `SELECT count(*) FROM customer_manager_past WHERE staff_id = (SELECT id FROM staff WHERE no = '3001')`, 5},
		{"grants ended", `SELECT count(*) FROM access_grant WHERE end_reason = 'revoked'`, 1},
		{"requests withdrawn", `SELECT count(*) FROM approval WHERE state = 'withdrawn'`, 1},
		{"lines of customers", `SELECT count(*) FROM trail WHERE action = 'customer.handed_over' AND staff_name = '孙管理' AND customer_no <> ''`, 5},
		{"lines of the act", `SELECT count(*) FROM trail WHERE action = 'staff.handover'`, 1},
	} {
		if n := h.QueryInt(want.q); n != want.n {
			t.Errorf("%d %s, want %d", n, want.what, want.n)
		}
	}
}

func TestHandoversThatAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, p := t.Context(), h.people
	h.serves(t, p.Manager1, 2, 3)
	h.serves(t, p.Manager1, 1, 1)
	for name, ask := range map[string]staffing.Handover{
		"to nobody":               {},
		"to oneself":              {Receivers: "3001"},
		"to somebody unknown":     {Receivers: "3003 7777"},
		"to an administrator":     {Receivers: "9003"},
		"of an unknown grade":     {Receivers: "3003", Grade: "9"},
		"of a grade misspelt":     {Receivers: "3003", Grade: "3x"},
		"leaving without all":     {Receivers: "3003", Grade: "3", Leave: true, Reason: "离职"},
		"leaving without reason":  {Receivers: "3003", Leave: true},
		"leaving with a customer": {Leave: true, Reason: "离职"},
	} {
		_, err := h.office.HandOver(ctx, p.Admin1, p.Manager1.ID, ask)
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v, want invalid", name, err)
		}
	}
	_, err := h.office.HandOver(ctx, p.Admin1, p.Manager1.ID, staffing.Handover{Receivers: "3003", Grade: "5"})
	wantKind(t, err, fault.Conflict)
	_, err = h.office.HandOver(ctx, p.Supervisor1, p.Manager1.ID, staffing.Handover{Receivers: "3003"})
	wantKind(t, err, fault.Forbidden)
	_, err = h.office.Preview(ctx, p.Compliance1, p.Manager1.ID, staffing.Handover{})
	wantKind(t, err, fault.Forbidden)
	_, err = h.office.Move(ctx, p.Admin1, p.Manager1.ID, staff.Post{Role: staff.Auditor, Branch: "000"})
	wantKind(t, err, fault.Invalid)
	if n := h.QueryInt(`SELECT count(*) FROM customer WHERE manager_id = $1`, p.Manager1.ID); n != 3 {
		t.Errorf("%d customers are left, want all 3", n)
	}
}

func TestLeavingIsOneAct(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, p := t.Context(), h.people
	h.serves(t, p.Supervisor1, 1, 3)
	gone := staffing.Handover{Receivers: "2002", Leave: true, Reason: "本人辞职，HR-2051"}
	_, err := h.office.HandOver(ctx, p.Admin1, p.Supervisor1.ID, gone)
	wantKind(t, err, fault.Invalid) // two people answer to the supervisor
	if !h.now(t, p.Supervisor1).Active() || h.QueryInt(`SELECT count(*) FROM customer WHERE manager_id = $1`, p.Supervisor1.ID) != 1 {
		t.Error("half of it is done")
	}
	gone.Successor = "2002"
	if _, err := h.office.HandOver(ctx, p.Admin1, p.Supervisor1.ID, gone); err != nil {
		t.Fatal(err)
	}
	if h.now(t, p.Supervisor1).Active() || h.now(t, p.Manager1).SuperiorID != p.Supervisor2.ID {
		t.Error("not all of it is done")
	}
	_, err = h.office.HandOver(ctx, p.Admin1, p.Supervisor1.ID, gone)
	wantKind(t, err, fault.Conflict)
	if n := h.QueryInt(`SELECT count(*) FROM trail WHERE action = 'staff.left' AND detail LIKE '%2 位下属改由吴主管管理%HR-2051'`); n != 1 {
		t.Error("it is not on the trail")
	}
	out, err := h.office.Enable(ctx, p.Admin1, p.Supervisor1.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.engine.Decide(ctx, p.Compliance1, out.Approval, approve()); err != nil {
		t.Fatal(err)
	}
	if h.QueryInt(`SELECT count(*) FROM staff WHERE left_on IS NOT NULL`) != 0 {
		t.Error("who came back has still left")
	}
}

// TestSQLMovesNoCustomer tries in other people's names what hand_over does.
func TestSQLMovesNoCustomer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, p := t.Context(), h.people
	h.serves(t, p.Manager1, 2, 3)
	hand := `SELECT count(*) FROM hand_over((SELECT id FROM staff WHERE no = '3001'), ARRAY[(SELECT id FROM staff WHERE no = '3002')], NULL)`
	for by, forged := range map[*staff.Member]string{
		p.Manager2:    hand,
		p.Supervisor1: hand,
		p.Compliance1: `SELECT count(*) FROM chosen_to_hand(1, ARRAY[2::bigint], NULL)`,
		p.Admin1:      `UPDATE staff SET left_on = current_date, disabled_at = now() WHERE no = '3001'`,
		p.Auditor1:    `UPDATE customer SET manager_id = 1`,
	} {
		err := h.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
			_, err := tx.Exec(ctx, forged)
			return err
		})
		if err == nil {
			t.Errorf("%s: %s is done", by.Username, forged)
		}
	}
	var n int
	err := h.Read(ctx, p.Risk1.Actor(), func(tx *pg.Tx) error {
		return tx.Get(ctx, &n, `SELECT count(*) FROM customers_to_hand((SELECT id FROM staff WHERE no = '3001'))`)
	})
	if err != nil || n != 0 {
		t.Errorf("risk control counts %d grades, %v", n, err)
	}
}
