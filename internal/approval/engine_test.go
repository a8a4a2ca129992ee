package approval_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/pgtest"
	"liuhen/internal/staff"
)

const paper approval.Kind = "paper"

// filing is the effect of the invented kind paper: a consultation is kept.
type filing struct {
	mark string
	err  error
}

func (f filing) Apply(ctx context.Context, tx *pg.Tx, by *staff.Member, a approval.Approval) error {
	_, err := tx.Exec(ctx, `INSERT INTO consultation (customer_id, at, via, body, staff_id) VALUES ($1, now(), 'other', $2, $3)`, a.CustomerID, a.Title, by.ID)
	return errors.Join(err, f.err)
}

func (f filing) Mark(context.Context, *pg.Tx, approval.Approval) (string, error) { return f.mark, nil }

// office is an engine with people and a customer.
type office struct {
	t      *testing.T
	db     *pgtest.DB
	people fixture.Staff
	engine *approval.Engine
	file   int64
}

func newOffice(t *testing.T, effect filing) office {
	t.Helper()
	db := pgtest.New(t)
	people := fixture.People(t, db)
	file, _ := fixture.Customer(t, db, fixture.File{Manager: people.Manager1})
	engine := approval.NewEngine(db.DB, map[approval.Kind]approval.Effect{paper: effect})
	return office{t, db, people, engine, file}
}

// submit sends a paper of manager1 to the approvers.
func (o office) submit(approvers ...*staff.Member) (id int64) {
	o.t.Helper()
	ctx := context.Background()
	err := o.db.InTx(ctx, o.people.Manager1.Actor(), func(tx *pg.Tx) (err error) {
		d := approval.Draft{Kind: paper, CustomerID: o.file, Title: "一份材料"}
		for _, p := range approvers {
			d.Steps = append(d.Steps, approval.Route{ApproverID: p.ID, Because: "测试"})
		}
		id, err = approval.Submit(ctx, tx, o.people.Manager1, d)
		return err
	})
	if err != nil {
		o.t.Fatalf("submit: %v", err)
	}
	return id
}

func (o office) decide(by *staff.Member, id int64, verb approval.Verb, comment string) error {
	return o.engine.Decide(context.Background(), by, id, approval.Verdict{Verb: verb, Comment: comment})
}

// read returns the state of a request, of its steps, and its events.
func (o office) read(id int64) string {
	o.t.Helper()
	var line string
	err := o.db.Owner.QueryRow(`
		SELECT a.state || ' ' || a.step
			|| ' | ' || (SELECT string_agg(s.state, ' ' ORDER BY s.position) FROM approval_step AS s WHERE s.approval_id = a.id)
			|| ' | ' || (SELECT string_agg(e.kind, ' ' ORDER BY e.id) FROM approval_event AS e WHERE e.approval_id = a.id)
		FROM approval AS a
		WHERE a.id = $1`, id).Scan(&line)
	if err != nil {
		o.t.Fatal(err)
	}
	return line
}

func (o office) want(id int64, want string) {
	o.t.Helper()
	if got := o.read(id); got != want {
		o.t.Errorf("request is %q, want %q", got, want)
	}
}

// must fails unless err is a fault of the kind whose sentence contains part.
func must(t *testing.T, err error, kind fault.Kind, part string) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind || !strings.Contains(err.Error(), part) {
		t.Errorf("error = %v (%v), want %v with %q", err, fault.KindOf(err), kind, part)
	}
}

