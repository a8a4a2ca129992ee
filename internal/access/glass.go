package access

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/approval"
	"liuhen/internal/authz"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// GlassMinutes is how long a break-glass keeps groups open; the function
// open_break_glass of the database knows no other number.
const GlassMinutes = 15

// Glass is what somebody opens at once, and why it could not wait.
type Glass struct {
	Groups []Group
	Reason string
}

// Broken is a break-glass that has just opened.
type Broken struct {
	ApprovalID int64 // its review
	Groups     []Group
	Until      time.Time
	Reviewer   string
}

// Sentence tells who opened it what follows.
func (b Broken) Sentence() string {
	return fmt.Sprintf("已紧急打开「%s」%d 分钟，已通知 %s 与合规，一个工作日内复核。", Labels(b.Groups), GlassMinutes, b.Reviewer)
}

// BreakGlass opens groups of the customer with the number to by at once, for
// GlassMinutes, and puts the review before the superior of by, or before
// compliance if there is none; both are told in the same moment. It returns
// Forbidden to who looks after no customers, NotFound outside the scope of by,
// Invalid on group and reason, and Conflict if the groups are open already or
// the last break-glass of by is not reviewed yet.
func (d *Desk) BreakGlass(ctx context.Context, by *staff.Member, no string, g Glass) (Broken, error) {
	if err := authz.Check(by, authz.BreakGlass); err != nil {
		return Broken{}, err
	}
	var b Broken
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		b, err = breakGlass(ctx, tx, by, no, g)
		return err
	})
	if kind := fault.KindOf(err); kind == fault.NotFound || kind == fault.Conflict {
		entry := trail.Entry{Action: trail.GlassBroken, Refused: true, Groups: words(inOrder(g.Groups)), Detail: fault.As(err).Sentence}
		if strings.Trim(no, "0123456789") == "" {
			entry.CustomerNo = no
		}
		err = errors.Join(err, trail.Note(ctx, d.db, by.Who(), entry))
	}
	if err != nil {
		return Broken{}, fmt.Errorf("break glass of customer %s: %w", no, err)
	}
	return b, nil
}

func breakGlass(ctx context.Context, tx *pg.Tx, by *staff.Member, no string, g Glass) (Broken, error) {
	file, err := customer.Locate(ctx, tx, by, no)
	if err != nil {
		return Broken{}, err
	}
	if g, err = g.checked(file.Name); err != nil {
		return Broken{}, err
	}
	if err := oneAtATime(ctx, tx, by.ID, file.ID); err != nil {
		return Broken{}, err
	}
	now, err := standing(ctx, tx, by.ID, file.ID)
	if err != nil {
		return Broken{}, err
	}
	g.Groups = slices.DeleteFunc(g.Groups, func(w Group) bool { return now.Groups[w].State == Open })
	if len(g.Groups) == 0 {
		return Broken{}, fault.New(fault.Conflict, "所选的信息分组已经开放，不需要紧急调阅。")
	}
	to, err := reviewer(ctx, tx, by)
	if err != nil {
		return Broken{}, err
	}
	return openGlass(ctx, tx, by, file, g, to)
}

// checked returns the break-glass with its groups in order and its reason
// trimmed, or an Invalid fault on the fields group and reason. name is the
// customer's.
func (g Glass) checked(name string) (Glass, error) {
	var f fault.Fields
	for _, w := range g.Groups {
		f.Require(w.Known(), "group", "没有这个信息分组。")
	}
	f.Require(len(g.Groups) > 0, "group", "请选择要看的信息分组。")
	if wrong := ReasonFault(g.Reason, name); wrong != "" {
		f.Add("reason", wrong)
	}
	g.Groups, g.Reason = inOrder(g.Groups), strings.TrimSpace(g.Reason)
	return g, f.Err()
}

// reviewing is who reviews a break-glass, and why.
type reviewing struct {
	approval.Route
	Name string
}

// reviewer returns the nearest superior who can decide, or somebody of
// compliance where there is none.
func reviewer(ctx context.Context, tx *pg.Tx, by *staff.Member) (reviewing, error) {
	a, err := nearest(ctx, tx, by.ID)
	if err != nil {
		return reviewing{}, err
	}
	if a.ID != 0 {
		return reviewing{approval.Route{ApproverID: a.ID, Because: because(by, a), BehalfID: a.BehalfID}, a.Name}, nil
	}
	r := reviewing{}
	if r.Route, err = approval.SomeoneElse(ctx, tx, by, "合规复核没有上级的紧急调阅", staff.Compliance); err != nil {
		return reviewing{}, err
	}
	err = tx.Get(ctx, &r.Name, `SELECT s.name FROM staff AS s WHERE s.id = $1`, r.ApproverID)
	return r, err
}

