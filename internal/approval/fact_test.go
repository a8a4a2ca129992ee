package approval_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lib/pq"

	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

func TestWhatIsDecidedOnIsWrittenOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t, filing{})
	ctx := context.Background()
	want := []approval.Fact{{Label: "角色", Before: "客户经理", After: "主管"}, {Label: "事由", After: "“竞聘”<上岗>"}}
	var id int64
	err := o.db.InTx(ctx, o.people.Manager1.Actor(), func(tx *pg.Tx) (err error) {
		id, err = approval.Submit(ctx, tx, o.people.Manager1, approval.Draft{
			Kind: paper, Title: "一份材料", Facts: want, Link: "/admin/people/7",
			Steps: []approval.Route{{ApproverID: o.people.Compliance1.ID, Because: "测试"}},
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = o.db.Read(ctx, o.people.Compliance1.Actor(), func(tx *pg.Tx) error {
		got, link, err := approval.Facts(ctx, tx, id)
		if diff := cmp.Diff(want, got); diff != "" || link != "/admin/people/7" {
			t.Errorf("link %q, facts:\n%s", link, diff)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	for _, q := range []string{`UPDATE approval SET facts = '[]' WHERE id = $1`, `UPDATE approval SET link = '/elsewhere' WHERE id = $1`} {
		err := o.db.InTx(ctx, o.people.Manager1.Actor(), func(tx *pg.Tx) error {
			_, err := tx.Exec(ctx, q, id)
			return err
		})
		if pq.As(err) == nil {
			t.Errorf("%s: %v, want it refused by the database", q, err)
		}
	}
}

func TestALinkLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	o := newOffice(t, filing{})
	ctx := context.Background()
	for _, link := range []string{"//evil.example", "https://evil.example", "javascript:alert(1)", `/\evil.example`} {
		err := o.db.InTx(ctx, o.people.Manager1.Actor(), func(tx *pg.Tx) error {
			_, err := approval.Submit(ctx, tx, o.people.Manager1, approval.Draft{
				Kind: paper, Title: "一份材料", Link: link,
				Steps: []approval.Route{{ApproverID: o.people.Compliance1.ID, Because: "测试"}},
			})
			return err
		})
		if pq.As(err) == nil {
			t.Errorf("%s: %v, want it refused by the database", link, err)
		}
	}
}

func TestSomeoneElseDecides(t *testing.T) {
	t.Parallel()
	o := newOffice(t, filing{})
	another := func(by *staff.Member, roles ...staff.Role) (r approval.Route, err error) {
		err = o.db.Read(context.Background(), by.Actor(), func(tx *pg.Tx) error {
			r, err = approval.SomeoneElse(context.Background(), tx, by, "您复核合规设置", roles...)
			return err
		})
		return r, err
	}
	if r, err := another(o.people.Compliance1, staff.Risk); err != nil || r.ApproverID != o.people.Risk1.ID || r.Because != "您复核合规设置" {
		t.Errorf("risk control: %+v, %v", r, err)
	}
	if _, err := another(o.people.Compliance1, staff.Compliance); fault.KindOf(err) != fault.Conflict {
		t.Errorf("the only compliance officer: %v, want Conflict", err)
	}
	o.submit(o.people.Supervisor1)
	if r, err := another(o.people.Risk1, staff.Supervisor); err != nil || r.ApproverID != o.people.Supervisor2.ID {
		t.Errorf("with one decision waiting for supervisor1: %+v, %v, want supervisor2", r, err)
	}
}
