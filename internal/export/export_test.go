package export_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lib/pq"
	"github.com/xuri/excelize/v2"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/customer"
	"liuhen/internal/export"
	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/pgtest"
	"liuhen/internal/seal"
	"liuhen/internal/sheet"
	"liuhen/internal/staff"
)

const reason = "支行季度回访排班，需按名单分派给各位经理，工单 88131。"

type counter struct {
	t      *testing.T
	ctx    context.Context
	db     *pgtest.DB
	people fixture.Staff
	desk   *export.Desk
	access *access.Desk
	engine *approval.Engine
	nos    []string
}

func newCounter(t *testing.T) counter {
	t.Helper()
	db := pgtest.New(t)
	policies := access.NewPolicies(db.DB)
	c := counter{
		t: t, ctx: context.Background(), db: db, people: fixture.People(t, db),
		desk: export.NewDesk(db.DB, customer.NewBook(db.DB, seal.NewSearchKey())), access: access.NewDesk(db.DB, policies),
		engine: approval.NewEngine(db.DB, map[approval.Kind]approval.Effect{
			approval.Export: export.Effect{}, access.Kind: access.NewOpening(policies),
		}),
	}
	for i := range 3 {
		_, no := fixture.Customer(t, db, fixture.File{
			Name: "=顾" + string(rune('一'+i)), Manager: c.people.Manager1, Grade: 3, AssetBand: 4, Mobile: fmt.Sprintf("1391234000%d", i), Email: fmt.Sprintf("secret%d@x.example", i),
			Certificate: fmt.Sprintf("31010119900101000%d", i), AccountNo: fmt.Sprintf("62220000%d", i), Balance: "1.00", Holding: "密藏基金",
		})
		c.nos = append(c.nos, no)
	}
	fixture.Customer(t, db, fixture.File{Name: "别人的客户", Manager: c.people.Manager2, Mobile: "13900000009"})
	return c
}

func ask(groups ...customer.Group) export.Ask {
	return export.Ask{Groups: groups, Format: sheet.CSV, Purpose: access.Service, Reason: reason}
}

func (c counter) submit(by *staff.Member, a export.Ask) int64 {
	c.t.Helper()
	id, err := c.desk.Submit(c.ctx, by, a)
	if err != nil {
		c.t.Fatalf("submit: %v", err)
	}
	return id
}

func (c counter) approve(by *staff.Member, id int64) {
	c.t.Helper()
	if err := c.engine.Decide(c.ctx, by, id, approval.Verdict{Verb: approval.Approve, Comment: "已核实"}); err != nil {
		c.t.Fatalf("approve: %v", err)
	}
}

// open gives manager1 a grant for the customer's group.
func (c counter) open(no string, g access.Group) {
	c.t.Helper()
	o, err := c.access.Request(c.ctx, c.people.Manager1, no, access.Ask{Groups: []access.Group{g}, Purpose: access.Service, Reason: reason, Minutes: 30})
	if err != nil {
		c.t.Fatal(err)
	}
	c.approve(c.people.Supervisor1, o.ApprovalID)
}

func must(t *testing.T, err error, kind fault.Kind, part string) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind || !strings.Contains(err.Error(), part) {
		t.Errorf("error = %v (%v), want %v with %q", err, fault.KindOf(err), kind, part)
	}
}

