package worklist_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/pgtest"
	"liuhen/internal/staff"
	"liuhen/internal/worklist"
)

// office is lists over people and some customers of manager1.
type office struct {
	t      *testing.T
	ctx    context.Context
	db     *pgtest.DB
	people fixture.Staff
	desk   *access.Desk
	engine *approval.Engine
	lists  *worklist.Lists
	nos    []string
}

func newOffice(t *testing.T, customers int) office {
	t.Helper()
	db := pgtest.New(t)
	o := office{
		t: t, ctx: context.Background(), db: db, people: fixture.People(t, db), desk: access.NewDesk(db.DB, access.NewPolicies(db.DB)),
		engine: approval.NewEngine(db.DB, map[approval.Kind]approval.Effect{access.Kind: access.NewOpening(access.NewPolicies(db.DB))}),
		lists:  worklist.NewLists(db.DB, access.NewPolicies(db.DB)),
	}
	for i := range customers {
		_, no := fixture.Customer(t, db, fixture.File{
			Manager: o.people.Manager1, Grade: 3, AssetBand: 4, Mobile: fmt.Sprintf("139%08d", i),
			Certificate: fmt.Sprintf("3101011990%08d", i), AccountNo: fmt.Sprintf("62220000%08d", i), Balance: "98765.43", Counterparty: "秘密对手",
		})
		o.nos = append(o.nos, no)
	}
	return o
}

func (o office) ask(by *staff.Member, no string, groups ...access.Group) int64 {
	o.t.Helper()
	out, err := o.desk.Request(o.ctx, by, no, access.Ask{Groups: groups, Purpose: access.Service, Reason: "客户来电要提前还房贷，需核对余额，工单 88131。", Minutes: 30})
	if err != nil {
		o.t.Fatal(err)
	}
	return out.ApprovalID
}

func (o office) decide(id int64, verb approval.Verb) {
	o.t.Helper()
	if err := o.engine.Decide(o.ctx, o.people.Supervisor1, id, approval.Verdict{Verb: verb, Comment: "已经看过"}); err != nil {
		o.t.Fatal(err)
	}
}

func (o office) inbox(by *staff.Member, q worklist.Query) worklist.Page {
	o.t.Helper()
	page, err := o.lists.Inbox(o.ctx, by, q)
	if err != nil {
		o.t.Fatal(err)
	}
	return page
}

func must(t *testing.T, err error, kind fault.Kind, part string) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind || !strings.Contains(err.Error(), part) {
		t.Errorf("error = %v (%v), want %v with %q", err, fault.KindOf(err), kind, part)
	}
}

func TestTheLongestWaitingComesFirst(t *testing.T) {
	t.Parallel()
	o := newOffice(t, 3)
	var ids []int64
	for _, no := range o.nos {
		ids = append(ids, o.ask(o.people.Manager1, no, access.Assets))
		o.db.Advance(10 * time.Minute)
	}
	page := o.inbox(o.people.Supervisor1, worklist.Query{View: worklist.Mine})
	if len(page.Items) != 3 || page.Next != "" {
		t.Fatalf("page %+v", page)
	}
	first := page.Items[0]
	if first.ID != ids[0] || first.RequesterName != "林悦" || first.CustomerNo != o.nos[0] || first.Grade() != "C3 稳健型" || first.Band() != "100–300万" ||
		!first.Manages || first.Because != "您是林悦的直接上级" || first.Red() != "" || !slices.Equal(first.Groups(), []access.Group{access.Assets}) {
		t.Errorf("first %+v", first)
	}
	if wait := time.Since(first.Since).Round(time.Minute); wait != 30*time.Minute {
		t.Errorf("it waits %v, want 30 minutes", wait)
	}
	o.decide(ids[1], approval.Reject)
	page = o.inbox(o.people.Supervisor1, worklist.Query{View: worklist.Mine})
	if len(page.Items) != 2 || page.Handled != 1 || page.Usual.Round(time.Minute) != 20*time.Minute {
		t.Errorf("after one decision: %d items, %d handled in %v", len(page.Items), page.Handled, page.Usual)
	}
	done := o.inbox(o.people.Supervisor1, worklist.Query{View: worklist.Done})
	if len(done.Items) != 1 || done.Items[0].State != approval.Rejected {
		t.Errorf("done %+v", done.Items)
	}
	mine := o.inbox(o.people.Manager1, worklist.Query{View: worklist.Submitted})
	if len(mine.Items) != 3 || mine.Items[0].ID != ids[2] {
		t.Errorf("submitted %+v", mine.Items)
	}
	for _, by := range []*staff.Member{o.people.Supervisor2, o.people.Compliance1} {
		if n := len(o.inbox(by, worklist.Query{View: worklist.Mine}).Items); n != 0 {
			t.Errorf("%s has %d items of others", by.Username, n)
		}
	}
	if n := len(o.inbox(o.people.Supervisor1, worklist.Query{View: worklist.Mine, Kind: "paper"}).Items); n != 0 {
		t.Errorf("%d items of another kind", n)
	}
}

func TestWhoHasNoList(t *testing.T) {
	t.Parallel()
	o := newOffice(t, 0)
	for _, by := range []*staff.Member{o.people.Manager1, o.people.Admin1, o.people.Auditor1} {
		_, err := o.lists.Inbox(o.ctx, by, worklist.Query{View: worklist.Mine})
		must(t, err, fault.Forbidden, "您的角色")
		_, err = o.lists.InboxCount(o.ctx, by)
		must(t, err, fault.Forbidden, "您的角色")
	}
	_, err := o.lists.Inbox(o.ctx, o.people.Auditor1, worklist.Query{View: worklist.Submitted})
	must(t, err, fault.Forbidden, "您的角色")
	_, err = o.lists.Inbox(o.ctx, o.people.Supervisor1, worklist.Query{View: worklist.Mine, After: "nonsense"})
	must(t, err, fault.Invalid, "第一页")
}

