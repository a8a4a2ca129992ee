package approval

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Effect is what a kind of request brings about.
type Effect interface {
	// Apply runs in the transaction of the last approval, in the name of the
	// last approver. Its error undoes the decision.
	Apply(ctx context.Context, tx *pg.Tx, by *staff.Member, a Approval) error
	// Mark returns why a request stands out and must be looked at by itself,
	// empty if it does not. A marked request is not approved with others.
	Mark(ctx context.Context, tx *pg.Tx, a Approval) (string, error)
}

// Narrower is an Effect of requests that can be approved in part.
type Narrower interface {
	// Narrow keeps what the approver, whose approval is saved already, left of
	// a request, and tells it for the trail, empty if it is all that stood. It
	// returns Invalid on the fields group, minutes and customer for more than stood.
	Narrow(ctx context.Context, tx *pg.Tx, a Approval, left Left) (string, error)
}

// Engine moves requests of every kind through their steps.
type Engine struct {
	db      *pg.DB
	effects map[Kind]Effect
}

// NewEngine returns the engine for the kinds that have an effect.
func NewEngine(db *pg.DB, effects map[Kind]Effect) *Engine {
	return &Engine{db: db, effects: maps.Clone(effects)}
}

// Decide takes the verdict of by on the step of request id that waits for them.
// After the last approval the kind's effect has taken place. It returns NotFound
// to who is not asked, Forbidden on the own request, Conflict with who was first
// and when if the request is no longer open, and Invalid without the comment
// that rejecting and returning need.
func (e *Engine) Decide(ctx context.Context, by *staff.Member, id int64, v Verdict) error {
	if err := e.tryDecide(ctx, by, id, v, false); err != nil {
		return fmt.Errorf("decide request %d: %w", id, err)
	}
	return nil
}

// tryDecide puts a decision that is not for by on the trail as refused.
func (e *Engine) tryDecide(ctx context.Context, by *staff.Member, id int64, v Verdict, batch bool) error {
	err := e.decideOne(ctx, by, id, v, batch)
	kind := fault.KindOf(err)
	if err == nil || by == nil || kind != fault.Forbidden && kind != fault.NotFound {
		return err
	}
	entry := trail.Entry{Action: trail.ApprovalDecided, Refused: true, ApprovalID: id, Detail: fault.As(err).Sentence}
	return errors.Join(err, trail.Note(ctx, e.db, by.Who(), entry))
}

func (e *Engine) decideOne(ctx context.Context, by *staff.Member, id int64, v Verdict, batch bool) error {
	if err := authz.Check(by, authz.Approve); err != nil {
		return err
	}
	v, err := v.checked()
	if err != nil {
		return err
	}
	return e.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		a, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		steps, err := Steps(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := mayDecide(ctx, tx, by, a, steps); err != nil {
			return err
		}
		if err := allowVerb(a, v, batch); err != nil {
			return err
		}
		if err := e.allowMarked(ctx, tx, a, v, batch); err != nil {
			return err
		}
		return e.settle(ctx, tx, by, a, steps, v)
	})
}

// mayDecide holds the verdict back from everybody but the approver of the
// current step of a pending request.
func mayDecide(ctx context.Context, tx *pg.Tx, by *staff.Member, a Approval, steps []Step) error {
	if a.RequesterID == by.ID {
		return fault.New(fault.Forbidden, "不能审批自己的申请。").Because("four-eyes")
	}
	asked := false
	for _, s := range steps {
		asked = asked || s.ApproverID == by.ID
	}
	switch {
	case !asked:
		return fault.New(fault.NotFound, noSuch)
	case a.State != Pending:
		return alreadyDone(ctx, tx, a)
	case current(a, steps).ApproverID == by.ID:
		return nil
	default:
		return fault.Newf(fault.Conflict, "这件申请现在等 %s 处理。", current(a, steps).ApproverName)
	}
}

