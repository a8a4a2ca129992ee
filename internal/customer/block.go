package customer

import (
	"cmp"
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

// Change is what a value was before an import changed it.
type Change struct {
	At         time.Time `db:"changed_at" json:"changed_at"`
	Entity     string    `db:"entity" json:"entity"` // the table
	ExternalNo string    `db:"external_no" json:"external_no"`
	Fields     oldValues `db:"before" json:"before"`
}

// Before is an old value of a column.
type Before struct {
	Column string
	Value  string
}

// changesSQL reads the latest changes of customer $1 in a group, newest first.
// Those of a closed group are hidden with it by row-level security.
func changesSQL(group string) string {
	return `
		SELECT
			h.changed_at,
			h.entity,
			h.external_no,
			h.before
		FROM value_history AS h
		WHERE h.customer_id = $1
			AND h.field_group = ` + group + `
		ORDER BY
			h.changed_at DESC,
			h.id DESC
		LIMIT 20`
}

// loadChanges returns the latest changes of a group, newest first.
func loadChanges(ctx context.Context, tx *pg.Tx, customer int64, group Group) ([]Change, error) {
	var changes []Change
	if err := tx.Select(ctx, &changes, changesSQL("$2"), customer, group); err != nil {
		return nil, fmt.Errorf("changes: %w", err)
	}
	return changes, nil
}

// oldValues are the old columns of a row, sorted by name.
type oldValues []Before

// Scan reads the column.
func (v *oldValues) Scan(value any) error {
	text, ok := value.([]byte)
	if !ok {
		return fmt.Errorf("old values in a column of %T", value)
	}
	return v.UnmarshalJSON(text)
}

// UnmarshalJSON reads the columns of a row. Numbers keep the digits they were
// stored with; columns that were empty are left out.
func (v *oldValues) UnmarshalJSON(text []byte) error {
	var columns map[string]json.RawMessage
	if err := json.Unmarshal(text, &columns); err != nil {
		return err
	}
	*v = nil
	for column, raw := range columns {
		value := string(raw)
		if value == "null" || value == `""` {
			continue
		}
		if raw[0] == '"' {
			if err := json.Unmarshal(raw, &value); err != nil {
				return err
			}
		}
		*v = append(*v, Before{Column: column, Value: value})
	}
	slices.SortFunc(*v, func(a, b Before) int { return cmp.Compare(a.Column, b.Column) })
	return nil
}
