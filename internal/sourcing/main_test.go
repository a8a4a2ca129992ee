package sourcing

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"liuhen/internal/pgtest"
	"liuhen/internal/realdata"
	"liuhen/internal/seal"
	"liuhen/internal/staff"
)

func TestMain(m *testing.M) {
	if os.Getenv("SOURCING_HELPER") != "" {
		helper()
		return
	}
	pgtest.Main(m)
}

// searchKey is the same in every process of a test.
const searchKey = "0123456789abcdef0123456789abcdef"

// world is a database with a head office, and an intake on it.
type world struct {
	*Intake
	db *pgtest.DB
	t  testing.TB
}

func newWorld(t testing.TB, rows int) *world {
	t.Helper()
	db := pgtest.New(t)
	db.MustExec(`INSERT INTO branch (code, name, kind) VALUES ('000', '演示银行总行', 'head')`)
	return &world{Intake: intakeOn(t, db, t.TempDir(), rows), db: db, t: t}
}

func intakeOn(t testing.TB, db *pgtest.DB, dir string, rows int) *Intake {
	t.Helper()
	in, err := NewIntake(db.DB, seal.SearchKey(searchKey), dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if rows > 0 {
		in.rows = int64(rows)
	}
	return in
}

// file opens a file of the real data.
func file(t testing.TB, name string) []byte {
	t.Helper()
	return realdata.Read(t, "bank", filepath.FromSlash(name))
}

// take imports a file to its end.
func (w *world) take(mapping string, body []byte) *Job {
	w.t.Helper()
	j, err := w.RunNow(context.Background(), staff.Program(), Upload{Mapping: mapping, FileName: mapping + ".csv", Body: bytes.NewReader(body)}, nil)
	if err != nil {
		w.t.Fatalf("import %s: %v", mapping, err)
	}
	return j
}

// takeText is take for lines written in a test.
func (w *world) takeText(mapping string, lines ...string) *Job {
	w.t.Helper()
	return w.take(mapping, []byte(strings.Join(lines, "\n")+"\n"))
}

// wantDone checks the counts of an ended import.
func (w *world) wantDone(j *Job, accepted, changed, unchanged, rejected int64) {
	w.t.Helper()
	want := Counts{Accepted: accepted, Changed: changed, Unchanged: unchanged, Rejected: rejected}
	if j.State != Done || j.Counts != want {
		w.t.Errorf("import %s: %s %q %+v, want done %+v", j.Mapping, j.State, j.Error, j.Counts, want)
		for i, r := range w.rejects(j.ID) {
			if i < 5 {
				w.t.Logf("rejected %+v", r)
			}
		}
	}
}

func (w *world) rejects(id int64) []Reject {
	w.t.Helper()
	report, err := w.Job(context.Background(), staff.Program(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return report.Rejects
}

// berkaFiles are the files of Berka in the order in which they refer to each
// other, with their rows.
func berkaFiles() []struct {
	mapping, name string
	rows          int64
} {
	return []struct {
		mapping, name string
		rows          int64
	}{
		{"berka-clients", "berka/client.csv", 4036},
		{"berka-accounts", "berka/account.csv", 3391},
		{"berka-dispositions", "berka/disp.csv", 4036},
		{"berka-loans", "berka/loan.csv", 513},
		{"berka-cards", "berka/card.csv", 689},
		{"berka-orders", "berka/order.csv", 4879},
		{"berka-transactions", "berka/trans.csv.gz", 37173},
	}
}
