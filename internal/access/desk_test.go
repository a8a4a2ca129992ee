package access_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/pgtest"
	"liuhen/internal/staff"
)

const reason = "客户来电要提前还房贷，需核对余额，工单 88131。"

// counter is a desk with an engine, people and one customer of manager1 who has
// a value in every closed group.
type counter struct {
	t        *testing.T
	ctx      context.Context
	db       *pgtest.DB
	people   fixture.Staff
	desk     *access.Desk
	policies *access.Policies
	engine   *approval.Engine
	id       int64
	no       string
}

func newCounter(t *testing.T) counter {
	t.Helper()
	db := pgtest.New(t)
	people := fixture.People(t, db)
	id, no := fixture.Customer(t, db, fixture.File{
		Manager: people.Manager1, Grade: 3, AssetBand: 4,
		Mobile: "13812345678", Certificate: "310101199001011234", AccountNo: "6222000011112222", Balance: "12345.67", Counterparty: "测试对手方",
	})
	policies := access.NewPolicies(db.DB)
	engine := approval.NewEngine(db.DB, map[approval.Kind]approval.Effect{
		access.Kind: access.NewOpening(policies), approval.AccessMany: access.NewOpening(policies), approval.AccessPolicy: access.Publishing{}, approval.BreakGlass: access.NewReview(policies),
	})
	return counter{t, context.Background(), db, people, access.NewDesk(db.DB, policies), policies, engine, id, no}
}

func ask(groups ...access.Group) access.Ask {
	return access.Ask{Groups: groups, Purpose: access.Service, Reason: reason, Minutes: 30}
}

// request asks as by and fails the test unless it succeeds.
func (c counter) request(by *staff.Member, a access.Ask) access.Outcome {
	c.t.Helper()
	o, err := c.desk.Request(c.ctx, by, c.no, a)
	if err != nil {
		c.t.Fatalf("request: %v", err)
	}
	return o
}

func (c counter) decide(by *staff.Member, id int64, verb approval.Verb, comment string) {
	c.t.Helper()
	if err := c.engine.Decide(c.ctx, by, id, approval.Verdict{Verb: verb, Comment: comment}); err != nil {
		c.t.Fatalf("%s: %v", verb, err)
	}
}

// open asks and has it approved.
func (c counter) open(groups ...access.Group) int64 {
	c.t.Helper()
	id := c.request(c.people.Manager1, ask(groups...)).ApprovalID
	c.decide(c.people.Supervisor1, id, approval.Approve, "已核实工单")
	return id
}

func (c counter) standing(by *staff.Member) access.Standing {
	c.t.Helper()
	var s access.Standing
	err := c.db.Read(c.ctx, by.Actor(), func(tx *pg.Tx) error {
		return c.desk.Standing(by, &s)(c.ctx, tx, customer.Ref{ID: c.id, No: c.no})
	})
	if err != nil {
		c.t.Fatalf("standing: %v", err)
	}
	return s
}

func (c counter) status(by *staff.Member, g access.Group) access.Status {
	c.t.Helper()
	return c.standing(by).Groups[g]
}

func (c counter) wantState(by *staff.Member, g access.Group, want access.State) access.Status {
	c.t.Helper()
	s := c.status(by, g)
	if s.State != want {
		c.t.Errorf("%s is %s to %s, want %s", g, s.State, by.Username, want)
	}
	return s
}

