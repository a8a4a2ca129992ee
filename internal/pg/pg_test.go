package pg_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func actingStaff(t *testing.T, db *pg.DB, actor pg.Actor) (id int64, err error) {
	t.Helper()
	ctx := t.Context()
	err = db.Read(ctx, actor, func(tx *pg.Tx) error {
		return tx.Get(ctx, &id, `SELECT coalesce(acting_staff(), 0)`)
	})
	return id, err
}

func TestTheDatabaseKnowsWhoActs(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for _, want := range []pg.Actor{7, pg.System, pg.Nobody, 9_000_000_000} {
		got, err := actingStaff(t, db.DB, want)
		if err != nil || got != int64(want) {
			t.Errorf("acting as %d: the database says %d, %v", want, got, err)
		}
	}
}

func TestNobodyStaysActingAfterATransaction(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	boom := errors.New("boom")
	for range 30 { // more than the pool, so connections are used again
		if err := db.InTx(t.Context(), 7, func(*pg.Tx) error { return boom }); !errors.Is(err, boom) {
			t.Fatalf("InTx = %v", err)
		}
		if id, err := actingStaff(t, db.DB, pg.Nobody); err != nil || id != 0 {
			t.Fatalf("a fresh transaction acts as %d, %v", id, err)
		}
	}
}

func TestInjectedSQLCannotBecomeSomebodyElse(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx := t.Context()
	attacks := []string{
		`SET LOCAL liuhen.actor = '8'`,
		`SET LOCAL liuhen.actor = '-1'`,
		`SELECT set_config('liuhen.actor', '8' || substr(current_setting('liuhen.actor'), 2), true)`,
		`SELECT set_config('liuhen.actor', '8.0.00', true)`,
		`SELECT set_config('liuhen.actor', 'x.y.z', true)`,
	}
	for _, attack := range attacks {
		var id int64
		err := db.InTx(ctx, 7, func(tx *pg.Tx) error {
			if _, err := tx.Exec(ctx, attack); err != nil {
				return err
			}
			return tx.Get(ctx, &id, `SELECT coalesce(acting_staff(), 0)`)
		})
		if err == nil {
			t.Errorf("%s: accepted, acts as %d", attack, id)
		}
	}
	for _, read := range []string{`SELECT inner_pad FROM actor_key`, `UPDATE actor_key SET inner_pad = outer_pad`, `DROP TABLE trail`, `ALTER TABLE contact_point DISABLE ROW LEVEL SECURITY`} {
		err := db.InTx(ctx, 7, func(tx *pg.Tx) error { _, err := tx.Exec(ctx, read); return err })
		if err == nil {
			t.Errorf("%s: the program's role may do that", read)
		}
	}
}

func TestAProofIsNotAcceptedForLong(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx := t.Context()
	var claim string
	if err := db.Read(ctx, 7, func(tx *pg.Tx) error {
		return tx.Get(ctx, &claim, `SELECT current_setting('liuhen.actor')`)
	}); err != nil {
		t.Fatal(err)
	}
	id, stamp, ok := strings.Cut(claim, ".")
	if !ok || id != "7" {
		t.Fatalf("claim = %q", claim)
	}
	stale := db.Key.Claim(7, time.Now().Add(-11*time.Minute))
	if stale == id+"."+stamp {
		t.Fatal("the stale claim is the fresh one")
	}
	err := db.InTx(ctx, pg.Nobody, func(tx *pg.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT set_config('liuhen.actor', $1, true)`, stale); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `SELECT acting_staff()`)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "out of date") {
		t.Errorf("a proof of eleven minutes ago: %v", err)
	}
}

func TestOpenRefusesTheOwner(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	_, err := pg.Open(t.Context(), pgtest.OwnerDSN(db), db.Key)
	if err == nil || !strings.Contains(err.Error(), "权限过大") {
		t.Errorf("Open as the owner = %v", err)
	}
}

func TestAnIgnoredFailureDoesNotCommit(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx := t.Context()
	err := db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO source_system (code, name) VALUES ('kept', '甲')`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `SELECT 1 / 0`); err == nil {
			t.Error("1/0 succeeds")
		}
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "ignored") {
		t.Errorf("InTx = %v", err)
	}
	if n := db.QueryInt(`SELECT count(*) FROM source_system`); n != 0 {
		t.Errorf("%d rows were kept", n)
	}
}

func TestReadWritesNothing(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx := t.Context()
	err := db.Read(ctx, pg.System, func(tx *pg.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO source_system (code, name) VALUES ('kept', '甲')`)
		return err
	})
	if err == nil {
		t.Error("Read lets a write pass")
	}
}

func TestALostRaceIsRunAgain(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx := t.Context()
	tries := 0
	err := db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		tries++
		if tries < 3 {
			_, err := tx.Exec(ctx, `DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40001'; END $$`)
			return err
		}
		return nil
	})
	if err != nil || tries != 3 {
		t.Errorf("after %d tries: %v", tries, err)
	}
}

func TestAPanicRollsBack(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx := t.Context()
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic is lost")
			}
		}()
		err := db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
			if _, err := tx.Exec(ctx, `INSERT INTO source_system (code, name) VALUES ('kept', '甲')`); err != nil {
				return err
			}
			panic("boom")
		})
		t.Errorf("InTx returned %v", err)
	}()
	if n := db.QueryInt(`SELECT count(*) FROM source_system`); n != 0 {
		t.Errorf("%d rows were kept", n)
	}
}