func TestPagesMeetWithoutGapOrRepeat(t *testing.T) {
	t.Parallel()
	o := newOffice(t, 1)
	const total = 120
	var customer int64
	if err := o.db.Owner.QueryRow(`SELECT id FROM customer`).Scan(&customer); err != nil {
		t.Fatal(err)
	}
	bulk(o, customer, total)
	if n, err := o.lists.InboxCount(o.ctx, o.people.Supervisor1); err != nil || n != total {
		t.Errorf("InboxCount = %d, %v", n, err)
	}
	for _, view := range []struct {
		view worklist.View
		by   *staff.Member
	}{{worklist.Mine, o.people.Supervisor1}, {worklist.Submitted, o.people.Manager1}} {
		seen := map[int64]bool{}
		q := worklist.Query{View: view.view}
		for range 5 {
			page := o.inbox(view.by, q)
			for _, i := range page.Items {
				if seen[i.ID] {
					t.Errorf("%s: %d comes twice", view.view, i.ID)
				}
				seen[i.ID] = true
			}
			if q.After = page.Next; q.After == "" {
				break
			}
		}
		if len(seen) != total {
			t.Errorf("%s: %d of %d are seen", view.view, len(seen), total)
		}
	}
}

// bulk puts many requests, several of one moment, past the guards.
func bulk(o office, customer, total int64) {
	o.t.Helper()
	tx, err := o.db.Owner.Begin()
	if err != nil {
		o.t.Fatal(err)
	}
	defer tx.Rollback()
	for _, q := range []string{
		`SET LOCAL session_replication_role = replica`,
		fmt.Sprintf(`INSERT INTO approval (kind, requester_id, customer_id, title, submitted_at) SELECT 'access', %d, %d, 'x', now() - make_interval(mins => n / 7) FROM generate_series(1, %d) AS n`, o.people.Manager1.ID, customer, total),
		fmt.Sprintf(`INSERT INTO approval_step (approval_id, position, approver_id, because, state, waiting_since) SELECT id, 1, %d, 'x', 'pending', submitted_at FROM approval`, o.people.Supervisor1.ID),
	} {
		if _, err := tx.Exec(q); err != nil {
			o.t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		o.t.Fatal(err)
	}
}

func TestNextGoesRoundTheInbox(t *testing.T) {
	t.Parallel()
	o := newOffice(t, 3)
	var ids []int64
	for _, no := range o.nos {
		ids = append(ids, o.ask(o.people.Manager1, no, access.Assets))
		o.db.Advance(time.Minute)
	}
	next := func(id int64) int64 {
		n, err := o.lists.Next(o.ctx, o.people.Supervisor1, id)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for i, want := range []int64{ids[1], ids[2], ids[0]} {
		if got := next(ids[i]); got != want {
			t.Errorf("after %d comes %d, want %d", ids[i], got, want)
		}
	}
	o.decide(ids[0], approval.Approve)
	if got := next(ids[0]); got != ids[1] {
		t.Errorf("after a decided one comes %d, want %d", got, ids[1])
	}
	o.decide(ids[1], approval.Approve)
	o.decide(ids[2], approval.Approve)
	if got := next(ids[2]); got != 0 {
		t.Errorf("after the last comes %d", got)
	}
}

func TestADetailIsForWhoIsConcerned(t *testing.T) {
	t.Parallel()
	o := newOffice(t, 1)
	old := o.ask(o.people.Manager1, o.nos[0], access.Contact)
	o.decide(old, approval.Approve)
	o.db.Advance(time.Hour)
	id := o.ask(o.people.Manager1, o.nos[0], access.Assets, access.Contact)
	may := []*staff.Member{o.people.Manager1, o.people.Supervisor1, o.people.Compliance1, o.people.Auditor1}
	for _, by := range o.people.All() {
		d, err := o.lists.Detail(o.ctx, by, id)
		if !slices.Contains(may, by) {
			must(t, err, fault.NotFound, "没有这件申请")
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", by.Username, err)
			continue
		}
		if d.Decides != (by == o.people.Supervisor1) || d.Asked != (by == o.people.Manager1) {
			t.Errorf("%s: decides %v, asked %v", by.Username, d.Decides, d.Asked)
		}
		if len(d.Steps) != 1 || len(d.Events) != 1 || len(d.History) != 1 || len(d.Checks) != 5 || d.Week != 2 {
			t.Errorf("%s: %+v", by.Username, d)
		}
		if want := map[bool]string{true: "您是林悦的直接上级", false: "是林悦的直接上级"}[by == o.people.Supervisor1]; d.Steps[0].Because != want {
			t.Errorf("%s reads %q, want %q", by.Username, d.Steps[0].Because, want)
		}
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"13900000000", "310101199000000000", "6222000000000000", "98765.43", "秘密对手"} {
			if strings.Contains(string(text), secret) {
				t.Errorf("%s reads %s", by.Username, secret)
			}
		}
	}
	_, err := o.lists.Detail(o.ctx, o.people.Supervisor1, id+1000)
	must(t, err, fault.NotFound, "没有这件申请")
	if n := o.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'approval.viewed' AND approval_id = $1`, id); n != int64(len(may)) {
		t.Errorf("%d looks on the trail, want %d", n, len(may))
	}
}
