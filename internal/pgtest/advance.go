package pgtest

import (
	"fmt"
	"time"
)

// Advance moves the database's clock forward by d, as far as anything in it can
// tell: every timestamp in every table is moved back by d, so all that has been
// is d longer ago and all that is to come is d nearer.
func (db *DB) Advance(d time.Duration) {
	db.t.Helper()
	rows, err := db.Owner.Query(`
		SELECT
			c.table_name,
			string_agg(format('%I = %I - $1::interval', c.column_name, c.column_name), ', ')
		FROM information_schema.columns AS c
		JOIN information_schema.tables AS t USING (table_schema, table_name)
		WHERE c.table_schema = 'public'
			AND t.table_type = 'BASE TABLE'
			AND c.data_type = 'timestamp with time zone'
			AND c.is_generated = 'NEVER'
		GROUP BY c.table_name
		ORDER BY c.table_name`)
	if err != nil {
		db.t.Fatalf("advance: %v", err)
	}
	defer rows.Close()
	var updates []string
	for rows.Next() {
		var table, set string
		if err := rows.Scan(&table, &set); err != nil {
			db.t.Fatalf("advance: %v", err)
		}
		updates = append(updates, fmt.Sprintf("UPDATE %q SET %s", table, set))
	}
	if err := rows.Err(); err != nil {
		db.t.Fatalf("advance: %v", err)
	}
	tx, err := db.Owner.Begin()
	if err != nil {
		db.t.Fatalf("advance: %v", err)
	}
	defer tx.Rollback()
	// Triggers guard against the program, not against time.
	if _, err := tx.Exec("SET LOCAL session_replication_role = replica"); err != nil {
		db.t.Fatalf("advance: %v", err)
	}
	for _, u := range updates {
		if _, err := tx.Exec(u, fmt.Sprintf("%d milliseconds", d.Milliseconds())); err != nil {
			db.t.Fatalf("advance: %s: %v", u, err)
		}
	}
	if err := tx.Commit(); err != nil {
		db.t.Fatalf("advance: %v", err)
	}
}
