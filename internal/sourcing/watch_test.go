package sourcing

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// folder is a watched folder of a test.
type folder struct {
	*world
	dir   string
	watch *watcher
}

func newFolder(t *testing.T, still time.Duration) *folder {
	t.Helper()
	w := newWorld(t, 0)
	w.db.MustExec(`INSERT INTO source_system (code, name) VALUES ('crm', '客户关系系统'), ('core', '核心')`)
	dir := t.TempDir()
	return &folder{world: w, dir: dir, watch: w.watcher(dir, still)}
}

func (f *folder) put(name, body string) {
	f.t.Helper()
	if err := os.WriteFile(filepath.Join(f.dir, name), []byte(body), 0o644); err != nil {
		f.t.Fatal(err)
	}
}

// scan looks into the folder and runs what is queued.
func (f *folder) scan() {
	f.t.Helper()
	ctx := context.Background()
	if err := f.watch.scan(ctx); err != nil {
		f.t.Fatal(err)
	}
	for {
		name := workerName()
		j, err := f.claim(ctx, name)
		if err != nil {
			f.t.Fatal(err)
		}
		if j == nil {
			return
		}
		f.run(ctx, j, name, nil)
	}
}

// holds lists the files of a part of the folder, without their time, and the
// text of the reports.
func (f *folder) holds(part string) (names []string, reports string) {
	f.t.Helper()
	entries, err := os.ReadDir(filepath.Join(f.dir, part))
	if err != nil {
		f.t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".report.txt") {
			b, err := os.ReadFile(filepath.Join(f.dir, part, e.Name()))
			if err != nil {
				f.t.Fatal(err)
			}
			reports += string(b)
		} else if !e.IsDir() {
			_, name, _ := strings.Cut(e.Name()+"", "-")
			_, name, _ = strings.Cut(name, "-")
			names = append(names, name)
		}
	}
	return names, reports
}

const watched = "crm.customers.20261123.csv"

func TestAFileOfTheFolderIsImportedOnce(t *testing.T) {
	t.Parallel()
	f := newFolder(t, 0)
	const body = "客户号,姓名,手机\nA1,何川,13800001111\nA2,顾明远,电话\n"
	f.put(watched, body)
	f.scan() // begins and runs it
	f.scan() // puts it away
	done, report := f.holds("done")
	if len(done) != 1 || done[0] != watched || !strings.Contains(report, "新增 1") || !strings.Contains(report, "手机：不是有效的电话号码，1 行（第 3 行）") {
		t.Fatalf("done %v, report %q", done, report)
	}
	if strings.Contains(report, "13800001111") || strings.Contains(report, "顾明远") {
		t.Error("the report holds a value")
	}
	f.put(watched, body)
	f.put("crm.auto.again.csv", body)
	f.watch = f.watcher(f.dir, 0) // as after a restart
	f.scan()
	f.scan()
	if done, _ := f.holds("done"); len(done) != 3 {
		t.Errorf("done %v", done)
	}
	if n := f.db.QueryInt(`SELECT count(*) FROM import_job WHERE via = 'folder'`); n != 1 {
		t.Errorf("%d imports of the same bytes", n)
	}
}

func TestARestartForgetsNoFile(t *testing.T) {
	t.Parallel()
	f := newFolder(t, 0)
	f.put(watched, "客户号,姓名\nA1,何川\n")
	if err := f.watch.scan(context.Background()); err != nil { // queued, and then the process dies
		t.Fatal(err)
	}
	f.watch = f.watcher(f.dir, 0)
	f.scan()
	f.scan()
	if done, _ := f.holds("done"); len(done) != 1 {
		t.Errorf("done %v", done)
	}
	if n := f.db.QueryInt(`SELECT count(*) FROM import_job`); n != 1 {
		t.Errorf("%d imports", n)
	}
}

func TestAFileIsTakenOnceItIsComplete(t *testing.T) {
	t.Parallel()
	f := newFolder(t, time.Hour)
	f.put(watched, "客户号,姓名\nA1,")
	f.scan()
	f.put(watched, "客户号,姓名\nA1,何川\n")
	f.scan()
	if n := f.db.QueryInt(`SELECT count(*) FROM import_job`); n != 0 {
		t.Fatal("a file that is still being written was taken")
	}
	f.put(watched+marker, "")
	f.scan()
	f.scan()
	if done, _ := f.holds("done"); len(done) != 1 {
		t.Errorf("done %v", done)
	}
	if left, _ := f.holds("."); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}

func TestWhatTheFolderRefuses(t *testing.T) {
	t.Parallel()
	f := newFolder(t, 0)
	outside := filepath.Join(t.TempDir(), "secret.csv")
	if err := os.WriteFile(outside, []byte("客户号,姓名\nA1,何川\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(f.dir, "crm.customers.link.csv")); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(f.dir, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	f.put("sub/crm.customers.csv", "客户号,姓名\nA1,何川\n")
	f.put("whatever.csv", "客户号,姓名\nA1,何川\n")
	f.put("nosuch.customers.csv", "客户号,姓名\nA1,何川\n")
	f.put("crm.nosuch.csv", "客户号,姓名\nA1,何川\n")
	f.put("crm.customers.c3.csv", "客户号,姓名,密码\nA1,何川,1\n")
	f.put("crm.customers.bad.csv", "客户号,姓名\n")
	f.scan()
	f.scan()
	failed, report := f.holds("failed")
	if len(failed) != 6 {
		t.Errorf("failed %v", failed)
	}
	for _, want := range []string{"可能是链接", "看不懂文件名", "没有这个数据来源", "没有名为「nosuch」的映射", "C3", "只有表头"} {
		if !strings.Contains(report, want) {
			t.Errorf("no report says %q:\n%s", want, report)
		}
	}
	if b, err := os.ReadFile(outside); err != nil || len(b) == 0 {
		t.Errorf("the file outside: %v", err)
	}
	if n := f.db.QueryInt(`SELECT count(*) FROM customer`); n != 0 {
		t.Errorf("%d customers", n)
	}
	list, err := f.Alarms(context.Background(), staff.Program())
	if err != nil || len(list) != 6 {
		t.Errorf("%d alarms, %v", len(list), err)
	}
	err = f.db.InTx(context.Background(), pg.Actor(0), func(tx *pg.Tx) error {
		_, err := tx.Exec(context.Background(), `INSERT INTO folder_alarm (file_name, reason) VALUES ('x', 'y')`)
		return err
	})
	if err == nil {
		t.Error("anybody raises alarms")
	}
	f.db.Advance(31 * 24 * time.Hour)
	if err := f.expire(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := f.db.QueryInt(`SELECT count(*) FROM folder_alarm`); n != 0 {
		t.Errorf("%d alarms are kept", n)
	}
}

func TestAFileThatFailedMayComeAgain(t *testing.T) {
	t.Parallel()
	f := newFolder(t, 0)
	f.put("crm.customers.csv", "客户号,姓名\nA1,何川\n")
	f.db.MustExec(`DELETE FROM branch`)
	f.watch.in = f.Intake
	if err := f.watch.scan(context.Background()); err != nil {
		t.Logf("without a branch: %v", err) // it is tried again, not lost
	}
	f.db.MustExec(`INSERT INTO branch (code, name, kind) VALUES ('000', '演示银行总行', 'head')`)
	f.scan()
	f.scan()
	if done, _ := f.holds("done"); len(done) != 1 {
		t.Errorf("done %v", done)
	}
}
