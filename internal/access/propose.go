package access

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"liuhen/internal/approval"
	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// maxRows is how many lines a policy has at most.
const maxRows = 100

// Propose puts a new version of the policy before the second person: risk
// control for a proposal of compliance, compliance for one of risk control. p is
// the whole policy as it shall be; p.Base is the version it was written on. It
// returns the request's id, Invalid on the fields row-N, note and those of the
// thresholds, and Conflict while another proposal waits or if the policy has
// changed meanwhile.
func (ps *Policies) Propose(ctx context.Context, by *staff.Member, p Policy) (id int64, err error) {
	if err := authz.Check(by, authz.ManagePolicy); err != nil {
		return 0, err
	}
	p.Note = strings.TrimSpace(p.Note)
	if err := p.check(); err != nil {
		return 0, err
	}
	err = ps.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('access/policy', 0))`); err != nil {
			return err
		}
		id, err = propose(ctx, tx, by, p)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("propose access policy: %w", err)
	}
	return id, nil
}

func propose(ctx context.Context, tx *pg.Tx, by *staff.Member, p Policy) (int64, error) {
	now, err := loadPolicy(ctx, tx, inForce)
	if err != nil {
		return 0, err
	}
	if waiting, err := pendingPolicy(ctx, tx); err != nil || waiting != nil {
		return 0, orConflict(err, "已有一份提议在等批准，请等它办完再提。")
	}
	if p.Base != now.Version {
		return 0, fault.New(fault.Conflict, "政策刚刚换了版本，请按现行版本重新修改。")
	}
	changes := p.Changes(now)
	if len(changes) == 0 {
		return 0, invalidNote("与现行版本没有差别。")
	}
	second := staff.Risk
	if by.Role == staff.Risk {
		second = staff.Compliance
	}
	to, err := approval.SomeoneElse(ctx, tx, by, "调阅政策须由另一方批准", second)
	if err != nil {
		return 0, err
	}
	id, err := approval.Submit(ctx, tx, by, approval.Draft{
		Kind:  approval.AccessPolicy,
		Title: fmt.Sprintf("调阅政策第 %d 版", now.Version+1),
		Steps: []approval.Route{to},
		Facts: append(changes, approval.Fact{Label: "修改理由", After: p.Note}),
		Link:  href.AccessPolicy(),
	})
	if err != nil {
		return 0, err
	}
	if err := save(ctx, tx, by, id, p); err != nil {
		return 0, err
	}
	return id, trail.Write(ctx, tx, by.Who(), trail.Entry{
		Action: trail.PolicyProposed, ApprovalID: id, Detail: fmt.Sprintf("调阅政策第 %d 版，%d 处修改：%s", now.Version+1, len(changes), p.Note),
	})
}

func orConflict(err error, sentence string) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, sentence)
}

func invalidNote(sentence string) error {
	var f fault.Fields
	f.Add("note", sentence)
	return f.Err()
}

func save(ctx context.Context, tx *pg.Tx, by *staff.Member, approvalID int64, p Policy) error {
	const head = `
		INSERT INTO access_policy (
			base, approval_id, author_id, note, work_from, work_to, quiet_from, quiet_to,
			files_a_day, often_a_week, mark_unserved, mark_outside, escalate_minutes, many_customers,
			watch_days, follow_days, follow_least, odd_least, volume_days, volume_times, volume_least, refused_days, refused_least
		)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
		RETURNING id`
	var id int64
	err := tx.Get(ctx, &id, head, p.Base, approvalID, by.ID, p.Note, p.WorkFrom, p.WorkTo, p.QuietFrom, p.QuietTo,
		p.Files, p.Often, p.Unserved, p.Outside, p.EscalateTime, p.Many,
		p.WatchDays, p.FollowDays, p.FollowLeast, p.OddLeast, p.VolumeDays, p.VolumeTimes, p.VolumeLeast, p.RefusedDays, p.RefusedLeast)
	if err != nil {
		return err
	}
	const line = `
		INSERT INTO access_policy_row (policy_id, role, relation, field_group, purpose, way, max_minutes, suggested_minutes, task)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	for _, r := range p.Rows {
		if _, err := tx.Exec(ctx, line, id, string(r.Role), string(r.Relation), string(r.Group), string(r.Purpose), string(r.Way), r.Max, r.Suggested, r.Task); err != nil {
			return err
		}
	}
	return nil
}