// openGlass submits the review and opens the grants, which the database lets
// happen only together.
func openGlass(ctx context.Context, tx *pg.Tx, by *staff.Member, file customer.Ref, g Glass, to reviewing) (Broken, error) {
	b := Broken{Groups: g.Groups, Reviewer: to.Name}
	var due time.Time
	if err := tx.Get(ctx, &due, `SELECT one_working_day_after(now())`); err != nil {
		return Broken{}, err
	}
	var err error
	b.ApprovalID, err = approval.Submit(ctx, tx, by, approval.Draft{
		Kind:       approval.BreakGlass,
		CustomerID: file.ID,
		Title:      "紧急调阅 " + file.Name + "的" + Labels(g.Groups),
		Steps:      []approval.Route{to.Route},
		Facts: []approval.Fact{
			{Label: "紧急打开", After: fmt.Sprintf("提交时立即开放 %d 分钟，没有事前审批", GlassMinutes)},
			{Label: "复核期限", After: due.In(pg.Zone()).Format("01-02 15:04") + " 前（一个工作日）"},
		},
	})
	if err != nil {
		return Broken{}, broken(err)
	}
	const open = `SELECT open_break_glass($1, $2, $3)`
	if err := tx.Get(ctx, &b.Until, open, b.ApprovalID, pq.Array(words(g.Groups)), g.Reason); err != nil {
		return Broken{}, broken(err)
	}
	err = trail.Write(ctx, tx, by.Who(), trail.Entry{
		Action: trail.GlassBroken, CustomerID: file.ID, CustomerNo: file.No, ApprovalID: b.ApprovalID,
		Groups: words(g.Groups), Detail: fmt.Sprintf("紧急打开 %d 分钟，由 %s 复核：%s", GlassMinutes, to.Name, g.Reason),
	})
	if err != nil {
		return Broken{}, err
	}
	if err := tx.Notify(ctx, "glass", strconv.FormatInt(to.ApproverID, 10)); err != nil {
		return Broken{}, err
	}
	return b, tx.Notify(ctx, "grant", strconv.FormatInt(by.ID, 10)+"/"+file.No)
}

// broken turns what the database held against a break-glass into what it means
// to the user.
func broken(err error) error {
	return pg.Constraints{
		"break_glass_one_unreviewed": fault.New(fault.Conflict, "您上一次紧急调阅还没有复核，复核完成前不能再次紧急调阅。").Because("break-glass"),
		"break_glass_scope":          fault.New(fault.NotFound, "没有这位客户，或不在您的服务范围内。").Because("scope"),
	}.Fault(err)
}

// Review is what the verdict on a break-glass brings about: the access has been,
// so nothing but the verdict itself, which the approval keeps.
type Review struct{ opening Opening }

// NewReview returns the effect; what stands out goes by the policy in force.
func NewReview(policies *Policies) Review { return Review{NewOpening(policies)} }

// Apply does nothing.
func (Review) Apply(context.Context, *pg.Tx, *staff.Member, approval.Approval) error { return nil }

// Mark returns the red marks of the request as for any access.
func (r Review) Mark(ctx context.Context, tx *pg.Tx, a approval.Approval) (string, error) {
	return r.opening.Mark(ctx, tx, a)
}

// Urgent tells how the groups of the customer with the number stand towards by,
// for the mark that a break-glass puts on the file. It returns NotFound outside
// the scope of by.
func (d *Desk) Urgent(ctx context.Context, by *staff.Member, no string) (map[Group]Status, error) {
	if err := authz.Check(by, authz.RequestAccess); err != nil {
		return nil, err
	}
	var all map[Group]Status
	err := d.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		file, err := customer.Locate(ctx, tx, by, no)
		if err != nil {
			return err
		}
		now, err := standing(ctx, tx, by.ID, file.ID)
		all = now.Groups
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("break-glass of customer %s: %w", no, err)
	}
	return all, nil
}
