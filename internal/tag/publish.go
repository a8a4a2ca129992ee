package tag

import (
	"context"
	"fmt"
	"strconv"
	"unicode/utf8"

	"liuhen/internal/approval"
	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Submit puts the own draft of a rule before somebody of the other office: what
// compliance writes risk control reviews, and the other way round. It returns
// Conflict if there is no own draft, or nobody to review it.
func (d *Desk) Submit(ctx context.Context, by *staff.Member, id int64) error {
	if err := authz.Check(by, authz.ManageTags); err != nil {
		return err
	}
	impact, err := d.impact(ctx, id)
	if err != nil {
		return fmt.Errorf("submit rule %d: %w", id, err)
	}
	err = d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		r, err := ruleFile(ctx, tx, id)
		if err != nil {
			return err
		}
		v := r.Latest()
		if v.State != Drafted || v.AuthorID != by.ID {
			return fault.New(fault.Conflict, "没有您编写的草稿可以提交，请先保存草稿。")
		}
		other := staff.Risk
		if by.Role == staff.Risk {
			other = staff.Compliance
		}
		route, err := approval.SomeoneElse(ctx, tx, by, "标签规则由编写者以外的"+other.Label()+"复核", other)
		if err != nil {
			return err
		}
		a, err := approval.Submit(ctx, tx, by, approval.Draft{
			Kind:  approval.TagRule,
			Title: fmt.Sprintf("发布标签规则「%s」第 %d 版", v.Name, v.Version),
			Steps: []approval.Route{route}, Facts: factsOf(r, impact), Link: href.TagRule(id),
		})
		if err != nil {
			return err
		}
		const q = `
			UPDATE tag_rule_version
			SET state = 'pending',
				approval_id = $3
			WHERE rule_id = $1
				AND version = $2`
		if _, err := tx.Exec(ctx, q, id, v.Version, a); err != nil {
			return err
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{
			Action: trail.TagRuleSubmitted, ApprovalID: a, Detail: fmt.Sprintf("「%s」第 %d 版", v.Name, v.Version),
		})
	})
	if err != nil {
		return fmt.Errorf("submit rule %d: %w", id, err)
	}
	return nil
}

// factsOf says what the review decides on: the version beside the one in force,
// and what publishing it would change as things stand.
func factsOf(r RuleFile, impact Preview) []approval.Fact {
	v := r.Latest()
	var was Version
	for _, old := range r.Versions {
		if old.State == Published {
			was = old
		}
	}
	changed := func(label, before, after string) approval.Fact {
		if before == after {
			before = ""
		}
		return approval.Fact{Label: label, Before: before, After: after}
	}
	facts := []approval.Fact{
		changed("名称", was.Name, v.Name),
		{Label: "条件", After: v.Words()},
		{Label: "所属分组", After: r.Group.Label()},
		{Label: "影响", After: fmt.Sprintf("新增 %s，失去 %s，不变 %s", impact.Gain.Count(), impact.Lose.Count(), impact.Keep.Count())},
	}
	if was.Version > 0 {
		facts[1] = changed("条件", was.Words(), v.Words())
	}
	if v.Description != "" {
		facts = append(facts, approval.Fact{Label: "说明", After: v.Description})
	}
	return facts
}

// Publishing is what the approval of a rule brings about: its version is in
// force, and its evaluation is due.
type Publishing struct{}

// Apply publishes the version in the name of its reviewer.
func (Publishing) Apply(ctx context.Context, tx *pg.Tx, by *staff.Member, a approval.Approval) error {
	const q = `
		UPDATE tag_rule_version
		SET state = 'published',
			approved_by = $2,
			published_at = now()
		WHERE approval_id = $1
			AND state = 'pending'
		RETURNING
			rule_id,
			version,
			name`
	var v struct {
		RuleID  int64  `db:"rule_id"`
		Version int    `db:"version"`
		Name    string `db:"name"`
	}
	if err := tx.Get(ctx, &v, q, a.ID, by.ID); err != nil {
		if pg.IsNoRows(err) {
			return fault.Wrap(fault.Conflict, "这一版规则已不在待复核状态，不能发布。", err)
		}
		return fmt.Errorf("publish rule: %w", err)
	}
	return trail.Write(ctx, tx, by.Who(), trail.Entry{
		Action: trail.TagRulePublished, ApprovalID: a.ID, Detail: fmt.Sprintf("「%s」第 %d 版", v.Name, v.Version),
	})
}

// Mark marks no rule: each is looked at by itself as it is.
func (Publishing) Mark(context.Context, *pg.Tx, approval.Approval) (string, error) { return "", nil }

// Retire takes the version in force out of force; the tags it gave are closed
// with the next evaluation, which follows at once. It returns Invalid on reason,
// Conflict if no version is in force, and NotFound.
func (d *Desk) Retire(ctx context.Context, by *staff.Member, id int64, reason string) error {
	if err := authz.Check(by, authz.ManageTags); err != nil {
		return err
	}
	reason = plain(reason)
	var f fault.Fields
	n := utf8.RuneCountInString(reason)
	f.Require(n >= 10 && n <= 200, "reason", "请写 10 到 200 个字的停用理由，现在 "+strconv.Itoa(n)+" 个字。")
	if err := f.Err(); err != nil {
		return err
	}
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		r, err := ruleFile(ctx, tx, id)
		if err != nil {
			return err
		}
		if r.InForce == 0 {
			return fault.New(fault.Conflict, "这条规则没有在用的版本。")
		}
		const q = `
			UPDATE tag_rule_version
			SET state = 'retired',
				retired_at = now(),
				retired_by = $2,
				retire_reason = $3
			WHERE rule_id = $1
				AND state = 'published'`
		if _, err := tx.Exec(ctx, q, id, by.ID, reason); err != nil {
			return err
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{
			Action: trail.TagRuleRetired, Detail: fmt.Sprintf("「%s」第 %d 版：%s", r.Name, r.InForce, reason),
		})
	})
	if err != nil {
		return fmt.Errorf("retire rule %d: %w", id, err)
	}
	return nil
}