func TestOneStepIsApprovedAndItsEffectFollows(t *testing.T) {
	t.Parallel()
	o := newOffice(t, filing{})
	id := o.submit(o.people.Supervisor1)
	o.want(id, "pending 1 | pending | submitted")
	if err := o.decide(o.people.Supervisor1, id, approval.Approve, ""); err != nil {
		t.Fatal(err)
	}
	o.want(id, "approved 1 | approved | submitted approved")
	if n := o.db.QueryInt(`SELECT count(*) FROM consultation WHERE staff_id = $1`, o.people.Supervisor1.ID); n != 1 {
		t.Errorf("the effect took place %d times", n)
	}
	if n := o.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'approval.decided' AND approval_id = $1 AND staff_id = $2 AND customer_id = $3 AND NOT refused`, id, o.people.Supervisor1.ID, o.file); n != 1 {
		t.Errorf("%d lines on the trail", n)
	}
}

func TestTwoStepsAreDecidedInTheirOrder(t *testing.T) {
	t.Parallel()
	o := newOffice(t, filing{})
	id := o.submit(o.people.Supervisor1, o.people.Risk1)
	o.want(id, "pending 1 | pending later | submitted")
	must(t, o.decide(o.people.Risk1, id, approval.Approve, ""), fault.Conflict, "现在等 周主管 处理")
	if err := o.decide(o.people.Supervisor1, id, approval.Approve, ""); err != nil {
		t.Fatal(err)
	}
	o.want(id, "pending 2 | approved pending | submitted approved")
	if n := o.db.QueryInt(`SELECT count(*) FROM consultation`); n != 0 {
		t.Error("the effect took place before the last step")
	}
	must(t, o.decide(o.people.Supervisor1, id, approval.Reject, "反悔了不批"), fault.Conflict, "现在等 冯风控 处理")
	if err := o.decide(o.people.Risk1, id, approval.Approve, "风险可控"); err != nil {
		t.Fatal(err)
	}
	o.want(id, "approved 2 | approved approved | submitted approved approved")
	if n := o.db.QueryInt(`SELECT count(*) FROM consultation`); n != 1 {
		t.Errorf("the effect took place %d times", n)
	}
}

func TestARejectionDropsTheStepsAfterIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t, filing{})
	id := o.submit(o.people.Supervisor1, o.people.Risk1, o.people.Compliance1)
	if err := o.decide(o.people.Supervisor1, id, approval.Reject, " 事由不足 "); err != nil {
		t.Fatal(err)
	}
	o.want(id, "rejected 1 | rejected dropped dropped | submitted rejected")
	must(t, o.decide(o.people.Supervisor1, id, approval.Approve, ""), fault.Conflict, "已由 周主管 在 ")
	if n := o.db.QueryInt(`SELECT count(*) FROM approval_step WHERE comment = '事由不足'`); n != 1 {
		t.Error("the comment is not kept as written")
	}
}

func TestAReturnedRequestBeginsAtItsFirstStepAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t, filing{})
	ctx, by := context.Background(), o.people.Manager1
	id := o.submit(o.people.Supervisor1, o.people.Risk1)
	resubmit := func(who *staff.Member) error {
		return o.db.InTx(ctx, who.Actor(), func(tx *pg.Tx) error {
			a, err := approval.LockReturned(ctx, tx, who, id)
			if err != nil {
				return err
			}
			return approval.Resubmit(ctx, tx, who, a, []approval.Route{{ApproverID: o.people.Supervisor2.ID, Because: "改派"}, {ApproverID: o.people.Risk1.ID, Because: "测试"}})
		})
	}
	must(t, resubmit(by), fault.Conflict, "正在审批")
	if err := o.decide(o.people.Supervisor1, id, approval.Approve, ""); err != nil {
		t.Fatal(err)
	}
	if err := o.decide(o.people.Risk1, id, approval.Return, "请补充合同编号"); err != nil {
		t.Fatal(err)
	}
	o.want(id, "returned 2 | approved returned | submitted approved returned")
	must(t, o.decide(o.people.Risk1, id, approval.Approve, ""), fault.Conflict, "已由 冯风控 在 ")
	must(t, resubmit(o.people.Newbie), fault.NotFound, "没有这件申请")
	if err := resubmit(by); err != nil {
		t.Fatal(err)
	}
	o.want(id, "pending 1 | pending later | submitted approved returned resubmitted")
	must(t, o.decide(o.people.Supervisor1, id, approval.Approve, ""), fault.NotFound, "没有这件申请")
	for _, p := range []*staff.Member{o.people.Supervisor2, o.people.Risk1} {
		if err := o.decide(p, id, approval.Approve, ""); err != nil {
			t.Fatal(err)
		}
	}
	must(t, resubmit(by), fault.Conflict, "已由 冯风控")
}

func TestARefusedDecisionChangesNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t, filing{})
	id := o.submit(o.people.Supervisor1)
	long := strings.Repeat("长", 501)
	tests := []struct {
		name    string
		by      *staff.Member
		verb    approval.Verb
		comment string
		kind    fault.Kind
		part    string
	}{
		{"a reject without a reason", o.people.Supervisor1, approval.Reject, "", fault.Invalid, "至少 4 个字"},
		{"a reject with too little", o.people.Supervisor1, approval.Reject, " 不行。 ", fault.Invalid, "至少 4 个字"},
		{"a return without a word", o.people.Supervisor1, approval.Return, "\n\t", fault.Invalid, "补充什么"},
		{"a comment too long", o.people.Supervisor1, approval.Approve, long, fault.Invalid, "最多 500"},
		{"no verb", o.people.Supervisor1, "", "同意同意", fault.Invalid, "请选择"},
		{"another supervisor", o.people.Supervisor2, approval.Approve, "", fault.NotFound, "没有这件申请"},
		{"somebody above", o.people.Compliance1, approval.Approve, "", fault.NotFound, "没有这件申请"},
		{"a manager", o.people.Newbie, approval.Approve, "", fault.Forbidden, "您的角色"},
		{"an administrator", o.people.Admin1, approval.Approve, "", fault.Forbidden, "您的角色"},
		{"an auditor", o.people.Auditor1, approval.Approve, "", fault.Forbidden, "您的角色"},
		{"nobody", nil, approval.Approve, "", fault.Forbidden, "您的角色"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			must(t, o.decide(tt.by, id, tt.verb, tt.comment), tt.kind, tt.part)
		})
	}
	o.want(id, "pending 1 | pending | submitted")
	must(t, o.decide(o.people.Supervisor1, id+999, approval.Approve, ""), fault.NotFound, "没有这件申请")
	if n := o.db.QueryInt(`SELECT count(*) FROM trail WHERE refused AND action = 'approval.decided'`); n != 6 {
		t.Errorf("%d refused tries on the trail, want 6", n)
	}
}

func TestNobodyDecidesOnTheOwnRequest(t *testing.T) {
	t.Parallel()
	o := newOffice(t, filing{})
	ctx, by := context.Background(), o.people.Supervisor1
	own := func(approver *staff.Member) (id int64, err error) {
		err = o.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
			id, err = approval.Submit(ctx, tx, by, approval.Draft{Kind: paper, Title: "自己的", Steps: []approval.Route{{ApproverID: approver.ID, Because: "测试"}}})
			return err
		})
		return id, err
	}
	_, err := own(by)
	must(t, err, fault.Forbidden, "不能审批自己")
	_, err = own(o.people.Admin1)
	must(t, err, fault.Conflict, "审批人")
	id, err := own(o.people.Compliance1)
	if err != nil {
		t.Fatal(err)
	}
	must(t, o.decide(by, id, approval.Approve, ""), fault.Forbidden, "不能审批自己")
}

func TestAFailedEffectUndoesTheDecision(t *testing.T) {
	t.Parallel()
	o := newOffice(t, filing{err: fault.New(fault.Conflict, "客户已转出。")})
	id := o.submit(o.people.Supervisor1)
	must(t, o.decide(o.people.Supervisor1, id, approval.Approve, ""), fault.Conflict, "客户已转出")
	o.want(id, "pending 1 | pending | submitted")
}

func TestOfTwoDecisionsAtOnceTheSecondHearsOfTheFirst(t *testing.T) {
	t.Parallel()
	o := newOffice(t, filing{})
	for range 8 {
		id := o.submit(o.people.Supervisor1)
		got := make(chan error, 2)
		for _, v := range []approval.Verdict{{Verb: approval.Approve}, {Verb: approval.Reject, Comment: "两个窗口同时处理"}} {
			go func() { got <- o.engine.Decide(context.Background(), o.people.Supervisor1, id, v) }()
		}
		a, b := <-got, <-got
		if a == nil {
			a, b = b, a
		}
		if b != nil {
			t.Fatalf("both failed: %v, %v", a, b)
		}
		must(t, a, fault.Conflict, "这件申请已由 周主管 在 "+time.Now().In(pg.Zone()).Format("15:"))
	}
}

func TestManyAreDecidedEachByItself(t *testing.T) {
	t.Parallel()
	o := newOffice(t, filing{})
	ctx := context.Background()
	mine, other, done := o.submit(o.people.Supervisor1), o.submit(o.people.Supervisor2), o.submit(o.people.Supervisor1)
	if err := o.decide(o.people.Supervisor1, done, approval.Approve, ""); err != nil {
		t.Fatal(err)
	}
	results, err := o.engine.DecideMany(ctx, o.people.Supervisor1, []int64{done, mine, other, mine}, approval.Verdict{Verb: approval.Reject, Comment: "批量拒绝原因"})
	if err != nil || len(results) != 3 {
		t.Fatalf("DecideMany = %v, %v", results, err)
	}
	for _, r := range results {
		switch r.ID {
		case mine:
			if r.Err != nil {
				t.Errorf("mine: %v", r.Err)
			}
		case other:
			must(t, r.Err, fault.NotFound, "没有这件申请")
		case done:
			must(t, r.Err, fault.Conflict, "已由 周主管")
		}
	}
	for name, v := range map[string]approval.Verdict{
		"至少 4 个字": {Verb: approval.Reject},
		"逐件":      {Verb: approval.Return, Comment: "请大家补充"},
	} {
		_, err = o.engine.DecideMany(ctx, o.people.Supervisor1, []int64{mine}, v)
		must(t, err, fault.Invalid, name)
	}
	_, err = o.engine.DecideMany(ctx, o.people.Supervisor1, nil, approval.Verdict{Verb: approval.Approve})
	must(t, err, fault.Invalid, "1 到 100 件")
}

func TestAMarkedRequestIsLookedAtByItself(t *testing.T) {
	t.Parallel()
	o := newOffice(t, filing{mark: "近 7 天第 4 次"})
	id := o.submit(o.people.Supervisor1)
	results, err := o.engine.DecideMany(context.Background(), o.people.Supervisor1, []int64{id}, approval.Verdict{Verb: approval.Approve, Comment: "都同意了"})
	if err != nil {
		t.Fatal(err)
	}
	must(t, results[0].Err, fault.Conflict, "近 7 天第 4 次")
	if err := o.decide(o.people.Supervisor1, id, approval.Approve, ""); err != nil {
		t.Error(err)
	}
}

func num(n int64) string { return strconv.FormatInt(n, 10) }

// changeStaff changes a person as an administrator does.
func (o office) changeStaff(id int64, set string) {
	o.t.Helper()
	ctx := context.Background()
	err := o.db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE staff SET `+set+` WHERE id = $1`, id)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o office) disable(id int64) {
	o.t.Helper()
	o.changeStaff(id, `disabled_at = now()`)
}
