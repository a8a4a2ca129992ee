package consent

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"liuhen/internal/pg"
)

// Entry is an act that the program writes down: a consent collected elsewhere, a
// refusal that came as a reply, one that lapses.
type Entry struct {
	CustomerID int64
	At         time.Time
	Method     Method // ByImport, ByReply or ByProgram
	Evidence   string
	Reason     string
	Said       []Said
	Personal   *bool // what was said of personalised recommendation, nil for nothing
}

// Enter writes acts down in one statement. It is for the program (pg.System); what
// the ledger does not take of one of them undoes all.
func Enter(ctx context.Context, tx *pg.Tx, entries []Entry) error {
	acts := make([]act, len(entries))
	for i, e := range entries {
		acts[i] = act{CustomerID: e.CustomerID, Method: e.Method, Evidence: e.Evidence, Reason: e.Reason, Events: written(e.Said)}
		if !e.At.IsZero() {
			acts[i].At = &e.At
		}
		if e.Personal != nil {
			acts[i].Choices = []choice{{"personal", *e.Personal}}
		}
	}
	text, err := json.Marshal(acts)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `SELECT consent_by_program($1::jsonb)`, string(text)); err != nil {
		return fmt.Errorf("enter consents: %w", violation(err))
	}
	return nil
}
