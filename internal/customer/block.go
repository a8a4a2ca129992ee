package customer

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"liuhen/internal/pg"
)

// Block says which source last filled a block of the file, and when.
type Block struct {
	Block    string    `db:"block" json:"block"`
	Source   string    `db:"source" json:"source"`
	SyncedAt time.Time `db:"synced_at" json:"synced_at"`
}

// blocksSQL reads where the blocks of customer $1 came from, newest first.
const blocksSQL = `
		SELECT
			b.block,
			s.name AS source,
			b.synced_at
		FROM customer_block AS b
		JOIN source_system AS s ON s.id = b.source_id
		WHERE b.customer_id = $1
		ORDER BY
			b.synced_at DESC,
			b.block,
			b.source_id`

// loadBlocks returns where the blocks of a file came from, newest first.
func loadBlocks(ctx context.Context, tx *pg.Tx, customer int64) ([]Block, error) {
	var blocks []Block
	if err := tx.Select(ctx, &blocks, blocksSQL, customer); err != nil {
		return nil, fmt.Errorf("blocks: %w", err)
	}
	return blocks, nil
}

// Change is what a value was before an import changed it.
type Change struct {
	At         time.Time
	Entity     string // the table
	ExternalNo string
	Fields     []Before // by column
}

// Before is an old value of a column.
type Before struct {
	Column string
	Value  string
}

// loadChanges returns the latest changes of a group, newest first. Those of a
// closed group are hidden with it by row-level security.
func loadChanges(ctx context.Context, tx *pg.Tx, customer int64, group string) ([]Change, error) {
	const q = `
		SELECT
			h.changed_at,
			h.entity,
			h.external_no,
			h.before::text AS before
		FROM value_history AS h
		WHERE h.customer_id = $1
			AND h.field_group = $2
		ORDER BY
			h.changed_at DESC,
			h.id DESC
		LIMIT 20`
	var rows []struct {
		At         time.Time `db:"changed_at"`
		Entity     string    `db:"entity"`
		ExternalNo string    `db:"external_no"`
		Before     string    `db:"before"`
	}
	if err := tx.Select(ctx, &rows, q, customer, group); err != nil {
		return nil, fmt.Errorf("changes: %w", err)
	}
	changes := make([]Change, len(rows))
	for i, r := range rows {
		fields, err := readBefore(r.Before)
		if err != nil {
			return nil, fmt.Errorf("change of %s: %w", r.Entity, err)
		}
		changes[i] = Change{At: r.At, Entity: r.Entity, ExternalNo: r.ExternalNo, Fields: fields}
	}
	return changes, nil
}

// readBefore reads the old columns of a row, sorted by name. Numbers keep the
// digits they were stored with; columns that were empty are left out.
func readBefore(text string) ([]Before, error) {
	var columns map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &columns); err != nil {
		return nil, err
	}
	var fields []Before
	for column, raw := range columns {
		value := string(raw)
		if value == "null" || value == `""` {
			continue
		}
		if raw[0] == '"' {
			if err := json.Unmarshal(raw, &value); err != nil {
				return nil, err
			}
		}
		fields = append(fields, Before{Column: column, Value: value})
	}
	slices.SortFunc(fields, func(a, b Before) int {
		switch {
		case a.Column < b.Column:
			return -1
		case a.Column > b.Column:
			return 1
		default:
			return 0
		}
	})
	return fields, nil
}
