package sourcing

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"liuhen/internal/chore"
	"liuhen/internal/pg"
	"liuhen/internal/pgtest"
	"liuhen/internal/seal"
	"liuhen/internal/staff"
)

// helper is another process that imports a file in small chunks and prints a
// line for each, so that a test can kill it half-way.
func helper() {
	ctx := context.Background()
	key, err := pg.ParseActorKey(os.Getenv("SOURCING_KEY"))
	if err != nil {
		panic(err)
	}
	db, err := pg.Open(ctx, os.Getenv("SOURCING_HELPER"), key)
	if err != nil {
		panic(err)
	}
	in, err := NewIntake(db, seal.SearchKey(searchKey), os.Getenv("SOURCING_DIR"), slog.New(slog.DiscardHandler))
	if err != nil {
		panic(err)
	}
	in.rows = 200
	_, err = in.RunNow(ctx, staff.Program(), Upload{Mapping: "berka-clients", FileName: "client.csv", Body: os.Stdin}, func(j *Job) { fmt.Println(j.RowsDone) })
	if err != nil {
		panic(err)
	}
}

// digest is what an import of clients leaves, without numbers that depend on
// the order of events.
func digest(db *pgtest.DB) int64 {
	return db.QueryInt(`
		SELECT ('x' || left(md5(string_agg(concat_ws('|', s.external_no, c.name, c.pinyin, c.gender, c.birth_band, c.residence,
			c.certificate_mask, encode(c.certificate_token, 'hex'), d.number, d.birth_date, k.block), E'\n' ORDER BY s.external_no, k.block)), 15))::bit(60)::bigint
		FROM customer AS c
		JOIN customer_source AS s ON s.customer_id = c.id
		JOIN identity_document AS d ON d.customer_id = c.id
		JOIN customer_block AS k ON k.customer_id = c.id`)
}

func TestAKilledImportGoesOnAndEndsAsIfNothingHadHappened(t *testing.T) {
	t.Parallel()
	body := file(t, "berka/client.csv")
	calm := newWorld(t, 0)
	calm.wantDone(calm.take("berka-clients", body), 4036, 0, 0, 0)

	w := newWorld(t, 200)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "SOURCING_HELPER="+pgtest.AppDSN(w.db), "SOURCING_KEY="+w.db.Key.String(), "SOURCING_DIR="+w.dir)
	cmd.Stdin = bytes.NewReader(body)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for range 4 {
		if !lines.Scan() {
			t.Fatal("the other process did not get anywhere")
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	killed := time.Now()

	ctx, stop := context.WithCancel(context.Background())
	var work sync.WaitGroup
	other := intakeOn(t, w.db, w.dir, 200)
	for _, in := range []*Intake{w.Intake, other} { // two processes: only one may go on with it
		work.Go(func() { chore.RunAll(ctx, in.log, in.Chores("")...) })
	}
	defer work.Wait()
	defer stop()
	j := w.await(1, 90*time.Second, func(j *Job) bool { return j.State.Over() })
	w.wantDone(j, 4036, 0, 0, 0)
	if j.Attempts < 1 {
		t.Errorf("%d attempts", j.Attempts)
	}
	t.Logf("went on and ended %.1f s after the kill", time.Since(killed).Seconds())
	if got, want := digest(w.db), digest(calm.db); got != want {
		t.Error("the result differs from that of an undisturbed run")
	}
	for _, table := range []string{"customer", "identity_document", "customer_source", "import_reject", "value_history"} {
		if got, want := w.db.QueryInt("SELECT count(*) FROM "+table), calm.db.QueryInt("SELECT count(*) FROM "+table); got != want {
			t.Errorf("%s has %d rows, want %d", table, got, want)
		}
	}
	if _, err := os.Stat(w.path(j.ID)); !os.IsNotExist(err) {
		t.Errorf("the file is still there: %v", err)
	}
}

// await polls an import until it is as wanted.
func (w *world) await(id int64, limit time.Duration, is func(*Job) bool) *Job {
	w.t.Helper()
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		r, err := w.Job(context.Background(), staff.Program(), id)
		if err != nil {
			w.t.Fatal(err)
		}
		if is(&r.Job) {
			return &r.Job
		}
	}
	w.t.Fatal("the import did not get there")
	return nil
}

