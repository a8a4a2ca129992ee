package approval_test

import (
	"context"
	"testing"
	"time"

	"liuhen/internal/approval"
	"liuhen/internal/fault"
)

func TestARequestIsTakenBackByItsRequesterOnly(t *testing.T) {
	t.Parallel()
	o := newOffice(t, filing{})
	ctx, by := context.Background(), o.people.Manager1
	id := o.submit(o.people.Supervisor1, o.people.Risk1)
	must(t, o.engine.Withdraw(ctx, o.people.Newbie, id), fault.NotFound, "没有这件申请")
	must(t, o.engine.Withdraw(ctx, o.people.Supervisor1, id), fault.NotFound, "没有这件申请")
	if err := o.engine.Withdraw(ctx, by, id); err != nil {
		t.Fatal(err)
	}
	o.want(id, "withdrawn 1 | dropped dropped | submitted withdrawn")
	must(t, o.engine.Withdraw(ctx, by, id), fault.Conflict, "撤回")
	must(t, o.decide(o.people.Supervisor1, id, approval.Approve, ""), fault.Conflict, "撤回")
	must(t, o.engine.Remind(ctx, by, id), fault.Conflict, "撤回")

	returned := o.submit(o.people.Supervisor1, o.people.Risk1)
	if err := o.decide(o.people.Supervisor1, returned, approval.Return, "补充工单号"); err != nil {
		t.Fatal(err)
	}
	if err := o.engine.Withdraw(ctx, by, returned); err != nil {
		t.Fatal(err)
	}
	o.want(returned, "withdrawn 1 | returned dropped | submitted returned withdrawn")

	decided := o.submit(o.people.Supervisor1)
	if err := o.decide(o.people.Supervisor1, decided, approval.Approve, ""); err != nil {
		t.Fatal(err)
	}
	must(t, o.engine.Withdraw(ctx, by, decided), fault.Conflict, "已由 周主管")
}

func TestAReminderGoesOnceInTenMinutes(t *testing.T) {
	t.Parallel()
	o := newOffice(t, filing{})
	ctx, by := context.Background(), o.people.Manager1
	id := o.submit(o.people.Supervisor1)
	must(t, o.engine.Remind(ctx, o.people.Newbie, id), fault.NotFound, "没有这件申请")
	if err := o.engine.Remind(ctx, by, id); err != nil {
		t.Fatal(err)
	}
	must(t, o.engine.Remind(ctx, by, id), fault.Throttled, "请 10 分钟后再试")
	o.db.Advance(9*time.Minute + 30*time.Second)
	must(t, o.engine.Remind(ctx, by, id), fault.Throttled, "请 1 分钟后再试")
	o.db.Advance(time.Minute)
	if err := o.engine.Remind(ctx, by, id); err != nil {
		t.Fatal(err)
	}
	o.want(id, "pending 1 | pending | submitted reminded reminded")
}

func TestAReminderToWhoHasLeftSaysWhatToDo(t *testing.T) {
	t.Parallel()
	o := newOffice(t, filing{})
	id := o.submit(o.people.Supervisor1)
	o.disable(o.people.Supervisor1.ID)
	must(t, o.engine.Remind(context.Background(), o.people.Manager1, id), fault.Conflict, "系统会转给")
}

func TestOpenRequestsEndWithTheJob(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"employment": `disabled_at = now()`,
		"role":       `role = 'supervisor'`,
		"branch":     `branch_id = (SELECT max(id) FROM branch)`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, filing{})
			pending, returned := o.submit(o.people.Supervisor1), o.submit(o.people.Supervisor1)
			if err := o.decide(o.people.Supervisor1, returned, approval.Return, "补充工单号"); err != nil {
				t.Fatal(err)
			}
			o.changeStaff(o.people.Manager1.ID, change)
			o.want(pending, "withdrawn 1 | dropped | submitted withdrawn")
			o.want(returned, "withdrawn 1 | returned | submitted returned withdrawn")
			must(t, o.decide(o.people.Supervisor1, pending, approval.Approve, ""), fault.Conflict, "撤回")
		})
	}
}
