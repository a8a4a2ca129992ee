package staffing

import (
	"context"
	"fmt"

	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/figure"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Outcome is what became of something an administrator asked for: done at once,
// or waiting for a second person.
type Outcome struct {
	Member   *staff.Member // the person, if done at once
	Approval int64         // the request that waits; 0 if done at once
	Approver string        // who is asked to agree
}

// Waits reports whether a second person must agree first.
func (o Outcome) Waits() bool { return o.Approval != 0 }

// Sentence says so on the next page; done is what to say when it happened.
func (o Outcome) Sentence(done string) string {
	if !o.Waits() {
		return done
	}
	return "已提交复核，等 " + o.Approver + " 同意；同意之前什么也不变。"
}

// line is a row of staff_change.
type line struct {
	what    string
	subject *staff.Member // whom it is about; nil for somebody new
	hire    staff.NewMember
	hash    string
	to      staff.Post
	place   staff.Placement
	many    bool // one of many, told in one line
}

// Add adds a person, or proposes to: somebody who may approve or administer takes
// a second person. It returns what staff.Directory.Add does.
func (o *Office) Add(ctx context.Context, by *staff.Member, n staff.NewMember) (Outcome, error) {
	if !n.Role.NeedsSecond() {
		m, err := o.people.Add(ctx, by, n)
		return Outcome{Member: m}, err
	}
	n, hash, err := o.people.Prepare(ctx, by, n)
	if err != nil {
		return Outcome{}, fmt.Errorf("add person: %w", err)
	}
	var out Outcome
	err = o.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		l := line{what: "hire", hire: n, hash: hash, to: n.Post()}
		if l.place, err = staff.Placed(ctx, tx, 0, l.to); err != nil {
			return err
		}
		if err := refuseTaken(ctx, tx, n); err != nil {
			return err
		}
		out, err = submit(ctx, tx, by, fmt.Sprintf("新增%s：%s（%s）", n.Role.Label(), n.Name, n.No), []line{l})
		return err
	})
	if err != nil {
		return Outcome{}, fmt.Errorf("add person: %w", staff.Violation(err))
	}
	return out, nil
}

// Move gives a person another branch or superior, or proposes another role,
// which takes a second person. It returns what staff.Directory.Move does, and
// Conflict while another change of the person waits.
func (o *Office) Move(ctx context.Context, by *staff.Member, id int64, to staff.Post) (Outcome, error) {
	now, err := o.people.Person(ctx, by, id)
	if err != nil {
		return Outcome{}, fmt.Errorf("move person %d: %w", id, err)
	}
	if now.Role == to.Role {
		return Outcome{Member: &now.Member}, o.people.Move(ctx, by, id, to)
	}
	var out Outcome
	err = o.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		m, err := subject(ctx, tx, by, id)
		if err != nil {
			return err
		}
		l := line{what: "post", subject: m, to: to}
		if l.place, err = staff.Placed(ctx, tx, id, to); err != nil {
			return err
		}
		if !m.Active() {
			return fault.New(fault.Conflict, m.Name+"已停用，请先恢复账号。")
		}
		if err := refuseWithCustomers(ctx, tx, m, to.Role); err != nil {
			return err
		}
		if to.Role != staff.Admin {
			if err := staff.KeepsAnAdmin(ctx, tx, m); err != nil {
				return err
			}
		}
		out, err = submit(ctx, tx, by, fmt.Sprintf("变更岗位：%s（%s）", m.Name, m.No), []line{l})
		return err
	})
	if err != nil {
		return Outcome{}, fmt.Errorf("move person %d: %w", id, err)
	}
	return out, nil
}

// refuseWithCustomers returns an Invalid fault if the role serves no customers and
// the person still has some.
func refuseWithCustomers(ctx context.Context, tx *pg.Tx, m *staff.Member, to staff.Role) error {
	if to == staff.Manager || to == staff.Supervisor {
		return nil
	}
	var n int
	if err := tx.Get(ctx, &n, `SELECT COALESCE(sum(g.customers), 0) FROM customers_to_hand($1) AS g`, m.ID); err != nil || n == 0 {
		return err
	}
	return invalid("role", fmt.Sprintf("名下还有 %s 位客户，请先移交客户，再改任%s。", figure.Number(n), to.Label()))
}

// Enable proposes to let a disabled person sign in again; grants and sessions of
// before do not come back. Somebody not disabled is a Conflict.
func (o *Office) Enable(ctx context.Context, by *staff.Member, id int64) (Outcome, error) {
	var out Outcome
	err := o.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		m, err := subject(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if m.Active() {
			return fault.New(fault.Conflict, m.Name+"没有停用。")
		}
		out, err = submit(ctx, tx, by, fmt.Sprintf("恢复账号：%s（%s）", m.Name, m.No), []line{{what: "enable", subject: m}})
		return err
	})
	if err != nil {
		return Outcome{}, fmt.Errorf("enable person %d: %w", id, err)
	}
	return out, nil
}

// subject is staff.Subject, and Conflict while another change of them waits.
func subject(ctx context.Context, tx *pg.Tx, by *staff.Member, id int64) (*staff.Member, error) {
	m, err := staff.Subject(ctx, tx, by, id)
	if err != nil {
		return nil, err
	}
	waiting, err := changes(ctx, tx, approval.StaffChange, `
		WHERE a.state IN ('pending', 'returned')
			AND EXISTS (
				SELECT
				FROM staff_change AS c
				WHERE c.approval_id = a.id
					AND c.staff_id = $1
			)`, id)
	if err != nil {
		return nil, err
	}
	if len(waiting) > 0 {
		return nil, fault.Newf(fault.Conflict, "%s已有一项变动在等 %s 复核，请等结果，或先撤回。", m.Name, waiting[0].Approver).Because("second-person")
	}
	return m, nil
}

// refuseTaken returns an Invalid fault if number or username belong to somebody,
// before a second person is troubled with it.
func refuseTaken(ctx context.Context, tx *pg.Tx, n staff.NewMember) error {
	const q = `
		SELECT
			EXISTS (SELECT FROM staff AS s WHERE s.no = $1) AS no,
			EXISTS (SELECT FROM staff AS s WHERE s.username = $2) AS username`
	var taken struct {
		No       bool `db:"no"`
		Username bool `db:"username"`
	}
	if err := tx.Get(ctx, &taken, q, n.No, n.Username); err != nil {
		return err
	}
	var f fault.Fields
	f.Require(!taken.No, "no", "这个工号已有人使用。")
	f.Require(!taken.Username, "username", "这个用户名已有人使用。")
	return f.Err()
}

// submit writes a request of the lines to a second person.
func submit(ctx context.Context, tx *pg.Tx, by *staff.Member, title string, lines []line) (Outcome, error) {
	route, name, err := secondPerson(ctx, tx, lines)
	if err != nil {
		return Outcome{}, err
	}
	draft := approval.Draft{Kind: approval.StaffChange, Title: title, Steps: []approval.Route{route}}
	for _, l := range lines {
		draft.Facts = append(draft.Facts, l.facts()...)
	}
	id, err := approval.Submit(ctx, tx, by, draft)
	if err != nil {
		return Outcome{}, err
	}
	for i, l := range lines {
		if err := l.save(ctx, tx, id, i+1); err != nil {
			return Outcome{}, err
		}
	}
	entry := trail.Entry{Action: trail.StaffChangeAsked, ApprovalID: id, Detail: title}
	return Outcome{Approval: id, Approver: name}, trail.Write(ctx, tx, by.Who(), entry)
}
