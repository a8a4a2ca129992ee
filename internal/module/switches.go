package module

import (
	"context"
	"fmt"
	"sync"

	"liuhen/internal/approval"
	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Switches remembers which modules are in use. A push (Evict) forgets it.
type Switches struct {
	db      *pg.DB
	mu      sync.Mutex
	evicted int // counts Evict, so that what was read before one is not kept after it
	state   State
}

// NewSwitches returns the switches kept in db.
func NewSwitches(db *pg.DB) *Switches { return &Switches{db: db} }

// Evict forgets what is remembered, for the topic module.
func (s *Switches) Evict() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = nil
	s.evicted++
}

// State returns which modules are in use. The value is shared: nobody changes it.
func (s *Switches) State(ctx context.Context) (State, error) {
	s.mu.Lock()
	have, evicted := s.state, s.evicted
	s.mu.Unlock()
	if have != nil {
		return have, nil
	}
	err := s.db.Read(ctx, pg.Nobody, func(tx *pg.Tx) (err error) {
		have, err = stateIn(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("modules in use: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.evicted == evicted {
		s.state = have
	}
	return have, nil
}

func stateIn(ctx context.Context, tx *pg.Tx) (State, error) {
	const q = `
		SELECT
			m.code,
			m.in_use
		FROM module_state AS m
		ORDER BY m.code`
	var rows []struct {
		Code  Code `db:"code"`
		InUse bool `db:"in_use"`
	}
	if err := tx.Select(ctx, &rows, q); err != nil {
		return nil, err
	}
	state := State{}
	for _, r := range rows {
		state[r.Code] = r.InUse
	}
	return state, nil
}

// Waiting is a switch that waits for its second person.
type Waiting struct {
	ApprovalID int64  `db:"approval_id"`
	Code       Code   `db:"code"`
	InUse      bool   `db:"in_use"`
	Approver   string `db:"approver"`
}

// Waiting returns the switches that wait, by module.
func (s *Switches) Waiting(ctx context.Context, by *staff.Member) ([]Waiting, error) {
	if err := authz.Check(by, authz.ManageStaff); err != nil {
		return nil, fmt.Errorf("waiting switches: %w", err)
	}
	var list []Waiting
	err := s.db.Read(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		list, err = waitingIn(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("waiting switches: %w", err)
	}
	return list, nil
}

func waitingIn(ctx context.Context, tx *pg.Tx) ([]Waiting, error) {
	const q = `
		SELECT
			c.approval_id,
			c.code,
			c.in_use,
			p.name AS approver
		FROM module_change AS c
		JOIN approval AS a ON a.id = c.approval_id
		JOIN approval_step AS s ON s.approval_id = a.id AND s.position = a.step
		JOIN staff AS p ON p.id = s.approver_id
		WHERE a.state IN ('pending', 'returned')
		ORDER BY
			c.code,
			c.approval_id`
	var list []Waiting
	err := tx.Select(ctx, &list, q)
	return list, err
}

// Propose asks compliance to switch a module on or off and returns who is asked.
// A switch that cannot be thrown, or that waits already, is a Conflict.
func (s *Switches) Propose(ctx context.Context, by *staff.Member, code Code, on bool) (approver string, err error) {
	if err := authz.Check(by, authz.ManageStaff); err != nil {
		return "", fmt.Errorf("switch module %s: %w", code, err)
	}
	m, ok := Find(code)
	if !ok {
		return "", fmt.Errorf("switch module %s: %w", code, fault.New(fault.NotFound, "没有这个模块。"))
	}
	err = s.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		if err := possible(ctx, tx, m, on); err != nil {
			return err
		}
		approver, err = submit(ctx, tx, by, m, on)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("switch module %s: %w", code, err)
	}
	return approver, nil
}

// possible returns a Conflict if the switch cannot be thrown, or waits already.
func possible(ctx context.Context, tx *pg.Tx, m Module, on bool) error {
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('modules', 0))`); err != nil {
		return err
	}
	state, err := stateIn(ctx, tx)
	if err != nil {
		return err
	}
	if why := state.refusal(m, on); why != "" {
		return fault.New(fault.Conflict, why).Because("modules")
	}
	waiting, err := waitingIn(ctx, tx)
	if err != nil {
		return err
	}
	for _, w := range waiting {
		if w.Code == m.Code {
			return fault.Newf(fault.Conflict, "%s的变动已在等 %s 复核。", m.Label, w.Approver)
		}
	}
	return nil
}

func submit(ctx context.Context, tx *pg.Tx, by *staff.Member, m Module, on bool) (string, error) {
	route, err := approval.SomeoneElse(ctx, tx, by, "模块的启用与停用由您复核", staff.Compliance)
	if err != nil {
		return "", err
	}
	title := verb(on) + "模块：" + m.Label
	id, err := approval.Submit(ctx, tx, by, approval.Draft{
		Kind: approval.ModuleChange, Title: title, Steps: []approval.Route{route},
		Facts: []approval.Fact{
			{Label: "模块", After: m.Label},
			{Label: "内容", After: m.What},
			{Label: "状态", Before: word(!on), After: word(on)},
		},
	})
	if err != nil {
		return "", err
	}
	const q = `
		INSERT INTO module_change (approval_id, code, in_use)
		VALUES ($1, $2, $3)`
	if _, err := tx.Exec(ctx, q, id, string(m.Code), on); err != nil {
		return "", err
	}
	var name string
	if err := tx.Get(ctx, &name, `SELECT s.name FROM staff AS s WHERE s.id = $1`, route.ApproverID); err != nil {
		return "", err
	}
	return name, trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.ModulesChanged, ApprovalID: id, Detail: "提出" + title})
}

func verb(on bool) string {
	if on {
		return "启用"
	}
	return "停用"
}

func word(on bool) string {
	if on {
		return "使用中"
	}
	return "已停用"
}

// While returns whether a module is in use, asked before each round of its chore.
func (s *Switches) While(code Code) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		state, err := s.State(ctx)
		return state[code], err
	}
}
