package staff_test

import (
	"log/slog"
	"testing"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/pgtest"
	"liuhen/internal/seal"
	"liuhen/internal/staff"
)

// discardLog is a log that nobody reads.
func discardLog() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestMain(m *testing.M) { pgtest.Main(m) }

// house is a test institution in which everybody signs in with "liuhen-demo".
type house struct {
	*pgtest.DB
	people   fixture.Staff
	dir      *staff.Directory
	sessions *staff.Sessions
}

func newHouse(t *testing.T) house {
	t.Helper()
	db := pgtest.New(t)
	h := house{DB: db, people: fixture.People(t, db), dir: staff.NewDirectory(db.DB, seal.NewMasterKey()), sessions: staff.NewSessions(db.DB)}
	hash, err := staff.HashPassword("liuhen-demo")
	if err != nil {
		t.Fatal(err)
	}
	err = db.InTx(t.Context(), pg.System, func(tx *pg.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE staff SET password_hash = $1`, hash)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (h house) signIn(t *testing.T, username, password, address string) (*staff.Member, error) {
	t.Helper()
	return h.dir.SignIn(t.Context(), staff.Credentials{Username: username, Password: password, Address: address})
}

// lines counts the lines of the trail with the action and outcome.
func (h house) lines(action string, refused bool) int64 {
	return h.QueryInt(`SELECT count(*) FROM trail WHERE action = $1 AND refused = $2`, action, refused)
}

// wantKind fails t unless err is a fault of the kind.
func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind || fault.As(err) == nil {
		t.Fatalf("error is %v, want one of kind %v", err, kind)
	}
}

func TestManagingPeopleIsThePermissionOfAuthz(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, by := range append(h.people.All(), staff.Program()) {
		_, err := h.dir.List(t.Context(), by, staff.Filter{})
		if want := authz.Check(by, authz.ManageStaff) == nil; (err == nil) != want {
			t.Errorf("%s lists people: %v", by.Role, err)
		}
	}
}