func TestAnExportNeedsTwoAndShowsWhatIsGranted(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	c.open(c.nos[1], access.Contact)
	id := c.submit(by, ask(customer.ContactGroup, customer.IdentityGroup, customer.AssetsGroup))
	_, err := c.desk.Fetch(c.ctx, by, id)
	must(t, err, fault.Conflict, "还没有批准")
	c.approve(c.people.Supervisor1, id)
	_, err = c.desk.Fetch(c.ctx, by, id)
	must(t, err, fault.Conflict, "还没有批准")
	c.approve(c.people.Compliance1, id)
	_, err = c.desk.Fetch(c.ctx, c.people.Supervisor1, id)
	must(t, err, fault.NotFound, "没有这件导出")
	m, err := c.desk.Fetch(c.ctx, by, id)
	if err != nil {
		t.Fatal(err)
	}
	text := string(m.Bytes)
	for _, want := range []string{"\ufeff", "13912340001", "secret1@x.example", "林悦（3001）", fmt.Sprintf("审批编号 %d", id), "'=顾一", "共 3 位客户，到此为止", "未授权"} {
		if !strings.Contains(text, want) {
			t.Errorf("the file lacks %q:\n%s", want, text)
		}
	}
	for _, hidden := range []string{"13912340000", "13912340002", "secret0", "3101011990", "密藏", "别人的客户", ",=顾"} {
		if strings.Contains(text, hidden) {
			t.Errorf("the file holds %q", hidden)
		}
	}
	if n := c.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'customer.revealed' AND customer_no = $1 AND groups = '{contact}'`, c.nos[1]); n != 1 {
		t.Errorf("%d reveals on the trail, want 1", n)
	}
	for _, action := range []string{"export.requested", "export.downloaded"} {
		if n := c.db.QueryInt(`SELECT count(*) FROM trail WHERE action = $1 AND approval_id = $2`, action, id); n != 1 {
			t.Errorf("%d lines of %s", n, action)
		}
	}
	o, err := c.desk.Verify(c.ctx, c.people.Auditor1, strings.ToUpper(m.SHA256))
	if err != nil || o.ApprovalID != id || o.StaffName != "林悦" || o.File.Rows != 3 || int(o.File.Bytes) != len(m.Bytes) {
		t.Errorf("verified %+v, %v", o, err)
	}
	_, err = c.desk.Verify(c.ctx, by, strings.Repeat("0", 64))
	must(t, err, fault.NotFound, "改动过")
	_, err = c.desk.Verify(c.ctx, by, "xyz")
	must(t, err, fault.Invalid, "64 位")
}

func TestAnExportIsFetchedThreeTimesWithinADay(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	a := ask()
	a.Format = sheet.XLSX
	approved := func() int64 {
		id := c.submit(by, a)
		c.approve(c.people.Supervisor1, id)
		c.approve(c.people.Compliance1, id)
		return id
	}
	thrice, late := approved(), approved()
	for range export.MaxFiles {
		m, err := c.desk.Fetch(c.ctx, by, thrice)
		if err != nil {
			t.Fatal(err)
		}
		book, err := excelize.OpenReader(bytes.NewReader(m.Bytes))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := book.GetRows("Sheet1")
		if err != nil || len(rows) != 6 || !strings.Contains(rows[0][0], "严禁外传") {
			t.Errorf("%d rows, %v: %q", len(rows), err, rows)
		}
	}
	_, err := c.desk.Fetch(c.ctx, by, thrice)
	must(t, err, fault.Conflict, "已经下载 3 次")
	c.db.Advance(25 * time.Hour)
	_, err = c.desk.Fetch(c.ctx, by, late)
	must(t, err, fault.Conflict, "24 小时")
	list, err := c.desk.List(c.ctx, by)
	if err != nil || len(list) != 2 || len(list[1].Files) != 3 || list[0].Ready {
		t.Errorf("list %+v, %v", list, err)
	}
	for who, n := range map[*staff.Member]int{c.people.Manager2: 0, c.people.Supervisor1: 0, c.people.Compliance1: 2} {
		if list, err := c.desk.List(c.ctx, who); err != nil || len(list) != n {
			t.Errorf("%s lists %d, %v, want %d", who.Username, len(list), err, n)
		}
	}
}

func TestWhatMayNotBeExported(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	with := func(change func(*export.Ask)) export.Ask {
		a := ask()
		change(&a)
		return a
	}
	tests := []struct {
		name string
		by   *staff.Member
		ask  export.Ask
		kind fault.Kind
		part string
	}{
		{"junk", c.people.Manager1, with(func(a *export.Ask) { a.Reason = "工作需要工作需要工作需要" }), fault.Invalid, "事由"},
		{"transactions", c.people.Manager1, ask(customer.TransactionsGroup), fault.Invalid, "信息分组"},
		{"an unknown format", c.people.Manager1, with(func(a *export.Ask) { a.Format = "pdf" }), fault.Invalid, "格式"},
		{"an unknown purpose", c.people.Manager1, with(func(a *export.Ask) { a.Purpose = "fun" }), fault.Invalid, "用途"},
		{"nobody", c.people.Newbie, ask(), fault.Invalid, "没有符合条件"},
		{"by a whole mobile number", c.people.Manager1, with(func(a *export.Ask) { a.Query.Q = "13912340001" }), fault.Invalid, "完整号码"},
		{"an administrator", c.people.Admin1, ask(), fault.Forbidden, "您的角色"},
		{"an auditor", c.people.Auditor1, ask(), fault.Forbidden, "您的角色"},
	}
	for _, tt := range tests {
		_, err := c.desk.Submit(c.ctx, tt.by, tt.ask)
		t.Run(tt.name, func(t *testing.T) { must(t, err, tt.kind, tt.part) })
	}
	if n := c.db.QueryInt(`SELECT count(*) FROM approval`); n != 0 {
		t.Errorf("%d requests were kept", n)
	}
}

func TestDirectSQLMakesNoExport(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	pending := c.submit(c.people.Manager1, ask())
	approved := c.submit(c.people.Manager1, ask())
	c.approve(c.people.Supervisor1, approved)
	c.approve(c.people.Compliance1, approved)
	file := func(id int64) string {
		return fmt.Sprintf(`INSERT INTO export_file (approval_id, sha256, rows, bytes) VALUES (%d, repeat('a', 64), 1, 1)`, id)
	}
	tests := []struct {
		name string
		by   *staff.Member
		sql  string
	}{
		{"a file before the approval", c.people.Manager1, file(pending)},
		{"a file of another's export", c.people.Manager2, file(approved)},
		{"a file of the past", c.people.Manager1, fmt.Sprintf(`INSERT INTO export_file (approval_id, sha256, rows, bytes, made_at) VALUES (%d, repeat('a', 64), 1, 1, now() - interval '1 day')`, approved)},
		{"a fourth file", c.people.Manager1, strings.Repeat(file(approved)+";", 4)},
		{"another hash", c.people.Manager1, file(approved) + `; UPDATE export_file SET sha256 = repeat('b', 64)`},
		{"a file forgotten", c.people.Manager1, file(approved) + `; DELETE FROM export_file`},
		{"more columns after the approval", c.people.Manager1, fmt.Sprintf(`UPDATE export_request SET groups = '{contact}' WHERE approval_id = %d`, approved)},
		{"another list after the approval", c.people.Manager1, fmt.Sprintf(`UPDATE export_request SET query = '{}' WHERE approval_id = %d`, approved)},
		{"a request for another's approval", c.people.Manager2, fmt.Sprintf(`INSERT INTO export_request (approval_id, query, groups, format, purpose, reason, found) VALUES (%d, '{}', '{}', 'csv', 'service', repeat('x', 10), 1)`, pending)},
	}
	for _, tt := range tests {
		err := c.db.InTx(c.ctx, tt.by.Actor(), func(tx *pg.Tx) error {
			_, err := tx.Exec(c.ctx, tt.sql)
			return err
		})
		if pq.As(err) == nil {
			t.Errorf("%s: %v, want it refused by the database", tt.name, err)
		}
	}
	err := c.db.InTx(c.ctx, c.people.Manager1.Actor(), func(tx *pg.Tx) error {
		_, err := tx.Exec(c.ctx, strings.Repeat(file(approved)+";", 3))
		return err
	})
	if err != nil {
		t.Errorf("the three that are allowed are refused: %v", err)
	}
}

func TestFilesShowOnlyWhatIsGrantedWhenTheyAreMade(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	a := ask(customer.ContactGroup, customer.IdentityGroup, customer.AssetsGroup, customer.TransactionsGroup)
	a.Customers = []string{c.nos[1], c.nos[0], c.nos[1]}
	id := c.submit(by, a)
	if n := c.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'export.requested' AND approval_id = $1 AND customer_id IS NOT NULL`, id); n != 2 {
		t.Errorf("%d lines on the trail, want one a customer", n)
	}
	c.approve(c.people.Supervisor1, id)
	c.open(c.nos[1], access.Assets)
	_, err := c.desk.Fetch(c.ctx, by, id)
	must(t, err, fault.Conflict, "还没有批准")
	c.approve(c.people.Compliance1, id)
	m, err := c.desk.Fetch(c.ctx, by, id)
	if err != nil {
		t.Fatal(err)
	}
	text := string(m.Bytes)
	for _, want := range []string{"622200001", "密藏基金", c.nos[1] + ",'=顾丁,资产", c.nos[0] + ",'=顾一,资产,,,未授权", c.nos[1] + ",'=顾丁,证件,,,未授权", "林悦（3001）", fmt.Sprintf("审批编号 %d", id)} {
		if !strings.Contains(text, want) {
			t.Errorf("the file lacks %q:\n%s", want, text)
		}
	}
	for _, hidden := range []string{"622200000", "1391234000", "secret", "3101011990", ",=顾"} {
		if strings.Contains(text, hidden) {
			t.Errorf("the file holds %q", hidden)
		}
	}
	if n := c.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'customer.revealed' AND customer_no = $1 AND groups = '{assets}'`, c.nos[1]); n != 1 {
		t.Errorf("%d reveals on the trail, want 1", n)
	}
	if o, err := c.desk.Verify(c.ctx, c.people.Auditor1, m.SHA256); err != nil || !o.Filed || o.ApprovalID != id {
		t.Errorf("verified %+v, %v", o, err)
	}
	c.db.Advance(31 * time.Minute)
	_, err = c.desk.Fetch(c.ctx, by, id)
	must(t, err, fault.Conflict, "没有生效的调阅授权")
	c.db.MustExec(`UPDATE customer SET manager_id = $1 WHERE no = $2`, c.people.Newbie.ID, c.nos[0])
	_, err = c.desk.Fetch(c.ctx, by, id)
	must(t, err, fault.Conflict, "已不在您的服务范围内")
}

func TestWhatFilesMayNotBeExported(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	with := func(change func(*export.Ask)) export.Ask {
		a := ask(customer.AssetsGroup)
		a.Customers = c.nos[:2]
		change(&a)
		return a
	}
	_, others := fixture.Customer(t, c.db, fixture.File{Manager: c.people.Manager2})
	many := make([]string, export.MaxCustomers+1)
	for i := range many {
		many[i] = fmt.Sprintf("%08d", 20000000+i)
	}
	tests := []struct {
		name string
		ask  export.Ask
		kind fault.Kind
		part string
	}{
		{"no group", with(func(a *export.Ask) { a.Groups = nil }), fault.Invalid, "信息分组"},
		{"an unknown group", with(func(a *export.Ask) { a.Groups = []customer.Group{"basic"} }), fault.Invalid, "信息分组"},
		{"somebody else's", with(func(a *export.Ask) { a.Customers = []string{c.nos[0], others} }), fault.NotFound, "服务范围"},
		{"no number", with(func(a *export.Ask) { a.Customers = []string{"\xff"} }), fault.NotFound, "服务范围"},
		{"too many", with(func(a *export.Ask) { a.Customers = many }), fault.Invalid, "最多导出 20 位"},
		{"junk", with(func(a *export.Ask) { a.Reason = "看一下" }), fault.Invalid, "事由"},
	}
	for _, tt := range tests {
		_, err := c.desk.Submit(c.ctx, c.people.Manager1, tt.ask)
		t.Run(tt.name, func(t *testing.T) { must(t, err, tt.kind, tt.part) })
	}
	for name, sql := range map[string]string{
		"transactions of a list": `'{}', NULL, '{transactions}', 'csv', 'service', repeat('x', 10), 1`,
		"files without groups":   `'{}', '{1}', '{}', 'csv', 'service', repeat('x', 10), 1`,
		"more than were counted": `'{}', '{1,2}', '{assets}', 'csv', 'service', repeat('x', 10), 1`,
	} {
		_, err := c.db.Owner.Exec(`SET session_replication_role = replica; INSERT INTO export_request (approval_id, query, customers, groups, format, purpose, reason, found) VALUES (1, ` + sql + `)`)
		if pq.As(err) == nil {
			t.Errorf("%s: %v, want it refused by the database", name, err)
		}
	}
}
