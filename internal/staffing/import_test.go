package staffing_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/sheet"
	"liuhen/internal/staff"
	"liuhen/internal/staffing"
)

const rosterHead = "工号,姓名,用户名,角色,机构,上级\n"

// takes sends a file and returns it as it is judged.
func (h house) takes(t *testing.T, file string) staffing.Roll {
	t.Helper()
	id, err := h.office.TakeRoll(t.Context(), h.people.Admin1, "people.csv", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	r, err := h.office.Roll(t.Context(), h.people.Admin1, id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEachRowIsJudged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.MustExec(`UPDATE staff SET disabled_at = now() WHERE no = '2002'`)
	rows := []struct{ row, want string }{
		{"5001,甲一,jia1,客户经理,101,2001", "new "},
		{"５００２,乙二,YI2,manager,静安支行,2001", "new "},
		{"5003,丙三,bing3,主管,102,9001", "second 主管须另一人复核，同意后生效。"},
		{"5004,丁四,ding4,客户经理,102,5003", "later 上级 5003 在第 4 行，还没有生效；复核同意后再导入一次这个文件。"},
		{"3001,林悦,manager1,客户经理,101,2001", "there "},
		{"3003,陈新,newbie,主管,102,9001", "there 与文件不同：角色现为客户经理，机构现为静安支行，上级现为 2001。导入不改动已有人员，请到其页面变更。"},
		{"3002,何山,heshan,客户经理,102,2001", "工号：这个工号已属于何川（manager2）。"},
		{"5005,戊五,manager1,客户经理,101,2001", "用户名：这个用户名已有人使用（工号 3001）。"},
		{"5001,己六,ji6,客户经理,101,2001", "工号：与第 2 行重复。"},
		{"5006,庚七,jia1,客户经理,101,2001", "用户名：与第 2 行重复。"},
		{"12,辛八,xin8,柜员,999,2001", "工号：工号是 4 到 8 位数字。|角色：没有这个角色。可填客户经理、主管、风控、合规、管理员、审计。|机构：没有这个机构，或已撤销。填机构代码或名称。"},
		{"5007,壬九,ren9,客户经理,101,", "上级：客户经理须有上级，否则调阅申请无人审批。"},
		{"5008,癸十,gui10,客户经理,101,7777", "上级：没有工号 7777 的人。"},
		{"5009,子一,zi1,客户经理,101,3001", "上级：上级须为主管、风控或合规，林悦是客户经理。"},
		{"5010,丑二,chou2,客户经理,101,2002", "上级：吴主管已停用，不能作上级。"},
		{"5011,寅三,yin3,主管,101,5012", "上级：上下级成环：5011 → 5012 → 5011。"},
		{"5012,卯四,mao4,主管,101,5011", "上级：上下级成环：5012 → 5011 → 5012。"},
		{"5013,辰五,chen5,客户经理,101,12", "上级：上级填工号，4 到 8 位数字。"},
		{"5014,巳六,si6,客户经理,101,5001", "上级：上级须为主管、风控或合规，第 2 行是客户经理。"},
		{"5015,午七,wu7,客户经理,101,5007", "上级：上级 5007 在第 13 行，那一行有问题。"},
		{"5016,\"未八,wei8", "：引号没有闭合。"},
	}
	var file strings.Builder
	file.WriteString(rosterHead)
	for _, r := range rows {
		file.WriteString(r.row + "\n")
	}
	roll := h.takes(t, file.String())
	for i, j := range roll.Rows {
		got := string(j.Standing) + " " + j.Note
		if j.Standing == staffing.StandsRefused {
			var said []string
			for _, p := range j.Problems {
				said = append(said, p.Column+"："+p.Sentence)
			}
			got = strings.Join(said, "|")
		}
		if diff := cmp.Diff(rows[i].want, got); diff != "" {
			t.Errorf("%s: %s", rows[i].row, diff)
		}
	}
}

func TestPeopleComeFromAFileOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, p := t.Context(), h.people
	file := rosterHead + "5001,甲一,jia1,客户经理,101,2001\n5003,丙三,bing3,主管,102,9001\n5004,丁四,ding4,客户经理,102,5003\n12,坏,huai,客户经理,101,2001\n"
	roll := h.takes(t, file)
	done, err := h.office.Import(ctx, p.Admin1, roll.ID)
	if err != nil || done.Created != 1 || len(done.Accounts) != 2 || done.Outcome.Approver != p.Compliance1.Name {
		t.Fatalf("imported %+v, %v", done, err)
	}
	if _, err := h.dir.SignIn(ctx, staff.Credentials{Username: "jia1", Password: done.Accounts[0].Password, Address: "10.0.0.1"}); err != nil {
		t.Errorf("the first password: %v", err)
	}
	if _, err := h.dir.SignIn(ctx, staff.Credentials{Username: "bing3", Password: done.Accounts[1].Password, Address: "10.0.0.1"}); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("who waits signs in: %v", err)
	}
	if n := h.QueryInt(`SELECT count(*) FROM staff WHERE no = '5001' AND must_change_password`); n != 1 {
		t.Error("the first password need not be changed")
	}
	_, err = h.office.Import(ctx, p.Admin1, roll.ID)
	wantKind(t, err, fault.Conflict)

	again := h.takes(t, file)
	if again.Open() || again.Before == nil || again.Count(staffing.StandsThere) != 1 || again.Count(staffing.StandsAsked) != 1 || again.Count(staffing.StandsLater) != 1 {
		t.Errorf("the same file again: %s, before %v", again.Words(), again.Before)
	}
	_, err = h.office.Import(ctx, p.Admin1, again.ID)
	wantKind(t, err, fault.Conflict)

	if err := h.engine.Decide(ctx, p.Compliance1, done.Outcome.Approval, approve()); err != nil {
		t.Fatal(err)
	}
	if _, err := h.dir.SignIn(ctx, staff.Credentials{Username: "bing3", Password: done.Accounts[1].Password, Address: "10.0.0.1"}); err != nil {
		t.Errorf("after the second person: %v", err)
	}
	rest := h.takes(t, file)
	if done, err := h.office.Import(ctx, p.Admin1, rest.ID); err != nil || done.Created != 1 || done.Outcome.Waits() {
		t.Errorf("the rest: %+v, %v", done, err)
	}
	for q, want := range map[string]int64{
		`SELECT count(*) FROM trail WHERE action = 'staff.imported' AND staff_name = '孙管理'`:                                         2,
		`SELECT count(*) FROM trail WHERE action = 'staff.added'`:                                                                   2,
		`SELECT count(*) FROM staff AS s JOIN staff AS u ON u.id = s.superior_id WHERE s.no = '5004' AND u.no = '5003'`:             1,
		`SELECT count(*) FROM staff_import WHERE rows::text LIKE '%` + done.Accounts[0].Password + `%'`:                             0,
		`SELECT count(*) FROM approval WHERE facts::text LIKE '%` + done.Accounts[1].Password + `%' OR facts::text LIKE '%argon2%'`: 0,
		`SELECT count(*) FROM trail WHERE detail LIKE '%` + done.Accounts[0].Password + `%'`:                                        0,
	} {
		if n := h.QueryInt(q); n != want {
			t.Errorf("%s: %d, want %d", q, n, want)
		}
	}
}

