package approval

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"liuhen/internal/chore"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Patience says how long requests may wait for an answer.
type Patience interface {
	// Overdue reports whether a step that waits since a moment goes to the next
	// superior.
	Overdue(ctx context.Context, since time.Time) (bool, error)
}

// Router gives steps that nobody able holds to somebody who can decide: when an
// approver leaves, goes away or comes back, and when nobody answers. It acts as
// the program.
type Router struct {
	db       *pg.DB
	patience Patience
	log      *slog.Logger
	stuck    atomic.Int64
}

// NewRouter returns the router; patience says when a request goes higher.
func NewRouter(db *pg.DB, patience Patience, log *slog.Logger) *Router {
	return &Router{db: db, patience: patience, log: log}
}

// Stuck is how many steps waited, when the router last looked, for somebody who
// cannot decide and whom nobody can stand in for: a lone compliance officer who
// left or went away. Only an administrator can help, by adding somebody.
func (r *Router) Stuck() int { return int(r.stuck.Load()) }

// sweepEvery is how often the router looks.
const sweepEvery = 20 * time.Second

// Chore sweeps: a step that another process has moved is left alone.
func (r *Router) Chore() chore.Chore {
	return chore.Chore{Name: "sweep approvals", Every: sweepEvery, Round: chore.Once(func(ctx context.Context) error {
		_, err := r.Sweep(ctx)
		return err
	})}
}

// held is an undecided step with who is meant to hold it.
type held struct {
	ID           int64      `db:"approval_id"`
	Kind         Kind       `db:"kind"`
	Position     int        `db:"position"`
	State        StepState  `db:"state"`
	RequesterID  int64      `db:"requester_id"`
	Requester    string     `db:"requester"`
	ApproverID   int64      `db:"approver_id"`
	Approver     string     `db:"approver"`
	MeantID      int64      `db:"meant_id"` // the approver, or for whom they stand in
	Meant        string     `db:"meant"`
	Pool         staff.Role `db:"pool"`
	WaitingSince *time.Time `db:"waiting_since"`
	Holds        bool       `db:"holds"` // it is still the approver's to decide
}

const heldColumns = `
		SELECT
			s.approval_id,
			a.kind,
			s.position,
			s.state,
			a.requester_id,
			q.name AS requester,
			s.approver_id,
			p.name AS approver,
			m.id AS meant_id,
			m.name AS meant,
			s.pool,
			s.waiting_since,
			EXISTS (
				SELECT
				FROM stands_in(m.id, a.requester_id) AS i
				WHERE i.approver_id = s.approver_id
					AND i.behalf_id IS NOT DISTINCT FROM s.behalf_id
			) AS holds
		FROM approval_step AS s
		JOIN approval AS a ON a.id = s.approval_id
		JOIN staff AS q ON q.id = a.requester_id
		JOIN staff AS p ON p.id = s.approver_id
		JOIN staff AS m ON m.id = COALESCE(s.behalf_id, s.approver_id)
		WHERE a.state = 'pending'
			AND s.state IN ('pending', 'later')`

// Sweep looks once at every undecided step and returns how many it moved. A step
// that cannot be moved, because there is nobody, stays where it is.
func (r *Router) Sweep(ctx context.Context) (moved int, err error) {
	var all []held
	err = r.db.Read(ctx, pg.System, func(tx *pg.Tx) error {
		return tx.Select(ctx, &all, heldColumns+`
		ORDER BY
			s.waiting_since,
			s.approval_id,
			s.position`)
	})
	if err != nil {
		return 0, fmt.Errorf("look for steps to move: %w", err)
	}
	stuck := 0
	for _, h := range all {
		late, err := r.late(ctx, h)
		if err != nil {
			return moved, fmt.Errorf("look for steps to move: %w", err)
		}
		if h.Holds && !late {
			continue
		}
		done, err := r.move(ctx, h, late)
		if err != nil {
			return moved, fmt.Errorf("move step %d of request %d: %w", h.Position, h.ID, err)
		}
		switch {
		case done:
			moved++
		case !h.Holds && h.State == StepPending:
			stuck++
		}
	}
	r.alarm(ctx, stuck)
	return moved, nil
}

// alarm keeps how many steps nobody can decide, and logs when that changes.
func (r *Router) alarm(ctx context.Context, stuck int) {
	if was := r.stuck.Swap(int64(stuck)); stuck > 0 && was != int64(stuck) {
		r.log.ErrorContext(ctx, "nobody can decide these requests: an approver has to be added", "steps", stuck)
	}
}

// late reports whether a step has waited too long.
func (r *Router) late(ctx context.Context, h held) (bool, error) {
	if h.State != StepPending || h.WaitingSince == nil {
		return false, nil
	}
	return r.patience.Overdue(ctx, *h.WaitingSince)
}

