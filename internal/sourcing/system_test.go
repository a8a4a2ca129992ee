package sourcing

import (
	"context"
	"errors"
	"testing"
	"time"

	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/pgtest"
	"liuhen/internal/staff"
)

// staffed is a world with the people of the test institution.
func staffed(t testing.TB) (*world, fixture.Staff) {
	t.Helper()
	db := pgtest.New(t)
	people := fixture.People(t, db)
	return &world{Intake: intakeOn(t, db, t.TempDir(), 0), db: db, t: t}, people
}

func TestASourceIsLateByItsSlowestBlock(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	block := func(hours int) Fresh {
		return Fresh{Block: "basic", SyncedAt: now.Add(-time.Duration(hours) * time.Hour)}
	}
	for name, c := range map[string]struct {
		lag    int
		blocks []Fresh
		want   Health
	}{
		"no alarm":      {0, []Fresh{block(900)}, Unwatched},
		"nothing came":  {24, nil, Silent},
		"in time":       {24, []Fresh{block(1), block(24)}, InTime},
		"one stays out": {24, []Fresh{block(1), block(25)}, Late},
	} {
		s := System{LagHours: c.lag, Blocks: c.blocks, Now: now}
		s.settle()
		if got := s.Health(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestImportsMakeTheirSourceFreshAndTroubleIsShown(t *testing.T) {
	t.Parallel()
	w, people := staffed(t)
	ctx := context.Background()
	w.takeText("customers", "客户号,姓名,手机", "A1,顾明远,13800001111", "A2,,")
	list, err := w.Systems(ctx, people.Admin1)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d sources, %v", len(list), err)
	}
	s := list[0]
	if len(s.Blocks) != 2 || s.Health() != Unwatched || s.Last == nil || s.Trouble == nil || s.Trouble.Rejected != 1 {
		t.Errorf("%+v", s)
	}
	if err := w.ChangeSystem(ctx, people.Admin1, SystemForm{Code: "crm", Name: "客户关系系统", LagHours: 24}); err != nil {
		t.Fatal(err)
	}
	w.db.Advance(25 * time.Hour)
	one, err := w.System(ctx, people.Compliance1, "crm")
	if err != nil || one.Health() != Late || len(one.Jobs) != 1 {
		t.Errorf("a day later: %v, %v, %+v", one.Health(), err, one.System)
	}
	w.takeText("customers", "客户号,姓名", "A1,顾明远")
	if one, err = w.System(ctx, people.Compliance1, "crm"); err != nil || one.Health() != Late {
		t.Errorf("contact stays away and the source is %v, %v", one.Health(), err)
	}
	w.takeText("customers", "客户号,姓名,手机", "A9,,13800001119")
	if one, err = w.System(ctx, people.Compliance1, "crm"); err != nil || one.Health() != Late {
		t.Errorf("all rows are rejected and the source is %v, %v", one.Health(), err)
	}
	w.takeText("customers", "客户号,姓名,手机", "A1,顾明远,13800001111")
	if one, err = w.System(ctx, people.Compliance1, "crm"); err != nil || one.Health() != InTime {
		t.Errorf("all came and the source is %v, %v", one.Health(), err)
	}
}

func TestOnlyAnAdministratorChangesSources(t *testing.T) {
	t.Parallel()
	w, people := staffed(t)
	ctx := context.Background()
	form := SystemForm{Code: "core", Name: "核心系统", LagHours: 36}
	for _, by := range people.All() {
		err := w.AddSystem(ctx, by, form)
		if (err == nil) != (by.Role == staff.Admin) {
			t.Errorf("%s: %v", by.Role, err)
		}
	}
	for name, bad := range map[string]SystemForm{
		"code": {Code: "Core", Name: "x"}, "taken": {Code: "core", Name: "x"}, "name": {Code: "cc", Name: " "}, "lag": {Code: "cc", Name: "x", LagHours: 9000},
		"nul": {Code: "a\x00", Name: "x"},
	} {
		if err := w.AddSystem(ctx, people.Admin1, bad); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, attack := range []string{
		`UPDATE source_system SET lag_hours = NULL`,
		`UPDATE source_system SET code = 'x2'`,
		`INSERT INTO source_block (source_id, block, synced_at) VALUES (1, 'basic', now())`,
		`DELETE FROM source_system`,
	} {
		refusedTo(t, w.db, people.Compliance1, attack)
	}
}

// refusedTo runs a statement as the program's role in somebody's name.
func refusedTo(t *testing.T, db *pgtest.DB, by *staff.Member, statement string) {
	t.Helper()
	ctx := context.Background()
	err := db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		n, err := tx.Exec(ctx, statement)
		if err == nil && n == 0 {
			return errors.New("changes nothing")
		}
		return err
	})
	if err == nil {
		t.Errorf("%s: is done", statement)
	}
}
