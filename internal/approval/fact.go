package approval

import (
	"context"
	"encoding/json"
	"fmt"

	"liuhen/internal/pg"
)

// Fact is one line of what a request asks to have decided. With Before it is a
// change from one value to another.
type Fact struct {
	Label  string `json:"label"`
	Before string `json:"before,omitempty"`
	After  string `json:"after"`
}

// Facts returns what request id asks to have decided, in the order in which it
// was written down, and the address where its subject can be read, empty if
// there is none.
func Facts(ctx context.Context, tx *pg.Tx, id int64) (facts []Fact, link string, err error) {
	const q = `
		SELECT
			a.facts::text AS facts,
			a.link
		FROM approval AS a
		WHERE a.id = $1`
	var row struct {
		Facts string `db:"facts"`
		Link  string `db:"link"`
	}
	if err := tx.Get(ctx, &row, q, id); err != nil {
		return nil, "", err
	}
	if err := json.Unmarshal([]byte(row.Facts), &facts); err != nil {
		return nil, "", fmt.Errorf("facts of request %d: %w", id, err)
	}
	return facts, row.Link, nil
}

// factsJSON is how facts are stored.
func factsJSON(facts []Fact) (string, error) {
	if len(facts) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal(facts)
	return string(b), err
}