func TestALostLeaseCannotWriteIntoTheRunOfAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	chunks := 0
	j, err := w.RunNow(context.Background(), staff.Program(), Upload{Mapping: "customers", FileName: "x.csv", Body: strings.NewReader("客户号,姓名\nA1,甲\nA2,乙\nA3,丙\n")},
		func(*Job) {
			if chunks++; chunks == 1 {
				w.db.MustExec(`UPDATE import_job SET worker = 'somebody else'`)
			}
		})
	if err == nil {
		t.Fatalf("the run ended as %+v", j)
	}
	if n := w.db.QueryInt(`SELECT rows_done FROM import_job`); n != 1 || w.db.QueryInt(`SELECT count(*) FROM customer`) != 1 {
		t.Errorf("%d rows were done by the run that had lost its lease", n)
	}
}

func TestCancelLeavesWholeChunks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	ctx := context.Background()
	body := "客户号,姓名\nA1,甲\nA2,乙\nA3,丙\nA4,丁\nA5,戊\nA6,己\nA7,庚\n"
	var cancelled error
	j, err := w.RunNow(ctx, staff.Program(), Upload{Mapping: "customers", FileName: "x.csv", Body: strings.NewReader(body)}, func(j *Job) {
		if j.RowsDone == 3 { // a chunk of one row and one of two
			cancelled = w.Cancel(ctx, staff.Program(), j.ID)
		}
	})
	if err != nil || cancelled != nil || j.State != Cancelled {
		t.Fatalf("%+v %v %v", j, err, cancelled)
	}
	done := w.db.QueryInt(`SELECT count(*) FROM customer`)
	if done != j.RowsDone || done%2 != 1 || done >= 7 {
		t.Errorf("%d customers, %d rows done", done, j.RowsDone)
	}
	if err := w.Cancel(ctx, staff.Program(), j.ID); err == nil {
		t.Error("an ended import was cancelled")
	}
	queued, err := w.Start(ctx, staff.Program(), Upload{Mapping: "customers", FileName: "x.csv", Body: strings.NewReader(body)})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Cancel(ctx, staff.Program(), queued.ID); err != nil {
		t.Fatal(err)
	}
	if r, err := w.Job(ctx, staff.Program(), queued.ID); err != nil || r.State != Cancelled {
		t.Errorf("%+v %v", r, err)
	}
}

func TestAStoppedProcessHandsItsImportOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	ctx, stop := context.WithCancel(context.Background())
	j, err := w.Start(ctx, staff.Program(), Upload{Mapping: "customers", FileName: "x.csv", Body: strings.NewReader("客户号,姓名\n" + strings.Repeat("A1,甲\n", 60))})
	if err != nil {
		t.Fatal(err)
	}
	first := make(chan bool)
	go func() { chore.RunAll(ctx, w.log, w.Chores("")...); first <- true }()
	w.await(j.ID, 30*time.Second, func(j *Job) bool { return j.RowsDone > 0 })
	stop()
	<-first
	if r := w.await(j.ID, time.Second, func(*Job) bool { return true }); r.State != Queued && r.State != Done {
		t.Errorf("left as %s", r.State)
	}
	ctx, stop = context.WithCancel(context.Background())
	defer stop()
	go func() { chore.RunAll(ctx, w.log, w.Chores("")...); first <- true }()
	w.wantDone(w.await(j.ID, 60*time.Second, func(j *Job) bool { return j.State.Over() }), 1, 0, 59, 0)
	stop()
	<-first
}
