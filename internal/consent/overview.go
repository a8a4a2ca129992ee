package consent

import (
	"context"
	"fmt"
	"math"
	"time"

	"liuhen/internal/authz"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// soonDays is how far ahead consents that run out are told.
const soonDays = 30

// weeksShown is how many weeks the course of things has.
const weeksShown = 12

// Overview is how the customers that somebody sees stand, counted.
type Overview struct {
	At       time.Time
	Branch   int64  // the one asked for, 0 for all
	Lines    []Line // one a branch, in the order of their codes; one in all for a manager
	All      Line
	Offered  map[Cell]bool // by the wording in force
	Soon     int64         // customers of whom a consent runs out within thirty days
	Weeks    []Week
	Taken    []Taken // the latest withdrawals
	Versions []Held  // the wordings under which consents count, newest first
}

// Line counts the customers of a branch.
type Line struct {
	ID        int64
	Name      string
	Customers int64
	People
	Granted map[Cell]int64 // customers whose consent counts
}

// People counts customers by how far they are: Served were shown the page or
// answered without it.
type People struct {
	Served   int64 `db:"served"`
	Opened   int64 `db:"opened"`
	Answered int64 `db:"answered"`
	Agreed   int64 `db:"agreed"` // answered, and granted at least one cell
	Silent   int64 `db:"silent"` // served, and have not answered
}

// Refused is how many answered and granted nothing, or nothing any more.
func (p People) Refused() int64 { return p.Answered - p.Agreed }

// Unasked is how many customers nobody has asked.
func (l Line) Unasked() int64 { return l.Customers - l.Served }

// Share returns a number of customers in per cent of the line's, rounded; 0 of none.
func (l Line) Share(n int64) int {
	if l.Customers <= 0 {
		return 0
	}
	return int((200*n + l.Customers) / (2 * l.Customers))
}

// Week counts the answers of seven days: acts, not customers.
type Week struct {
	First     time.Time `db:"first"`
	Agreed    int64     `db:"agreed"`
	Refused   int64     `db:"refused"`
	Withdrawn int64     `db:"withdrawn"`
}

// Taken is a withdrawal.
type Taken struct {
	ID       int64     `db:"id"` // of the event
	At       time.Time `db:"at"`
	Lag      int64     `db:"lag"` // seconds until it was written down and in effect
	No       string    `db:"no"`
	Name     string    `db:"name"`
	Manager  string    `db:"manager"`
	Category Category  `db:"category"`
	Channel  Channel   `db:"channel"`
	Method   Method    `db:"method"`
	Reason   string    `db:"reason"`
}

// Held is a version of the wording with how many cells are granted under it.
type Held struct {
	No       int       `db:"no"`
	From     time.Time `db:"in_force_from"`
	Current  bool      `db:"current"`
	Cells    int64     `db:"-"`
	AskAgain bool      `db:"ask_again"` // consents before it are asked for again, of some category
}

// Overview counts how the customers in the scope of by stand, those of one branch
// if branch is not 0. It returns Forbidden for a role that sees no customers and
// NotFound for a branch outside the scope.
func (d *Desk) Overview(ctx context.Context, by *staff.Member, branch int64) (Overview, error) {
	c, err := censusOf(by, branch)
	if err != nil {
		return Overview{}, fmt.Errorf("consent overview: %w", err)
	}
	o := Overview{Branch: branch}
	err = d.db.InTxSoon(ctx, by.Actor(), func(tx *pg.Tx) error {
		o = Overview{Branch: branch}
		for _, part := range []func(context.Context, *pg.Tx, *Overview) error{c.lines, c.people, c.cells, c.offered, c.soon, c.weeks, c.taken} {
			if err := part(ctx, tx, &o); err != nil {
				return err
			}
		}
		o.total()
		return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.ConsentOverview, Detail: fmt.Sprintf("%d 位客户", o.All.Customers)})
	})
	if err != nil {
		return Overview{}, fmt.Errorf("consent overview: %w", err)
	}
	return o, nil
}

// latest and pageRows are how many withdrawals the overview and a page show.
const (
	latest   = 8
	pageRows = 50
)

// Withdrawals returns a page of what customers in the scope of by took back, those
// written down last first, and where the next page begins, 0 on the last; before
// is that of the page before, 0 for the first. It returns Forbidden for a role that
// sees no customers.
func (d *Desk) Withdrawals(ctx context.Context, by *staff.Member, before int64) (list []Taken, next int64, err error) {
	c, err := censusOf(by, 0)
	if err != nil {
		return nil, 0, fmt.Errorf("withdrawals: %w", err)
	}
	if before <= 0 {
		before = math.MaxInt64
	}
	err = d.db.InTxSoon(ctx, by.Actor(), func(tx *pg.Tx) error {
		if list, err = c.withdrawals(ctx, tx, before, pageRows+1); err != nil {
			return err
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.ConsentOverview, Detail: "撤回名单"})
	})
	if err != nil {
		return nil, 0, fmt.Errorf("withdrawals: %w", err)
	}
	if len(list) > pageRows {
		list = list[:pageRows]
		next = list[pageRows-1].ID
	}
	return list, next, nil
}

// censusOf returns the census of what by sees, of one branch if it is not 0.
func censusOf(by *staff.Member, branch int64) (census, error) {
	if err := authz.Check(by, authz.SeeCustomers); err != nil {
		return census{}, err
	}
	condition, arg, err := customer.Scope(by)
	return census{scope: condition, arg: arg, branch: branch, own: by.Role == staff.Manager}, err
}

// total sums the lines up.
func (o *Overview) total() {
	o.All = Line{Name: "合计", Granted: map[Cell]int64{}}
	for _, l := range o.Lines {
		o.All.Customers += l.Customers
		o.All.Served += l.Served
		o.All.Opened += l.Opened
		o.All.Answered += l.Answered
		o.All.Agreed += l.Agreed
		o.All.Silent += l.Silent
		for cell, n := range l.Granted {
			o.All.Granted[cell] += n
		}
	}
}

// line returns the line of a branch, nil if it has none.
func (o *Overview) line(branch int64) *Line {
	for i := range o.Lines {
		if o.Lines[i].ID == branch {
			return &o.Lines[i]
		}
	}
	return nil
}

// errNoBranch says that a branch is not within the scope.
func errNoBranch() error {
	return fault.New(fault.NotFound, "没有这个机构，或者不在您的范围内。")
}
