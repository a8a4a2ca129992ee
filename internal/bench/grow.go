package bench

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"strconv"

	"liuhen/internal/staff"
)

// growth is the synthetic part of the data.
//
//go:embed grow.sql
var growth string

// The people whom growth adds.
const (
	password      = "bench-password"
	oneManager    = "bench-m0"
	withoutGrants = "bench-none"
	withFewGrants = "bench-few"
	withMany      = "bench-many"
)

// database is the superuser's way into the portal's database.
type database struct{ *sql.DB }

func openDatabase(s Server) (database, error) {
	db, err := sql.Open("postgres", s.Admin)
	return database{db}, err
}

// grow adds the synthetic customers of a size and leaves the tables as a server
// that has been running for a while would have them.
func (db database) grow(ctx context.Context, size Size) (err error) {
	hash, err := staff.HashPassword(password)
	if err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	for name, value := range map[string]string{
		"bench.customers": strconv.Itoa(size.Customers),
		"bench.managers":  strconv.Itoa(max(2, size.Customers/size.Portfolio)),
		"bench.granted":   strconv.Itoa(size.Granted),
		"bench.password":  hash,
	} {
		if _, err := conn.ExecContext(ctx, `SELECT set_config($1, $2, false)`, name, value); err != nil {
			return fmt.Errorf("grow: %w", err)
		}
	}
	for _, text := range []string{growth, `VACUUM (ANALYZE)`, `CHECKPOINT`} {
		if _, err := conn.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("grow: %w", err)
		}
	}
	return nil
}

// synthetic returns the first and the last of the synthetic customers, whose ids
// and numbers run side by side.
func (db database) synthetic(ctx context.Context, size Size) (first, last subject, err error) {
	const q = `
		SELECT
			min(c.id),
			min(c.no::bigint),
			max(c.id),
			max(c.no::bigint),
			count(*)
		FROM customer AS c
		JOIN customer_source AS x ON x.customer_id = c.id
		JOIN source_system AS s ON s.id = x.source_id
		WHERE s.code = 'bench'`
	var n int64
	if err := db.QueryRowContext(ctx, q).Scan(&first.id, &first.no, &last.id, &last.no, &n); err != nil {
		return first, last, fmt.Errorf("look at what has grown: %w", err)
	}
	if n != int64(size.Customers) || last.id-first.id != n-1 || last.no-first.no != n-1 {
		return first, last, fmt.Errorf("%d customers have grown, ids %d–%d, numbers %d–%d", n, first.id, last.id, first.no, last.no)
	}
	return first, last, nil
}

// actor returns the id of a person whom growth added.
func (db database) actor(ctx context.Context, username string) (id int64, err error) {
	err = db.QueryRowContext(ctx, `SELECT s.id FROM staff AS s WHERE s.username = $1`, username).Scan(&id)
	return id, err
}

// version returns the server's version.
func (db database) version(ctx context.Context) (v string, err error) {
	err = db.QueryRowContext(ctx, `SELECT current_setting('server_version')`).Scan(&v)
	return v, err
}

// hide switches row-level security on, or off for every table of the portal.
func (db database) hide(ctx context.Context, on bool) error {
	const q = `
		DO $$
		DECLARE
			t record;
		BEGIN
			FOR t IN
				SELECT DISTINCT p.polrelid::regclass AS name
				FROM pg_policy AS p
			LOOP
				EXECUTE format('ALTER TABLE %%s %s ROW LEVEL SECURITY', t.name);
			END LOOP;
		END
		$$`
	word := "DISABLE"
	if on {
		word = "ENABLE"
	}
	_, err := db.ExecContext(ctx, fmt.Sprintf(q, word))
	return err
}