func TestADeadlineIsSeenAsOne(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := db.Read(ctx, pg.Nobody, func(tx *pg.Tx) error {
		_, err := tx.Exec(ctx, `SELECT pg_sleep(5)`)
		return err
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("err = %v, want a deadline", err)
	}
	if err := db.Ping(t.Context()); err != nil {
		t.Errorf("the pool is broken afterwards: %v", err)
	}
}

func TestConstraintsBecomeFaults(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx := t.Context()
	known := pg.Constraints{"source_system_code_unique": fault.New(fault.Conflict, "来源编码已被使用。")}
	insert := func(code string) error {
		return db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO source_system (code, name) VALUES ($1, '甲')`, code)
			return known.Fault(err)
		})
	}
	if err := insert("core"); err != nil {
		t.Fatal(err)
	}
	if err := insert("core"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a second 'core' = %v, want Conflict", err)
	}
	if err := insert("Not A Code"); fault.KindOf(err) != fault.Internal {
		t.Errorf("a constraint that is not listed = %v, want it internal", err)
	}
}

func TestListenHearsNotifyAndSurvivesALostConnection(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx := t.Context()
	heard := make(chan string, 10)
	var missed atomic.Int32
	err := db.Listen(ctx, slog.New(slog.DiscardHandler), func(topic, key string) { heard <- topic + "=" + key }, func() { missed.Add(1) })
	if err != nil {
		t.Fatal(err)
	}
	say := func(key string) {
		if err := db.InTx(ctx, pg.System, func(tx *pg.Tx) error { return tx.Notify(ctx, "grant", key) }); err != nil {
			t.Fatal(err)
		}
	}
	say("1/10000001")
	expect(t, heard, "grant=1/10000001")
	db.MustExec(`
		SELECT pg_terminate_backend(pid)
		FROM pg_stat_activity
		WHERE datname = current_database()
			AND query LIKE 'LISTEN%'`)
	for deadline := time.Now().Add(10 * time.Second); missed.Load() == 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the lost connection is not reported")
		}
	}
	say("2/10000002")
	expect(t, heard, "grant=2/10000002")
}

func expect(t *testing.T, heard <-chan string, want string) {
	t.Helper()
	select {
	case got := <-heard:
		if got != want {
			t.Errorf("heard %q, want %q", got, want)
		}
	case <-time.After(5 * time.Second):
		t.Fatalf("never heard %q", want)
	}
}

func TestMigrateAgainChangesNothing(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	n, err := pg.Migrate(t.Context(), pgtest.OwnerDSN(db), db.Key)
	if err != nil || n != 0 {
		t.Errorf("a second Migrate ran %d steps: %v", n, err)
	}
}

func TestCheckSchemaSaysWhatToDo(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	if err := db.CheckSchema(t.Context()); err != nil {
		t.Errorf("a migrated database: %v", err)
	}
	db.MustExec(`DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version)`)
	if err := db.CheckSchema(t.Context()); err == nil || !strings.Contains(err.Error(), "portal migrate") {
		t.Errorf("a database behind: %v", err)
	}
	db.MustExec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)`)
	if err := db.CheckSchema(t.Context()); err == nil || !strings.Contains(err.Error(), "新版") {
		t.Errorf("a database ahead: %v", err)
	}
}

func TestAChangedTableIsMetByPreparingAnew(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx := t.Context()
	db.MustExec(`CREATE TABLE changing (id bigint, word text)`)
	db.MustExec(`INSERT INTO changing VALUES (1, 'a')`)
	db.MustExec(`GRANT SELECT ON changing TO liuhen_app`)
	read := func() (row []any, err error) {
		err = db.Read(ctx, pg.Nobody, func(tx *pg.Tx) error {
			rows, err := tx.Rows(ctx, `SELECT c.* FROM changing AS c WHERE c.id = $1`, 1)
			if err != nil {
				return err
			}
			defer rows.Close()
			rows.Next()
			row, err = rows.SliceScan()
			return err
		})
		return row, err
	}
	for range 3 {
		if row, err := read(); err != nil || len(row) != 2 {
			t.Fatalf("before: %v, %v", row, err)
		}
	}
	db.MustExec(`ALTER TABLE changing ADD COLUMN more int`)
	for range 3 {
		if row, err := read(); err != nil || len(row) != 3 {
			t.Errorf("after: %v, %v", row, err)
		}
	}
}

func TestManyTextsDoNotPileUpOnAConnection(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx := t.Context()
	var kept int
	err := db.Read(ctx, pg.Nobody, func(tx *pg.Tx) error {
		for i := range 500 {
			var n int
			if err := tx.Get(ctx, &n, fmt.Sprintf(`SELECT $1::int + %d`, i), 1); err != nil || n != i+1 {
				return fmt.Errorf("statement %d = %d: %w", i, n, err)
			}
		}
		return tx.Get(ctx, &kept, `SELECT count(*) FROM pg_prepared_statements`)
	})
	if err != nil || kept < 100 || kept > 210 {
		t.Errorf("%d statements are kept: %v", kept, err)
	}
}
