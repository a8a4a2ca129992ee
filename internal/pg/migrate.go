package pg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"liuhen/migrations"
)

// Migrate brings the database that ownerDSN names up to date: its schema and
// the actor key. It may be run by several processes at once and again at any
// time. It returns how many steps it ran.
func Migrate(ctx context.Context, ownerDSN string, key ActorKey) (steps int, err error) {
	db, err := sql.Open("postgres", ownerDSN)
	if err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectPostgres, db, migrations.FS, goose.WithSessionLocker(locker))
	if err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	done, err := p.Up(ctx)
	if err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	if err := letProgramSeeVersion(ctx, db); err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	if err := storeActorKey(ctx, db, key); err != nil {
		return 0, fmt.Errorf("store the actor key: %w", err)
	}
	return len(done), nil
}

// letProgramSeeVersion lets the program's role check the schema's version.
func letProgramSeeVersion(ctx context.Context, db *sql.DB) error {
	_, err := db.ExecContext(ctx, `GRANT SELECT ON goose_db_version TO liuhen_app`)
	return err
}

func storeActorKey(ctx context.Context, db *sql.DB, key ActorKey) error {
	const q = `
		INSERT INTO actor_key (inner_pad, outer_pad)
		VALUES ($1, $2)
		ON CONFLICT (only_row) DO UPDATE
		SET inner_pad = EXCLUDED.inner_pad,
			outer_pad = EXCLUDED.outer_pad`
	inner, outer := key.pads()
	_, err := db.ExecContext(ctx, q, inner, outer)
	return err
}

// CheckSchema returns an error that says what to do unless the database stands
// at the version of this program.
func (db *DB) CheckSchema(ctx context.Context) error {
	want, err := latest()
	if err != nil {
		return err
	}
	var have int64
	err = db.pool.GetContext(ctx, &have, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`)
	if err != nil || have < want {
		return errors.Join(fmt.Errorf("数据库结构为第 %d 版，本程序需要第 %d 版：请先执行 portal migrate", have, want), err)
	}
	if have > want {
		return fmt.Errorf("数据库结构为第 %d 版，比本程序的第 %d 版新：请使用新版程序", have, want)
	}
	return nil
}

// latest returns the number of the newest step that this program carries.
func latest() (int64, error) {
	names, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil || len(names) == 0 {
		return 0, fmt.Errorf("no migrations embedded: %w", err)
	}
	return goose.NumericComponent(names[len(names)-1])
}
