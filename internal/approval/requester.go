package approval

import (
	"context"
	"fmt"
	"time"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// remindEvery is the least time between two reminders of one request.
const remindEvery = 10 * time.Minute

// Withdraw takes back a request of by that is pending or returned. It returns
// NotFound for somebody else's request and Conflict for one already decided.
func (e *Engine) Withdraw(ctx context.Context, by *staff.Member, id int64) error {
	if err := authz.Check(by, authz.SignedIn); err != nil {
		return err
	}
	err := e.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		a, steps, err := lockOwn(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if !CanMove(a.State, Withdrawn) {
			return alreadyDone(ctx, tx, a)
		}
		if err := allowWithdrawal(a); err != nil {
			return err
		}
		if err := dropSteps(ctx, tx, id); err != nil {
			return err
		}
		if err := moved(ctx, tx, id, Withdrawn, a.Step); err != nil {
			return err
		}
		if err := happened(ctx, tx, id, by.ID, WasWithdrawn, ""); err != nil {
			return err
		}
		if err := note(ctx, tx, by, trail.ApprovalTaken, a); err != nil {
			return err
		}
		if err := wake(ctx, tx, current(a, steps).ApproverID); err != nil {
			return err
		}
		return tellRequester(ctx, tx, a)
	})
	if err != nil {
		return fmt.Errorf("withdraw request %d: %w", id, err)
	}
	return nil
}

// Remind asks the approver of a pending request of by to hurry, at most once in
// ten minutes: sooner is a Throttled fault that says when it goes again.
func (e *Engine) Remind(ctx context.Context, by *staff.Member, id int64) error {
	if err := authz.Check(by, authz.SignedIn); err != nil {
		return err
	}
	err := e.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		a, steps, err := lockOwn(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if a.State != Pending {
			return alreadyDone(ctx, tx, a)
		}
		step := current(a, steps)
		if !step.ApproverAble {
			return fault.Newf(fault.Conflict, "%s 已离岗或不再审批，系统会转给能审批的人，请稍后再看。", step.ApproverName)
		}
		if err := refuseTooSoon(ctx, tx, id); err != nil {
			return err
		}
		if err := happened(ctx, tx, id, by.ID, WasReminded, ""); err != nil {
			return err
		}
		if err := note(ctx, tx, by, trail.ApprovalReminded, a); err != nil {
			return err
		}
		if err := wake(ctx, tx, step.ApproverID); err != nil {
			return err
		}
		return tellRequester(ctx, tx, a)
	})
	if err != nil {
		return fmt.Errorf("remind of request %d: %w", id, err)
	}
	return nil
}

// lockOwn holds a request of by with its steps.
func lockOwn(ctx context.Context, tx *pg.Tx, by *staff.Member, id int64) (Approval, []Step, error) {
	a, err := lock(ctx, tx, id)
	if err != nil {
		return a, nil, err
	}
	if a.RequesterID != by.ID {
		return a, nil, fault.New(fault.NotFound, noSuch)
	}
	steps, err := Steps(ctx, tx, id)
	return a, steps, err
}

func refuseTooSoon(ctx context.Context, tx *pg.Tx, id int64) error {
	events, err := Events(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, e := range events {
		if wait := remindEvery - time.Since(e.At); e.Kind == WasReminded && wait > 0 {
			return fault.Newf(fault.Throttled, "%s 已催办过，10 分钟内只催一次，请 %d 分钟后再试。",
				e.At.In(pg.Zone()).Format("15:04"), int((wait+time.Minute-1)/time.Minute))
		}
	}
	return nil
}

// note writes the line of the trail for something a requester did.
func note(ctx context.Context, tx *pg.Tx, by *staff.Member, act trail.Action, a Approval) error {
	return trail.Write(ctx, tx, by.Who(), trail.Entry{
		Action: act, CustomerID: a.CustomerID, CustomerNo: a.CustomerNo, ApprovalID: a.ID, Detail: a.named(),
	})
}

// named is how the trail speaks of a request: by its number. Its title names
// the customer, whom not everybody who reads the trail may know.
func (a Approval) named() string { return fmt.Sprintf("申请 %d", a.ID) }