// move gives one step to the next able person, unless it has changed meanwhile.
func (r *Router) move(ctx context.Context, seen held, late bool) (done bool, err error) {
	err = r.db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		a, err := lock(ctx, tx, seen.ID)
		if err != nil {
			return err
		}
		var h held
		err = tx.Get(ctx, &h, heldColumns+`
			AND s.approval_id = $1
			AND s.position = $2`, seen.ID, seen.Position)
		if pg.IsNoRows(err) || err == nil && (h.ApproverID != seen.ApproverID || h.Holds != seen.Holds) {
			return nil
		}
		if err != nil {
			return err
		}
		to, kind, err := h.next(ctx, tx, late)
		if err != nil || to.ApproverID == 0 || to.ApproverID == h.ApproverID {
			return err
		}
		done = true
		return h.give(ctx, tx, a, to, kind)
	})
	if fault.KindOf(err) == fault.Conflict {
		return false, nil // whoever was found has just become unable: the next sweep looks again
	}
	return done, err
}

// next finds who holds the step from now on: whoever stands in for the one it
// was meant for, then another. late says that whoever holds it did not answer.
func (h held) next(ctx context.Context, tx *pg.Tx, late bool) (Route, EventKind, error) {
	if h.Holds && late {
		to, err := h.another(ctx, tx)
		to.Because = h.Meant + "没有按时处理" + h.Requester + "的申请，转到您这里"
		return to, WasEscalated, err
	}
	const q = `
		SELECT
			i.approver_id,
			COALESCE(i.behalf_id, 0) AS behalf_id
		FROM stands_in($1, $2) AS i`
	var to Route
	err := tx.Get(ctx, &to, q, h.MeantID, h.RequesterID)
	if err == nil {
		to.Because = h.Meant + "已回到岗位，申请转回您这里"
		if to.BehalfID != 0 {
			to.Because = "您代" + h.Meant + "审批" + h.Requester + "的申请"
		}
		return to, WasRerouted, nil
	}
	if !pg.IsNoRows(err) {
		return Route{}, "", err
	}
	to, err = h.another(ctx, tx)
	to.Because = h.Meant + "现在不能审批，" + h.Requester + "的申请转到您这里"
	return to, WasRerouted, err
}

// another finds somebody else for the step: one of its pool, or the next
// superior; for a break-glass, which must be reviewed, somebody of compliance
// where nobody stands above. Nobody is a route to 0.
func (h held) another(ctx context.Context, tx *pg.Tx) (Route, error) {
	pool := h.Pool
	if pool == "" {
		to, _, err := Superior(ctx, tx, h.MeantID, h.RequesterID)
		if err != nil || to.ApproverID != 0 || h.Kind != BreakGlass {
			return to, err
		}
		pool = staff.Compliance
	}
	to, err := ofPool(ctx, tx, h.RequesterID, h.ApproverID, []string{string(pool)})
	if pg.IsNoRows(err) {
		return Route{}, nil
	}
	return to, err
}

// give saves the new approver and tells everybody concerned.
func (h held) give(ctx context.Context, tx *pg.Tx, a Approval, to Route, kind EventKind) error {
	const q = `
		UPDATE approval_step
		SET approver_id = $3,
			because = $4,
			behalf_id = NULLIF($5::bigint, 0),
			waiting_since = CASE WHEN state = 'pending' THEN now() END
		WHERE approval_id = $1
			AND position = $2`
	if _, err := tx.Exec(ctx, q, h.ID, h.Position, to.ApproverID, to.Because, to.BehalfID); err != nil {
		return violation(err)
	}
	var name string
	if err := tx.Get(ctx, &name, `SELECT s.name FROM staff AS s WHERE s.id = $1`, to.ApproverID); err != nil {
		return err
	}
	said := "由 " + h.Approver + " 转给 " + name
	if to.BehalfID != 0 {
		said += "（代 " + h.Meant + "）"
	}
	const event = `
		INSERT INTO approval_event (approval_id, kind, comment)
		VALUES ($1, $2, $3)`
	if _, err := tx.Exec(ctx, event, h.ID, string(kind), said); err != nil {
		return err
	}
	err := trail.Write(ctx, tx, staff.Program().Who(), trail.Entry{
		Action: trail.ApprovalRerouted, CustomerID: a.CustomerID, CustomerNo: a.CustomerNo, ApprovalID: a.ID,
		Detail: a.named() + kind.Label() + "：" + said,
	})
	if err != nil {
		return err
	}
	for _, id := range []int64{h.ApproverID, to.ApproverID} {
		if err := wake(ctx, tx, id); err != nil {
			return err
		}
	}
	return tellRequester(ctx, tx, a)
}
