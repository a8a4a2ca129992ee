package worklist_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"liuhen/internal/access"
	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/pgtest"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
	"liuhen/internal/worklist"
)

// house is a test's own institution with what its workbenches show.
type house struct {
	t      *testing.T
	db     *pgtest.DB
	people fixture.Staff
	lists  *worklist.Lists
}

func newHouse(t *testing.T) house {
	t.Helper()
	db := pgtest.New(t)
	return house{t: t, db: db, people: fixture.People(t, db), lists: worklist.NewLists(db.DB, access.NewPolicies(db.DB))}
}

func (h house) home(by *staff.Member) worklist.Home {
	h.t.Helper()
	home, err := h.lists.Home(context.Background(), by)
	if err != nil {
		h.t.Fatal(err)
	}
	return home
}

// act runs statements in the name of by, under every policy and trigger.
func (h house) act(by *staff.Member, statements ...string) {
	h.t.Helper()
	err := h.db.InTx(context.Background(), by.Actor(), func(tx *pg.Tx) error {
		for _, q := range statements {
			if _, err := tx.Exec(context.Background(), q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// request asks for groups of a customer and returns the id of the request.
func (h house) request(by, approver *staff.Member, customer int64, groups string, minutes int) int64 {
	h.t.Helper()
	h.act(by,
		fmt.Sprintf(`INSERT INTO approval (kind, requester_id, customer_id, title) VALUES ('access', %d, %d, '调阅申请')`, by.ID, customer),
		fmt.Sprintf(`INSERT INTO access_request (approval_id, customer_id, groups, purpose, reason, minutes)
			VALUES ((SELECT max(id) FROM approval), %d, '%s', 'service', '客户来电要调整理财配置，需核对到期安排', %d)`, customer, groups, minutes),
		fmt.Sprintf(`INSERT INTO approval_step (approval_id, position, approver_id, because, state, waiting_since)
			VALUES ((SELECT max(id) FROM approval), 1, %d, '您是申请人的直接上级', 'pending', now())`, approver.ID))
	return h.db.QueryInt(`SELECT max(id) FROM approval`)
}

func (h house) approve(by *staff.Member, id int64) {
	h.t.Helper()
	h.act(by,
		fmt.Sprintf(`UPDATE approval_step SET state = 'approved', decided_at = now() WHERE approval_id = %d`, id),
		fmt.Sprintf(`UPDATE approval SET state = 'approved', closed_at = now() WHERE id = %d`, id),
		fmt.Sprintf(`SELECT open_access_grants(%d)`, id))
}

func (h house) note(by *staff.Member, e trail.Entry) {
	h.t.Helper()
	if err := trail.Note(context.Background(), h.db.DB, by.Who(), e); err != nil {
		h.t.Fatal(err)
	}
}

func TestManagerSeesOwnCustomersOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.people
	mine, mineNo := fixture.Customer(t, h.db, fixture.File{Manager: p.Manager1, Name: "甲明远", AssetBand: 4})
	never, _ := fixture.Customer(t, h.db, fixture.File{Manager: p.Manager1, Name: "甲思齐", AssetBand: 2})
	other, otherNo := fixture.Customer(t, h.db, fixture.File{Manager: p.Manager2, Name: "乙文博"})
	for _, id := range []int64{mine, other} {
		h.db.MustExec(`UPDATE customer SET last_contact_at = now() - interval '91 days', grade = 3, grade_until = (now() AT TIME ZONE 'Asia/Shanghai')::date + 30 WHERE id = $1`, id)
		h.note(p.Manager1, trail.Entry{Action: trail.FileViewed, CustomerID: id})
	}
	h.db.MustExec(`UPDATE customer SET grade_until = (now() AT TIME ZONE 'Asia/Shanghai')::date + 31 WHERE id = $1`, never)

	home := h.home(p.Manager1).Manager
	if diff := cmp.Diff(worklist.ManagerFigures{Customers: 2, Quiet: 1, Never: 1, Expiring: 1}, home.Figures); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
	if len(home.Quiet) != 2 || home.Quiet[0].No != mineNo || home.Quiet[1].LastContactAt != nil {
		t.Errorf("quiet = %+v, want the larger band first and never as nil", home.Quiet)
	}
	if len(home.Expiring) != 1 || home.Expiring[0].No != mineNo || home.Expiring[0].Days != 30 {
		t.Errorf("expiring = %+v", home.Expiring)
	}
	if len(home.Viewed) != 1 || home.Viewed[0].No != mineNo {
		t.Errorf("viewed = %+v, want the own customer only", home.Viewed)
	}
	if strings.Contains(fmt.Sprintf("%+v", home), otherNo) {
		t.Error("the workbench names another manager's customer")
	}
}

func TestManagerSeesGrantsAndRequestsOfTheirOwn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.people
	first, _ := fixture.Customer(t, h.db, fixture.File{Manager: p.Manager1, Name: "甲明远"})
	second, _ := fixture.Customer(t, h.db, fixture.File{Manager: p.Manager1, Name: "甲思齐"})
	h.approve(p.Supervisor1, h.request(p.Manager1, p.Supervisor1, first, "{assets,contact}", 30))
	id := h.request(p.Manager1, p.Supervisor1, second, "{transactions}", 60)

	home := h.home(p.Manager1)
	m := home.Manager
	if m.Grants.Count != 2 || m.Grants.People != 1 || len(m.Grants.List) != 2 {
		t.Fatalf("grants = %+v", m.Grants)
	}
	g := m.Grants.List[0]
	if g.CustomerName != "甲明远" || g.ApprovedBy != p.Supervisor1.Name || g.Purpose != access.Service {
		t.Errorf("grant = %+v", g)
	}
	if left := g.Until.Sub(home.Now); left <= 29*time.Minute || left > 30*time.Minute {
		t.Errorf("%v are left of 30 minutes", left)
	}
	if len(m.Requests) != 1 || m.Requests[0].ID != id || m.Requests[0].With != p.Supervisor1.Name ||
		!cmp.Equal(m.Requests[0].Groups, []access.Group{access.Transactions}) {
		t.Errorf("requests = %+v", m.Requests)
	}
	if n := h.home(p.Newbie).Manager; n.Grants.Count != 0 || len(n.Requests) != 0 {
		t.Errorf("a colleague sees %+v", n)
	}

	h.db.Advance(31 * time.Minute)
	if n := h.home(p.Manager1).Manager.Grants.Count; n != 0 {
		t.Errorf("%d grants after their end", n)
	}
}

func TestSupervisorSeesTheBranchOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.people
	here, hereNo := fixture.Customer(t, h.db, fixture.File{Manager: p.Manager1, Name: "甲明远"})
	there, _ := fixture.Customer(t, h.db, fixture.File{Manager: p.Manager2, Name: "乙文博"})
	h.approve(p.Supervisor1, h.request(p.Manager1, p.Supervisor1, here, "{assets}", 30))
	h.approve(p.Supervisor1, h.request(p.Newbie, p.Supervisor1, there, "{contact}", 60))
	h.approve(p.Supervisor2, h.request(p.Manager2, p.Supervisor2, there, "{assets}", 30))
	h.db.Advance(8 * time.Minute)
	id := h.request(p.Newbie, p.Supervisor1, here, "{identity}", 30)
	h.note(p.Manager1, trail.Entry{Action: trail.PageRefused, Refused: true, Detail: "GET /trail"})
	h.note(p.Newbie, trail.Entry{Action: trail.FileViewed, Refused: true, CustomerNo: "99999999", Detail: "99999999"})
	h.note(p.Manager2, trail.Entry{Action: trail.PageRefused, Refused: true})

	s := h.home(p.Supervisor1).Supervisor
	if s.Customers != 1 {
		t.Errorf("%d customers, want 1", s.Customers)
	}
	if s.Waiting.Count != 1 || s.Waiting.List[0].ApprovalID != id || s.Waiting.List[0].Requester != p.Newbie.Name {
		t.Errorf("waiting = %+v", s.Waiting)
	}
	if s.Grants.Count != 2 || s.Grants.People != 2 || s.Grants.List[0].CustomerNo != hereNo {
		t.Errorf("grants = %+v", s.Grants)
	}
	if g := s.Grants.List[1]; g.CustomerNo != "" || g.CustomerName != "" {
		t.Errorf("a customer of another branch is named: %+v", g)
	}
	if s.Refusals.Count != 2 || s.Refusals.List[0].StaffNo != p.Newbie.No || s.Refusals.List[0].Page != "" || s.Refusals.List[1].Page != "GET /trail" {
		t.Errorf("refusals = %+v", s.Refusals)
	}
	if s.Decisions.Count != 2 || s.Decisions.CountBefore != 0 {
		t.Errorf("decisions = %+v", s.Decisions)
	}
	h.db.Advance(7 * 24 * time.Hour)
	if d := h.home(p.Supervisor1).Supervisor.Decisions; d.Count != 0 || d.CountBefore != 2 {
		t.Errorf("decisions a week later = %+v", d)
	}
}

func TestMedianIsOverTheWaitOfEachDecision(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.people
	id, _ := fixture.Customer(t, h.db, fixture.File{Manager: p.Manager1})
	for _, minutes := range []int{1, 4, 60} {
		request := h.request(p.Manager1, p.Supervisor1, id, "{assets}", 30)
		h.db.Advance(time.Duration(minutes) * time.Minute)
		h.approve(p.Supervisor1, request)
	}
	if d := h.home(p.Supervisor1).Supervisor.Decisions; d.Count != 3 || d.Median < 3.9 || d.Median > 4.2 {
		t.Errorf("decisions = %+v, want a median of 4 minutes", d)
	}
}

func TestOversightSeesTheWholeInstitution(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.people
	first, _ := fixture.Customer(t, h.db, fixture.File{Manager: p.Manager1, Name: "甲明远"})
	second, _ := fixture.Customer(t, h.db, fixture.File{Manager: p.Manager2, Name: "乙文博"})
	h.approve(p.Supervisor1, h.request(p.Manager1, p.Supervisor1, first, "{assets}", 30))
	h.approve(p.Supervisor2, h.request(p.Manager2, p.Supervisor2, second, "{assets,contact}", 30))
	h.request(p.Supervisor1, p.Compliance1, first, "{identity}", 30)
	h.note(p.Manager1, trail.Entry{Action: trail.AccessRequested})
	h.note(p.Manager1, trail.Entry{Action: trail.GroupRevealed, Groups: []string{"assets"}})
	h.note(p.Manager2, trail.Entry{Action: trail.GroupRevealed, Groups: []string{"assets", "contact"}})
	h.note(p.Admin1, trail.Entry{Action: trail.PageRefused, Refused: true, Detail: "GET /customers"})

	o := h.home(p.Compliance1).Oversight
	if o.Waiting != 1 || o.Grants.Count != 3 || o.Grants.People != 2 || o.Refusals.Count != 1 || o.Reveals != 2 {
		t.Errorf("oversight = %+v", o)
	}
	if len(o.Days) != 14 || o.Days[13].Count != 1 || o.Days[0].Count != 0 || !o.Days[0].Day.Before(o.Days[13].Day) {
		t.Errorf("days = %+v", o.Days)
	}
	want := []worklist.GroupSeen{
		{Group: access.Contact, Count: 1, People: 1},
		{Group: access.Identity},
		{Group: access.Assets, Count: 2, People: 2},
		{Group: access.Transactions},
	}
	if diff := cmp.Diff(want, o.Revealed); diff != "" {
		t.Errorf("revealed (-want +got):\n%s", diff)
	}
	if risk := h.home(p.Risk1).Oversight; risk.Waiting != 0 || risk.Grants.Count != 3 {
		t.Errorf("risk = %+v", risk)
	}
}

func TestOfficeSeesNoCustomer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.people
	id, no := fixture.Customer(t, h.db, fixture.File{Manager: p.Manager1, Name: "甲明远"})
	h.approve(p.Supervisor1, h.request(p.Manager1, p.Supervisor1, id, "{assets}", 30))
	h.db.MustExec(`INSERT INTO session (token, staff_id, data, expires_at) VALUES
		('a', $1, '', now() + interval '1 hour'), ('b', $1, '', now() + interval '1 hour'),
		('c', NULL, '', now() + interval '1 hour'), ('d', $1, '', now())`, p.Manager1.ID)
	h.db.MustExec(`INSERT INTO import_job (mapping, source_id, file_name, sha256, size, branch_id, created_name)
		SELECT 'berka-client', s.id, 'client.csv', repeat('0', 64), 10, $1, '己六'
		FROM source_system AS s`, p.HeadID)
	h.note(p.Manager1, trail.Entry{Action: trail.FileViewed, CustomerID: id, CustomerNo: no})
	h.note(p.Manager1, trail.Entry{Action: trail.FileViewed, CustomerNo: no, Refused: true})

	a := h.home(p.Admin1).Admin
	if a.Sessions != (worklist.Sessions{Open: 2, People: 1}) || a.Running != 1 || len(a.Imports) != 1 || a.Imports[0].State != "queued" {
		t.Errorf("admin = %+v", a)
	}
	if len(a.Roles) != 6 || a.Roles[0] != (worklist.RolePeople{Role: staff.Manager, Active: 3}) {
		t.Errorf("roles = %+v", a.Roles)
	}
	u := h.home(p.Auditor1).Auditor
	if u.Lines != 2 || u.Refused != 1 || u.People != 1 ||
		!cmp.Equal(u.Acts, []worklist.ActCount{{Action: trail.FileViewed, Count: 2, Refused: 1}}) {
		t.Errorf("auditor = %+v", u)
	}
	for _, part := range []any{a, u} {
		if text := fmt.Sprintf("%+v", part); strings.Contains(text, no) || strings.Contains(text, "甲明远") {
			t.Errorf("customer data in %s", text)
		}
	}
}

func TestEachRoleGetsItsOwnPartAndTheDisabledNone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, by := range h.people.All() {
		home := h.home(by)
		want := [5]bool{
			by.Role == staff.Manager, by.Role == staff.Supervisor, by.Role == staff.Risk || by.Role == staff.Compliance,
			by.Role == staff.Admin, by.Role == staff.Auditor,
		}
		got := [5]bool{home.Manager != nil, home.Supervisor != nil, home.Oversight != nil, home.Admin != nil, home.Auditor != nil}
		if got != want {
			t.Errorf("%s: parts %v, want %v", by.Username, got, want)
		}
	}
	gone := *h.people.Manager1
	at := time.Now()
	gone.DisabledAt = &at
	if _, err := h.lists.Home(context.Background(), &gone); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a disabled person gets %v", err)
	}
}