// TestAFileOfPeopleAsSystemsWriteIt reads XLSX and GB18030, refuses what is too
// large, and says what is missing.
func TestAFileOfPeopleAsSystemsWriteIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var book bytes.Buffer
	w, err := sheet.New(sheet.XLSX, &book, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]string{{"用户名", "备注", "上级工号", "员工号", "姓名", "机构代码", "岗位"}, {"jia1", "x", "2001", "0501", "甲一", "101", "客户经理"}} {
		if err := w.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(rosterHead + "0501,甲一,jia1,客户经理,静安支行,2001\r\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{"xlsx": book.String(), "gb18030": gb} {
		r := h.takes(t, file)
		if len(r.Rows) != 1 || r.Rows[0].Standing != staffing.StandsNew || r.Rows[0].Person().Name != "甲一" || r.Rows[0].Person().No != "0501" {
			t.Errorf("%s: %+v", name, r.Rows)
		}
	}
	for file, want := range map[string]string{
		"": "文件是空的", "工号,姓名\n1,2\n": "缺少这些列：用户名、角色、机构", rosterHead: "没有人员",
		rosterHead + strings.Repeat("5001,甲,jia,客户经理,101,2001\n", staffing.MaxRosterRows+1): "超过 2000 行",
		strings.Repeat("x", staffing.MaxRoster+1):                                           "超过 2 MB", "\x1f\x8bxx": "先解压", "PK\x03\x04broken": "工作簿打不开",
	} {
		_, err := h.office.TakeRoll(t.Context(), h.people.Admin1, "x", []byte(file))
		if f := fault.As(err); f == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || !strings.Contains(f.Fields[0].Sentence, want) {
			t.Errorf("%.20q: %v, want %q", file, err, want)
		}
	}
	for _, by := range h.people.All() {
		if by.ID == h.people.Admin1.ID {
			continue
		}
		_, err := h.office.TakeRoll(t.Context(), by, "x", []byte(rosterHead))
		wantKind(t, err, fault.Forbidden)
		_, err = h.office.Import(t.Context(), by, 1)
		wantKind(t, err, fault.Forbidden)
	}
}

func TestTheFilesThatAreHandedOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	roll := h.takes(t, rosterHead+"12,=cmd(),jia1,客户经理,101,2001\n5001,乙二,yi2,客户经理,101,2001\n")
	var problems bytes.Buffer
	at := time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)
	if err := roll.WriteProblems(&problems, h.people.Admin1, at); err != nil {
		t.Fatal(err)
	}
	want := "\ufeff行,列,原因,工号,姓名,用户名,角色,机构,上级\r\n2,工号,工号是 4 到 8 位数字。,12,'=cmd(),jia1,客户经理,101,2001\r\n水印：孙管理（9003）2026-11-24 11:00，共 1 行，到此为止\r\n"
	if diff := cmp.Diff(want, problems.String()); diff != "" {
		t.Error(diff)
	}
	done, err := h.office.Import(t.Context(), h.people.Admin1, roll.ID)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := done.WritePasswords(&file, h.people.Admin1, at); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("Sheet1")
	if err != nil || len(rows) != 3 || rows[1][2] != "yi2" || rows[1][5] != done.Accounts[0].Password || !strings.Contains(rows[2][0], "孙管理（9003）") {
		t.Errorf("rows %v, %v", rows, err)
	}
}

// TestFilesOfPeopleAreGuarded tries past the portal what it would not do.
func TestFilesOfPeopleAreGuarded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.people
	h.takes(t, rosterHead+"5001,甲一,jia1,客户经理,101,2001\n")
	as := func(actor pg.Actor, q string, args ...any) error {
		return h.DB.InTx(t.Context(), actor, func(tx *pg.Tx) error {
			n, err := tx.Exec(t.Context(), q, args...)
			if err == nil && n == 0 {
				err = fault.New(fault.NotFound, "nothing")
			}
			return err
		})
	}
	const insert = `INSERT INTO staff_import (staff_id, file_name, sha256, rows) VALUES ($1, 'x', repeat('0', 64), '[1]')`
	for name, err := range map[string]error{
		"in another's name":      as(p.Admin1.Actor(), insert, p.Compliance1.ID),
		"by a supervisor":        as(p.Supervisor1.Actor(), insert, p.Supervisor1.ID),
		"applied in the past":    as(p.Admin1.Actor(), `UPDATE staff_import SET applied_at = now() - interval '1 day', created = 1`),
		"applied without people": as(p.Admin1.Actor(), `UPDATE staff_import SET applied_at = now()`),
		"other rows":             as(p.Admin1.Actor(), `UPDATE staff_import SET rows = '[2]'`),
		"deleted":                as(p.Admin1.Actor(), `DELETE FROM staff_import`),
		"by compliance":          as(p.Compliance1.Actor(), `UPDATE staff_import SET applied_at = now(), created = 1`),
	} {
		if err == nil {
			t.Errorf("%s: not refused", name)
		}
	}
	err := h.DB.Read(t.Context(), p.Compliance1.Actor(), func(tx *pg.Tx) error {
		return seesNone(t.Context(), tx)
	})
	if err != nil {
		t.Error(err)
	}
	if err := as(p.Admin1.Actor(), `UPDATE staff_import SET applied_at = now(), created = 1`); err != nil {
		t.Fatal(err)
	}
	if err := as(p.Admin1.Actor(), `UPDATE staff_import SET applied_at = now(), created = 1`); err == nil {
		t.Error("taken over twice")
	}
}

func seesNone(ctx context.Context, tx *pg.Tx) error {
	var n int
	if err := tx.Get(ctx, &n, `SELECT count(*) FROM staff_import`); err != nil || n == 0 {
		return err
	}
	return fault.New(fault.Internal, "somebody else than an administrator sees the files")
}
