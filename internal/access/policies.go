package access

import (
	"context"
	"fmt"
	"sync"
	"time"

	"liuhen/internal/pg"
)

// Policies remembers the policy in force, so that a page, a request and an
// approval work with the same value without asking for it. A push (Evict)
// forgets it.
type Policies struct {
	db      *pg.DB
	mu      sync.Mutex
	evicted int // counts Evict, so that what was read before one is not kept after it
	current *Policy
}

// NewPolicies returns the policies of the database.
func NewPolicies(db *pg.DB) *Policies { return &Policies{db: db} }

// Evict forgets the policy in force.
func (p *Policies) Evict() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.current = nil
	p.evicted++
}

// Current returns the policy in force. The value is shared: nobody changes it.
func (p *Policies) Current(ctx context.Context) (*Policy, error) {
	if have, _ := p.known(); have != nil {
		return have, nil
	}
	var now *Policy
	err := p.db.Read(ctx, pg.System, func(tx *pg.Tx) (err error) {
		now, err = p.in(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("load access policy: %w", err)
	}
	return now, nil
}

func (p *Policies) known() (*Policy, int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.current, p.evicted
}

// in is Current inside a transaction.
func (p *Policies) in(ctx context.Context, tx *pg.Tx) (*Policy, error) {
	have, evicted := p.known()
	if have != nil {
		return have, nil
	}
	now, err := loadPolicy(ctx, tx, inForce)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.evicted == evicted {
		p.current = &now
	}
	return &now, nil
}

const policyColumns = `
		SELECT
			p.id,
			COALESCE(p.version, 0) AS version,
			p.base,
			COALESCE(p.approval_id, 0) AS approval_id,
			COALESCE(a.name, '') AS author,
			COALESCE(b.name, '') AS approver,
			p.note,
			COALESCE(p.in_force_at, p.proposed_at) AS since,
			p.work_from,
			p.work_to,
			p.quiet_from,
			p.quiet_to,
			p.files_a_day,
			p.often_a_week,
			p.mark_unserved,
			p.mark_outside,
			p.watch_days,
			p.follow_days,
			p.follow_least,
			p.odd_least,
			p.volume_days,
			p.volume_times,
			p.volume_least,
			p.refused_days,
			p.refused_least,
			p.escalate_minutes,
			p.many_customers
		FROM access_policy AS p
		LEFT JOIN staff AS a ON a.id = p.author_id
		LEFT JOIN staff AS b ON b.id = p.approver_id`

// loadPolicy loads the policy that the rest of the statement chooses, with its
// lines, the widest first.
func loadPolicy(ctx context.Context, tx *pg.Tx, chosen string, args ...any) (Policy, error) {
	var p Policy
	if err := tx.Get(ctx, &p, policyColumns+chosen, args...); err != nil {
		return p, err
	}
	const q = `
		SELECT
			r.role,
			r.relation,
			r.field_group,
			r.purpose,
			r.way,
			r.max_minutes,
			r.suggested_minutes,
			r.task
		FROM access_policy_row AS r
		WHERE r.policy_id = $1
		ORDER BY
			r.weight,
			r.role,
			r.relation,
			r.field_group,
			r.purpose`
	err := tx.Select(ctx, &p.Rows, q, p.ID)
	return p, err
}

// Overdue reports whether a request that waits since a moment has waited, in
// working time, as long as the policy in force allows. It is the patience of
// approval.Router.
func (p *Policies) Overdue(ctx context.Context, since time.Time) (bool, error) {
	now, err := p.Current(ctx)
	if err != nil || now.EscalateTime == 0 {
		return false, err
	}
	return now.WorkingTime(since, time.Now()) >= now.EscalateAfter(), nil
}