// check returns an Invalid fault on what no version may be.
func (p Policy) check() error {
	var f fault.Fields
	n := utf8.RuneCountInString(p.Note)
	f.Require(n >= 4 && n <= 300, "note", "修改理由为 4 到 300 个字。")
	f.Require(!strings.ContainsFunc(p.Note, unprintable), "note", "修改理由里有不能显示的字符。")
	f.Require(len(p.Rows) <= maxRows, "note", fmt.Sprintf("政策最多 %d 条。", maxRows))
	f.Require(p.WorkFrom >= 0 && p.WorkFrom < p.WorkTo && p.WorkTo <= 24, "work_from", "工作时间从 0 到 24 点，开始早于结束。")
	f.Require(hour(p.QuietFrom) && hour(p.QuietTo), "quiet_from", "异常时间为 0 到 23 点，两者相同为不设。")
	f.Require(p.Files >= 0 && p.Files <= 1000, "files", "客户数为 0 到 1000，0 为不设。")
	f.Require(p.Often == 0 || p.Often >= 2 && p.Often <= 100, "often", "次数为 2 到 100，0 为不设。")
	f.Require(p.EscalateTime == 0 || p.EscalateTime >= 10 && p.EscalateTime <= 14400, "escalate", "转上一级的时间为 10 到 14400 个工作分钟，0 为不转。")
	f.Require(p.Many == 0 || p.Many >= 2 && p.Many <= 100, "many", "一次最多的客户数为 2 到 100，0 为只能逐位申请。")
	p.Watch.check(&f)
	seen := map[string]bool{}
	for i, r := range p.Rows {
		name := "row-" + strconv.Itoa(i)
		if wrong := r.wrong(); wrong != "" {
			f.Add(name, fmt.Sprintf("第 %d 条（%s）：%s", i+1, r.Names(), wrong))
		}
		f.Require(!seen[r.key()], name, fmt.Sprintf("第 %d 条与前面的一条说的是同一件事（%s）。", i+1, r.Names()))
		seen[r.key()] = true
	}
	f.Require(seen[Row{}.key()], "note", "须有一条不限角色、关系、分组和用途的通则。")
	return f.Err()
}

func unprintable(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }

func hour(h int) bool { return h >= 0 && h < 24 }

// wrong says what is wrong with a line, "" if nothing is.
func (r Row) wrong() string {
	asks := []staff.Role{"", staff.Manager, staff.Supervisor, staff.Risk, staff.Compliance}
	switch {
	case !slices.Contains(asks, r.Role), r.Relation != "" && !slices.Contains(Relations(), r.Relation),
		r.Group != "" && !r.Group.Known(), r.Purpose != "" && !r.Purpose.Known(), !slices.Contains(Ways(), r.Way):
		return "有不认识的选项。"
	case r.Max < MinMinutes || r.Max > MaxMinutes:
		return fmt.Sprintf("最长时间为 %d 到 %d 分钟。", MinMinutes, MaxMinutes)
	case r.Suggested < MinMinutes || r.Suggested > r.Max:
		return fmt.Sprintf("建议时间为 %d 分钟到最长时间。", MinMinutes)
	case r.Way != Exempt:
		return ""
	case r.Relation != Managing && r.Relation != SameHome || r.Group == "":
		return "免审批须写明分组，且只能给主办或同机构。"
	case r.Purpose != "" || r.Task:
		return "免审批不问用途和工单，请选不限用途、不要工单。"
	default:
		return ""
	}
}

// Publishing is what the approval of a proposal brings about: it is in force.
type Publishing struct{}

// Apply puts the proposal behind a in force, in the name of its approver. It
// returns Conflict if it was written on a version that is no longer in force.
func (Publishing) Apply(ctx context.Context, tx *pg.Tx, by *staff.Member, a approval.Approval) error {
	var version int
	if err := tx.Get(ctx, &version, `SELECT publish_access_policy($1)`, a.ID); err != nil {
		return violation(err)
	}
	err := trail.Write(ctx, tx, by.Who(), trail.Entry{
		Action: trail.PolicyPublished, ApprovalID: a.ID, Detail: fmt.Sprintf("调阅政策第 %d 版生效", version),
	})
	if err != nil {
		return err
	}
	return tx.Notify(ctx, "policy", strconv.Itoa(version))
}

// Mark marks nothing: a proposal is always looked at by itself.
func (Publishing) Mark(context.Context, *pg.Tx, approval.Approval) (string, error) { return "", nil }