// sees counts the rows of a closed table that by can read.
func (c counter) sees(by *staff.Member, table string) (n int) {
	c.t.Helper()
	err := c.db.Read(c.ctx, by.Actor(), func(tx *pg.Tx) error {
		return tx.Get(c.ctx, &n, `SELECT count(*) FROM `+table+` WHERE customer_id = $1`, c.id)
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return n
}

func must(t *testing.T, err error, kind fault.Kind, part string) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind || !strings.Contains(err.Error(), part) {
		t.Errorf("error = %v (%v), want %v with %q", err, fault.KindOf(err), kind, part)
	}
}

func TestAskApproveSeeExpire(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	c.wantState(by, access.Assets, access.Locked)
	o := c.request(by, ask(access.Assets))
	if o.Approver.ID != c.people.Supervisor1.ID || !strings.Contains(o.Sentence(), "已提交「资产」，等待 周主管 审批") {
		t.Errorf("outcome %+v: %s", o, o.Sentence())
	}
	s := c.wantState(by, access.Assets, access.Pending)
	if s.By != "周主管" || s.ApprovalID != o.ApprovalID || s.Stuck {
		t.Errorf("pending status %+v", s)
	}
	if c.sees(by, "account") != 0 {
		t.Fatal("a pending request shows assets")
	}
	c.decide(c.people.Supervisor1, o.ApprovalID, approval.Approve, "")
	s = c.wantState(by, access.Assets, access.Open)
	if left := time.Until(s.Until); left < 29*time.Minute || left > 30*time.Minute || s.By != "周主管" || s.GrantID == 0 {
		t.Errorf("open status %+v", s)
	}
	if c.sees(by, "account") != 1 {
		t.Fatal("an approved request shows nothing")
	}
	c.db.Advance(31 * time.Minute)
	s = c.wantState(by, access.Assets, access.Expired)
	if s.EndReason != "" || c.sees(by, "account") != 0 {
		t.Errorf("after the end: %+v, and %d rows are seen", s, c.sees(by, "account"))
	}
	c.db.Advance(25 * time.Hour)
	c.wantState(by, access.Assets, access.Locked)
}

func TestOnlyTheGroupGrantedOpensAndOnlyToItsHolder(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.open(access.Identity)
	for table, want := range map[string]int{"identity_document": 1, "contact_point": 0, "account": 0, "bank_transaction": 0} {
		if got := c.sees(c.people.Manager1, table); got != want {
			t.Errorf("the holder sees %d rows of %s, want %d", got, table, want)
		}
	}
	for _, other := range c.people.All() {
		if n := c.sees(other, "identity_document"); other != c.people.Manager1 && n != 0 {
			t.Errorf("%s sees %d rows without a grant", other.Username, n)
		}
	}
}

func TestARefusedAskLeavesNothing(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	with := func(change func(*access.Ask)) access.Ask {
		a := ask(access.Assets)
		change(&a)
		return a
	}
	tests := []struct {
		name string
		by   *staff.Member
		ask  access.Ask
		kind fault.Kind
		part string
	}{
		{"junk", c.people.Manager1, with(func(a *access.Ask) { a.Reason = "看一下" }), fault.Invalid, "至少 10 个字，现在 3 个"},
		{"only the name", c.people.Manager1, with(func(a *access.Ask) { a.Reason = "客户顾明远，顾明远客户" }), fault.Invalid, "事由"},
		{"no group", c.people.Manager1, ask(), fault.Invalid, "信息分组"},
		{"an unknown group", c.people.Manager1, ask("secrets"), fault.Invalid, "没有这个信息分组"},
		{"an unknown purpose", c.people.Manager1, with(func(a *access.Ask) { a.Purpose = "fun" }), fault.Invalid, "用途"},
		{"too long", c.people.Manager1, with(func(a *access.Ask) { a.Minutes = 481 }), fault.Invalid, "10 到 480"},
		{"too short", c.people.Manager1, with(func(a *access.Ask) { a.Minutes = 9 }), fault.Invalid, "10 到 480"},
		{"somebody else's customer", c.people.Newbie, ask(access.Assets), fault.NotFound, "服务范围"},
		{"another branch", c.people.Supervisor2, ask(access.Assets), fault.NotFound, "服务范围"},
		{"an administrator", c.people.Admin1, ask(access.Assets), fault.Forbidden, "您的角色"},
		{"an auditor", c.people.Auditor1, ask(access.Assets), fault.Forbidden, "您的角色"},
		{"who has no superior", c.people.Compliance1, ask(access.Assets), fault.Conflict, "孙管理"},
	}
	for _, tt := range tests {
		_, err := c.desk.Request(c.ctx, tt.by, c.no, tt.ask)
		t.Run(tt.name, func(t *testing.T) { must(t, err, tt.kind, tt.part) })
	}
	_, err := c.desk.Request(c.ctx, c.people.Manager1, "90000009", ask(access.Assets))
	must(t, err, fault.NotFound, "服务范围")
	if n := c.db.QueryInt(`SELECT count(*) FROM approval`); n != 0 {
		t.Errorf("%d requests were kept", n)
	}
	if n := c.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'access.requested' AND refused`); n != 3 {
		t.Errorf("%d refused tries on the trail, want 3", n)
	}
}

func TestEveryFaultOfAnAskIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	_, err := c.desk.Request(c.ctx, c.people.Manager1, c.no, access.Ask{Reason: "。"})
	f := fault.As(err)
	if f == nil || len(f.Fields) != 4 {
		t.Errorf("faults %+v, want one for each of the four fields", f)
	}
}

func TestAGrantIsReusedAndNothingIsAskedTwice(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	c.open(access.Assets)
	first := c.request(by, ask(access.Contact))
	o := c.request(by, ask(access.Transactions, access.Assets, access.Contact))
	if len(o.Asked) != 1 || o.Asked[0] != access.Transactions || len(o.Open) != 1 || len(o.Pending) != 1 || o.ApprovalID == first.ApprovalID {
		t.Errorf("outcome %+v", o)
	}
	if s := o.Sentence(); !strings.Contains(s, "「资产」已经开放") || !strings.Contains(s, "「联系方式」已在审批中") {
		t.Error(s)
	}
	o = c.request(by, ask(access.Assets, access.Contact))
	if o.ApprovalID != 0 || len(o.Asked) != 0 {
		t.Errorf("outcome %+v, want nothing asked", o)
	}
	if n := c.db.QueryInt(`SELECT count(*) FROM approval`); n != 3 {
		t.Errorf("%d requests, want 3", n)
	}
}

func TestPressingTwiceAsksOnce(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	done := make(chan error)
	for range 6 {
		go func() {
			_, err := c.desk.Request(c.ctx, c.people.Manager1, c.no, ask(access.Assets))
			done <- err
		}()
	}
	for range 6 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if n := c.db.QueryInt(`SELECT count(*) FROM approval`); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

func TestAReturnedRequestIsAmended(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	id := c.request(by, ask(access.Assets, access.Contact)).ApprovalID
	c.decide(c.people.Supervisor1, id, approval.Return, "请写明还款日期")
	s := c.wantState(by, access.Assets, access.Returned)
	if s.Comment != "请写明还款日期" || s.By != "周主管" || s.Reason != reason || s.Minutes != 30 || len(s.Groups) != 2 {
		t.Errorf("returned status %+v", s)
	}
	again := access.Ask{Groups: []access.Group{access.Assets}, Purpose: access.Reconciliation, Reason: "客户 12 月 1 日提前还房贷，需核对余额，工单 88131。", Minutes: 45}
	o := c.request(by, again)
	if o.ApprovalID != id || len(o.Resubmitted) != 2 || len(o.Asked) != 0 {
		t.Errorf("outcome %+v", o)
	}
	s = c.wantState(by, access.Contact, access.Pending)
	if s.Reason != again.Reason || s.Minutes != 45 || s.Purpose != access.Reconciliation {
		t.Errorf("amended status %+v", s)
	}
	c.decide(c.people.Supervisor1, id, approval.Approve, "")
	if left := time.Until(c.wantState(by, access.Contact, access.Open).Until); left < 44*time.Minute || left > 45*time.Minute {
		t.Errorf("%v left, want 45 minutes", left)
	}
}

func TestARejectionIsShownForADay(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	id := c.request(by, ask(access.Assets)).ApprovalID
	c.decide(c.people.Supervisor1, id, approval.Reject, "不需要看资产")
	if s := c.wantState(by, access.Assets, access.Rejected); s.Comment != "不需要看资产" || s.DecidedAt.IsZero() {
		t.Errorf("rejected status %+v", s)
	}
	if c.sees(by, "account") != 0 {
		t.Error("a rejected request shows assets")
	}
	c.open(access.Assets)
	c.db.Advance(time.Hour)
	c.wantState(by, access.Assets, access.Expired)
	c.db.Advance(24 * time.Hour)
	c.wantState(by, access.Assets, access.Locked)
}
