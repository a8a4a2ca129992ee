package customer_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/pgtest"
	"liuhen/internal/seal"
	"liuhen/internal/staff"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// world is a test institution with one customer of each manager, all values of
// the first of which are known.
type world struct {
	t      *testing.T
	db     *pgtest.DB
	people fixture.Staff
	key    seal.SearchKey
	book   *customer.Book

	id, otherID int64
	no, otherNo string
	file        fixture.File
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: pgtest.New(t), key: seal.NewSearchKey()}
	w.people = fixture.People(t, w.db)
	w.book = customer.NewBook(w.db.DB, w.key)
	w.file = fixture.File{
		Name: "顾明远", Pinyin: "gumingyuan", Initials: "gmy",
		Manager: w.people.Manager1, Grade: 3, AssetBand: 4,
		Mobile: "13812345678", Email: "guminyuan@example.com", Address: "上海市浦东新区秘密路 100 号",
		Certificate: "310101199001011234",
		AccountNo:   "6222000011112222", Balance: "1234567.89", Holding: "秘密债券基金", Counterparty: "秘密对手方",
		Search: w.key,
	}
	w.id, w.no = fixture.Customer(t, w.db, w.file)
	w.otherID, w.otherNo = fixture.Customer(t, w.db, fixture.File{
		Name: "何思齐", Pinyin: "hesiqi", Initials: "hsq", Manager: w.people.Manager2, Grade: 2,
		Mobile: "13900001234", Certificate: "310101198001019999", Search: w.key,
	})
	return w
}

// grant opens a group of the first customer's file to by for half an hour, past
// the triggers that want a decision first.
func (w *world) grant(by *staff.Member, group string) {
	w.t.Helper()
	w.db.MustExec(fmt.Sprintf(`
		BEGIN;
		SET LOCAL session_replication_role = replica;
		WITH asked AS (
			INSERT INTO approval (kind, state, requester_id, customer_id, title, closed_at)
			VALUES ('access', 'approved', %[1]d, %[2]d, '测试', now())
			RETURNING id
		)
		INSERT INTO access_grant (approval_id, staff_id, customer_id, field_group, expires_at)
		SELECT id, %[1]d, %[2]d, '%[3]s', now() + interval '30 minutes'
		FROM asked;
		COMMIT`, by.ID, w.id, group))
}

// trail counts lines of an action by somebody.
func (w *world) trail(by *staff.Member, action string, refused bool) int64 {
	w.t.Helper()
	return w.db.QueryInt(`SELECT count(*) FROM trail WHERE staff_id = $1 AND action = $2 AND refused = $3`, by.ID, action, refused)
}

func wantKind(t *testing.T, err error, want fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != want {
		t.Errorf("error is %v, want kind %v", err, want)
	}
}

func TestScopeOfEachRole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.people
	tests := []struct {
		by                *staff.Member
		own, other        fault.Kind
		ownSeen, elseSeen bool
	}{
		{p.Manager1, 0, fault.NotFound, true, false},
		{p.Newbie, fault.NotFound, fault.NotFound, false, false},
		{p.Manager2, fault.NotFound, 0, false, true},
		{p.Supervisor1, 0, fault.NotFound, true, false},
		{p.Supervisor2, fault.NotFound, 0, false, true},
		{p.Risk1, 0, 0, true, true},
		{p.Compliance1, 0, 0, true, true},
		{p.Admin1, fault.Forbidden, fault.Forbidden, false, false},
		{p.Auditor1, fault.Forbidden, fault.Forbidden, false, false},
	}
	for _, tt := range tests {
		ctx := context.Background()
		for no, want := range map[string]bool{w.no: tt.ownSeen, w.otherNo: tt.elseSeen} {
			kind := tt.own
			if no == w.otherNo {
				kind = tt.other
			}
			_, err := w.book.File(ctx, tt.by, no)
			if want && err != nil {
				t.Errorf("%s: %v", tt.by.Username, err)
			}
			if !want {
				wantKind(t, err, kind)
			}
		}
		page, err := w.book.List(ctx, tt.by, customer.Query{})
		if tt.own == fault.Forbidden {
			wantKind(t, err, fault.Forbidden)
			continue
		}
		var names []string
		for _, r := range page.Rows {
			names = append(names, r.Name)
		}
		if slices.Contains(names, "顾明远") != tt.ownSeen || slices.Contains(names, "何思齐") != tt.elseSeen {
			t.Errorf("%s lists %v", tt.by.Username, names)
		}
		if int(page.Found) != len(page.Rows) || page.Found != page.Total {
			t.Errorf("%s: found %d of %d, %d rows", tt.by.Username, page.Found, page.Total, len(page.Rows))
		}
	}
}

func TestASupervisorSeesTheTeamsBelow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.db.MustExec(`INSERT INTO branch (code, name, kind, parent_id) VALUES ('1011', '静安一组', 'team', $1)`, w.people.Branch1ID)
	team := w.db.QueryInt(`SELECT id FROM branch WHERE code = '1011'`)
	_, no := fixture.Customer(t, w.db, fixture.File{Name: "冯雅琴", BranchID: team})
	if _, err := w.book.File(context.Background(), w.people.Supervisor1, no); err != nil {
		t.Error(err)
	}
	_, err := w.book.File(context.Background(), w.people.Supervisor2, no)
	wantKind(t, err, fault.NotFound)
}

func TestARefusedTryIsOnRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by := context.Background(), w.people.Manager2
	_, err := w.book.File(ctx, by, w.no)
	wantKind(t, err, fault.NotFound)
	_, missing := w.book.File(ctx, by, "99999999")
	if fault.As(err).Sentence != fault.As(missing).Sentence {
		t.Error("a customer out of scope can be told from one that does not exist")
	}
	if _, err := w.book.File(ctx, by, "' OR 1=1 --"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a number that is none: %v", err)
	}
	if n := w.trail(by, "customer.viewed", true); n != 3 {
		t.Errorf("%d refused tries on record, want 3", n)
	}
	if n := w.trail(by, "customer.viewed", false); n != 0 {
		t.Errorf("%d views on record, want none", n)
	}
	if n := w.db.QueryInt(`SELECT count(*) FROM trail WHERE customer_no NOT IN ('', $1, '99999999')`, w.no); n != 0 {
		t.Error("the trail holds something that is no customer number")
	}
	file, err := w.book.File(ctx, w.people.Manager1, w.no)
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Viewers) != 1 || !file.Viewers[0].Refused || file.Viewers[0].Name != by.Name {
		t.Errorf("viewers = %+v, want the refused try", file.Viewers)
	}
}

func TestLocateIsTheScopeForOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	err := w.db.Read(context.Background(), w.people.Manager1.Actor(), func(tx *pg.Tx) error {
		ref, err := customer.Locate(context.Background(), tx, w.people.Manager1, w.no)
		if err == nil && (ref.ID != w.id || ref.No != w.no || ref.Name != "顾明远" || ref.ManagerID != w.people.Manager1.ID || ref.BranchID != w.people.Branch1ID) {
			t.Errorf("Locate = %+v", ref)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