func current(a Approval, steps []Step) Step {
	for _, s := range steps {
		if s.Position == a.Step {
			return s
		}
	}
	return Step{}
}

// allowMarked holds back an approval of a marked request that was not looked
// at by itself.
func (e *Engine) allowMarked(ctx context.Context, tx *pg.Tx, a Approval, v Verdict, batch bool) error {
	effect, ok := e.effects[a.Kind]
	if !ok {
		return fmt.Errorf("kind %s has no effect", a.Kind)
	}
	if v.Verb != Approve || !batch {
		return nil
	}
	why, err := effect.Mark(ctx, tx, a)
	if err != nil || why == "" {
		return err
	}
	return fault.Newf(fault.Conflict, "有红色标记（%s），请打开后单独处理。", why)
}

// settle saves the verdict and everything that follows from it.
func (e *Engine) settle(ctx context.Context, tx *pg.Tx, by *staff.Member, a Approval, steps []Step, v Verdict) error {
	out := decide(v.Verb, a.Step == len(steps))
	if err := e.saveVerdict(ctx, tx, by, a, v, out); err != nil {
		return err
	}
	detail, err := e.narrow(ctx, tx, a, v)
	if err != nil {
		return err
	}
	detail = out.Event.Label() + a.named() + detail
	if out.Request == Approved {
		if err := e.effects[a.Kind].Apply(ctx, tx, by, a); err != nil {
			return err
		}
	}
	if v.Comment != "" {
		detail += "：" + v.Comment
	}
	err = trail.Write(ctx, tx, by.Who(), trail.Entry{
		Action: trail.ApprovalDecided, CustomerID: a.CustomerID, CustomerNo: a.CustomerNo, ApprovalID: a.ID, Detail: detail,
	})
	if err != nil {
		return err
	}
	if out.Next {
		if err := wake(ctx, tx, steps[a.Step].ApproverID); err != nil {
			return err
		}
	}
	if err := wake(ctx, tx, by.ID); err != nil {
		return err
	}
	return tellRequester(ctx, tx, a)
}

// narrow lets the kind keep what an approval leaves of a request.
func (e *Engine) narrow(ctx context.Context, tx *pg.Tx, a Approval, v Verdict) (string, error) {
	if v.Verb != Approve || v.Left.all() {
		return "", nil
	}
	n, ok := e.effects[a.Kind].(Narrower)
	if !ok {
		return "", fault.New(fault.Invalid, "这类申请不能只批准一部分，请批准、退回或拒绝。")
	}
	return n.Narrow(ctx, tx, a, v.Left)
}

// saveVerdict writes the step, the steps after it, the request and the event,
// in the order in which the database's guards can follow.
func (e *Engine) saveVerdict(ctx context.Context, tx *pg.Tx, by *staff.Member, a Approval, v Verdict, out outcome) error {
	const decided = `
		UPDATE approval_step
		SET state = $3,
			decided_at = now(),
			comment = $4
		WHERE approval_id = $1
			AND position = $2`
	if _, err := tx.Exec(ctx, decided, a.ID, a.Step, string(out.Step), v.Comment); err != nil {
		return violation(err)
	}
	step := a.Step
	if out.Next {
		step++
		if err := openStep(ctx, tx, a.ID, step); err != nil {
			return err
		}
	}
	if out.Request == Rejected {
		if err := dropSteps(ctx, tx, a.ID); err != nil {
			return err
		}
	}
	if err := moved(ctx, tx, a.ID, out.Request, step); err != nil {
		return err
	}
	return happened(ctx, tx, a.ID, by.ID, out.Event, v.Comment)
}

func openStep(ctx context.Context, tx *pg.Tx, id int64, position int) error {
	const q = `
		UPDATE approval_step
		SET state = 'pending',
			waiting_since = now()
		WHERE approval_id = $1
			AND position = $2`
	_, err := tx.Exec(ctx, q, id, position)
	return violation(err)
}
