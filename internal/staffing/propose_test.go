package staffing_test

import (
	"strings"
	"testing"

	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/pgtest"
	"liuhen/internal/seal"
	"liuhen/internal/staff"
	"liuhen/internal/staffing"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// house is a test institution with its office.
type house struct {
	*pgtest.DB
	people fixture.Staff
	dir    *staff.Directory
	office *staffing.Office
	engine *approval.Engine
}

func newHouse(t *testing.T) house {
	t.Helper()
	db := pgtest.New(t)
	h := house{DB: db, people: fixture.People(t, db), dir: staff.NewDirectory(db.DB, seal.NewMasterKey())}
	h.office = staffing.NewOffice(db.DB, h.dir)
	h.engine = approval.NewEngine(db.DB, map[approval.Kind]approval.Effect{approval.StaffChange: staffing.Effect{}, approval.SignInChange: staffing.SignInEffect{}})
	return h
}

// now reads a person past what is remembered.
func (h house) now(t *testing.T, m *staff.Member) *staff.Member {
	t.Helper()
	h.dir.EvictAll()
	found, err := h.dir.Current(t.Context(), m.ID)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// wantKind fails t unless err is a fault of the kind.
func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind || fault.As(err) == nil {
		t.Fatalf("error is %v, want one of kind %v", err, kind)
	}
}

func approve() approval.Verdict {
	return approval.Verdict{Verb: approval.Approve, Comment: "已核对任命文件。"}
}

func TestARoleTakesTwoPeople(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, p, m := t.Context(), h.people, h.people.Manager1
	to := staff.Post{Role: staff.Supervisor, Branch: "102", Superior: "9001"}
	out, err := h.office.Move(ctx, p.Admin1, m.ID, to)
	if err != nil || !out.Waits() || out.Approver != p.Compliance1.Name {
		t.Fatalf("outcome %+v, %v", out, err)
	}
	if now := h.now(t, m); now.Role != staff.Manager || now.BranchID != p.Branch1ID {
		t.Errorf("it is in force before it is agreed to: %+v", now)
	}
	_, err = h.office.Move(ctx, p.Admin1, m.ID, to)
	wantKind(t, err, fault.Conflict)
	wantKind(t, h.engine.Decide(ctx, p.Risk1, out.Approval, approve()), fault.NotFound)
	wantKind(t, h.engine.Decide(ctx, p.Admin1, out.Approval, approve()), fault.Forbidden)
	if err := h.engine.Decide(ctx, p.Compliance1, out.Approval, approve()); err != nil {
		t.Fatal(err)
	}
	if now := h.now(t, m); now.Role != staff.Supervisor || now.BranchID != p.Branch2ID || now.SuperiorID != p.Compliance1.ID {
		t.Errorf("after the approval %+v", now)
	}
	for action, by := range map[string]int64{"staff.change_asked": p.Admin1.ID, "staff.changed": p.Compliance1.ID} {
		if n := h.QueryInt(`SELECT count(*) FROM trail WHERE action = $1 AND staff_id = $2 AND approval_id = $3`, action, by, out.Approval); n != 1 {
			t.Errorf("%d lines of %s on the trail", n, action)
		}
	}
}

func TestWhatIsRefusedChangesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, p := t.Context(), h.people
	out, err := h.office.Move(ctx, p.Admin1, p.Manager1.ID, staff.Post{Role: staff.Auditor, Branch: "000"})
	if err != nil || !out.Waits() {
		t.Fatalf("%+v, %v", out, err)
	}
	if err := h.engine.Decide(ctx, p.Compliance1, out.Approval, approval.Verdict{Verb: approval.Reject, Comment: "没有任命文件。"}); err != nil {
		t.Fatal(err)
	}
	if now := h.now(t, p.Manager1); now.Role != staff.Manager {
		t.Errorf("role %s", now.Role)
	}
	if out, err = h.office.Move(ctx, p.Admin1, p.Manager1.ID, staff.Post{Role: staff.Auditor, Branch: "000"}); err != nil || !out.Waits() {
		t.Errorf("asked again: %+v, %v", out, err)
	}
}

func TestAnotherBranchTakesOnePerson(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	out, err := h.office.Move(t.Context(), h.people.Admin1, h.people.Manager1.ID, staff.Post{Role: staff.Manager, Branch: "102", Superior: "2002"})
	if err != nil || out.Waits() {
		t.Fatalf("%+v, %v", out, err)
	}
	if now := h.now(t, h.people.Manager1); now.BranchID != h.people.Branch2ID {
		t.Errorf("branch %s", now.BranchName)
	}
}

func TestSomebodyWhoApprovesIsAddedByTwo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, p := t.Context(), h.people
	n := staff.NewMember{No: "5001", Username: "wang", Name: "王新", Role: staff.Compliance, Branch: "000", Password: "a first password"}
	out, err := h.office.Add(ctx, p.Admin1, n)
	if err != nil || !out.Waits() {
		t.Fatalf("%+v, %v", out, err)
	}
	if h.QueryInt(`SELECT count(*) FROM staff WHERE no = '5001'`) != 0 {
		t.Error("the person is there before it is agreed to")
	}
	batch, err := h.engine.DecideMany(ctx, p.Compliance1, []int64{out.Approval}, approve())
	if err != nil || batch[0].Err == nil {
		t.Errorf("a role that sees everything is given in a batch: %+v, %v", batch, err)
	}
	if err := h.engine.Decide(ctx, p.Compliance1, out.Approval, approve()); err != nil {
		t.Fatal(err)
	}
	in, err := h.dir.SignIn(ctx, staff.Credentials{Username: "wang", Password: "a first password"})
	if err != nil || in.Role != staff.Compliance || !in.MustChangePassword {
		t.Errorf("in %+v, %v", in, err)
	}
	_, err = h.office.Add(ctx, p.Admin1, n)
	wantKind(t, err, fault.Invalid)
	n.No, n.Username, n.Role, n.Superior = "5002", "li", staff.Manager, "2001"
	if out, err = h.office.Add(ctx, p.Admin1, n); err != nil || out.Waits() || out.Member.No != "5002" {
		t.Errorf("a manager: %+v, %v", out, err)
	}
}

func TestAnAccountIsLetInAgainByTwo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, p := t.Context(), h.people
	_, err := h.office.Enable(ctx, p.Admin1, p.Newbie.ID)
	wantKind(t, err, fault.Conflict)
	if err := h.dir.Disable(ctx, p.Admin1, p.Newbie.ID, "账号异常"); err != nil {
		t.Fatal(err)
	}
	out, err := h.office.Enable(ctx, p.Admin1, p.Newbie.ID)
	if err != nil || !out.Waits() {
		t.Fatalf("%+v, %v", out, err)
	}
	if h.now(t, p.Newbie).Active() {
		t.Error("let in before it is agreed to")
	}
	if waiting, err := h.office.Waiting(ctx, p.Admin1, p.Newbie.ID); err != nil || len(waiting) != 1 || waiting[0].ID != out.Approval {
		t.Errorf("waiting %+v, %v", waiting, err)
	}
	if err := h.engine.Decide(ctx, p.Compliance1, out.Approval, approve()); err != nil {
		t.Fatal(err)
	}
	if !h.now(t, p.Newbie).Active() {
		t.Error("not let in")
	}
}

func TestNobodyAgreesToTheOwnChange(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, p := t.Context(), h.people
	_, err := h.office.Move(ctx, p.Admin1, p.Admin1.ID, staff.Post{Role: staff.Compliance, Branch: "000"})
	wantKind(t, err, fault.Conflict)
	_, err = h.office.Move(ctx, p.Compliance1, p.Manager1.ID, staff.Post{Role: staff.Compliance, Branch: "000"})
	wantKind(t, err, fault.Forbidden)
	out, err := h.office.Move(ctx, p.Admin1, p.Compliance1.ID, staff.Post{Role: staff.Risk, Branch: "000"})
	if err != nil || out.Approver != p.Risk1.Name {
		t.Fatalf("%+v, %v, want risk control asked", out, err)
	}
}

func TestAProposalOfYesterdaysPostIsStopped(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, p := t.Context(), h.people
	out, err := h.office.Move(ctx, p.Admin1, p.Manager1.ID, staff.Post{Role: staff.Supervisor, Branch: "101", Superior: "2001"})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.dir.Move(ctx, p.Admin1, p.Manager1.ID, staff.Post{Role: staff.Manager, Branch: "102", Superior: "2002"}); err != nil {
		t.Fatal(err)
	}
	wantKind(t, h.engine.Decide(ctx, p.Compliance1, out.Approval, approve()), fault.Conflict)
	if now := h.now(t, p.Manager1); now.Role != staff.Manager {
		t.Errorf("role %s", now.Role)
	}
}

// TestSQLGivesNoRole tries every statement by which one person alone could.
func TestSQLGivesNoRole(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, p := t.Context(), h.people
	out, err := h.office.Move(ctx, p.Admin1, p.Newbie.ID, staff.Post{Role: staff.Compliance, Branch: "000"})
	if err != nil {
		t.Fatal(err)
	}
	id := out.Approval
	hire := `INSERT INTO staff (no, username, name, role, branch_id, password_hash) SELECT '7777', 'x1', 'x', 'admin', id, 'x' FROM branch LIMIT 1`
	line := `INSERT INTO staff_change (approval_id, position, what, staff_id, role, branch_id) SELECT max(a.id), 2, 'post', 1, 'admin', 1 FROM approval AS a`
	for _, by := range []*staff.Member{p.Admin1, p.Compliance1, p.Manager1} {
		for _, forged := range []string{
			`UPDATE staff SET role = 'compliance' WHERE username = 'newbie'`,
			`UPDATE staff SET role = 'admin' WHERE id = acting_staff() AND role <> 'admin'`,
			hire,
			line,
			`UPDATE staff_change SET role = 'admin'`,
			`DELETE FROM staff_change`,
			`SELECT apply_staff_change(max(id)) FROM approval`,
			`SELECT password_hash FROM staff_change`,
		} {
			err := h.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
				n, err := tx.Exec(ctx, forged)
				if err == nil && n == 0 {
					return fault.New(fault.Conflict, "nothing")
				}
				return err
			})
			if err == nil {
				t.Errorf("%s: %s is done", by.Username, forged)
			}
		}
	}
	if strings.Contains(string(h.now(t, p.Newbie).Role), "compliance") {
		t.Errorf("request %d came into force", id)
	}
}
