package tag

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"liuhen/internal/authz"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// ByHand is a tag to give.
type ByHand struct {
	Label  string
	Reason string
}

// checked returns the input trimmed, or an Invalid fault on label and reason.
// Both are open with the basic group, so neither may carry a number.
func (in ByHand) checked() (ByHand, error) {
	in.Label, in.Reason = plain(in.Label), plain(in.Reason)
	var f fault.Fields
	n := utf8.RuneCountInString(in.Label)
	f.Require(n >= 2 && n <= 12, "label", "标签为 2 到 12 个字。")
	f.Require(customer.MaskText(in.Label) == in.Label && !strings.ContainsFunc(in.Label, unicode.IsDigit), "label", "标签里不要写数字和号码。")
	f.Require(!isRuleName(in.Label), "label", "这是规则标签的名字，由规则给出，不能手工添加。")
	checkReason(&f, "reason", in.Reason)
	return in, f.Err()
}

func checkReason(f *fault.Fields, name, reason string) {
	n := utf8.RuneCountInString(reason)
	f.Require(n >= 4 && n <= 200, name, fmt.Sprintf("请写 4 到 200 个字的理由，现在 %d 个字。", n))
	f.Require(customer.MaskText(reason) == reason, name, "理由里不要写证件号、手机号或卡号。")
}

// isRuleName reports whether a label is the name of a rule that comes with the
// program; the names of the institution's own are asked of the database.
func isRuleName(label string) bool {
	for _, s := range SuppliedRules() {
		if s.Name == label {
			return true
		}
	}
	return false
}

// plain drops what is no text and outer spaces.
func plain(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "")))
}

// Give puts a tag on the customer by hand. It returns Forbidden for a role that
// serves nobody, NotFound outside the scope, Invalid on label and reason, and
// Conflict if the customer has the tag.
func (s *Shelf) Give(ctx context.Context, by *staff.Member, no string, in ByHand) error {
	if err := authz.Check(by, authz.TagCustomers); err != nil {
		return err
	}
	in, invalid := in.checked()
	err := s.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		ref, err := customer.Locate(ctx, tx, by, no)
		if err != nil {
			return err
		}
		if invalid != nil {
			return invalid
		}
		return give(ctx, tx, by, ref, in)
	})
	if err != nil {
		return s.refused(ctx, by, no, trail.TagGiven, fmt.Errorf("tag customer: %w", err))
	}
	return nil
}

func give(ctx context.Context, tx *pg.Tx, by *staff.Member, ref customer.Ref, in ByHand) error {
	var taken bool
	if err := tx.Get(ctx, &taken, `SELECT EXISTS (SELECT FROM tag_rule AS r WHERE r.name = $1)`, in.Label); err != nil {
		return err
	}
	if taken {
		var f fault.Fields
		f.Add("label", "这是规则标签的名字，由规则给出，不能手工添加。")
		return f.Err()
	}
	const q = `
		INSERT INTO customer_tag (customer_id, field_group, label, reason, added_by)
		VALUES ($1, 'basic', $2, $3, $4)`
	if _, err := tx.Exec(ctx, q, ref.ID, in.Label, in.Reason, by.ID); err != nil {
		return pg.Constraints{
			"customer_tag_hand_unique": fault.New(fault.Conflict, "这位客户已有标签「"+in.Label+"」。"),
		}.Fault(err)
	}
	return trail.Write(ctx, tx, by.Who(), trail.Entry{
		Action: trail.TagGiven, CustomerID: ref.ID, CustomerNo: ref.No, Detail: "「" + in.Label + "」：" + in.Reason,
	})
}

// Remove takes a tag given by hand off the customer; it stays on record with the
// reason. It returns NotFound outside the scope and for a tag that is not there
// or not by hand, and Invalid on reason.
func (s *Shelf) Remove(ctx context.Context, by *staff.Member, no string, tagID int64, reason string) error {
	if err := authz.Check(by, authz.TagCustomers); err != nil {
		return err
	}
	reason = plain(reason)
	err := s.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		ref, err := customer.Locate(ctx, tx, by, no)
		if err != nil {
			return err
		}
		const load = `
			SELECT t.label
			FROM customer_tag AS t
			WHERE t.id = $1
				AND t.customer_id = $2
				AND t.rule_id IS NULL
				AND t.until IS NULL
			FOR UPDATE`
		var label string
		if err := tx.Get(ctx, &label, load, tagID, ref.ID); err != nil {
			return pg.OrNotFound(err, "没有这个手工标签，或已被移除。")
		}
		var f fault.Fields
		checkReason(&f, "end_reason", reason)
		if err := f.Err(); err != nil {
			return err
		}
		const end = `
			UPDATE customer_tag
			SET until = now(),
				ended = 'removed',
				ended_by = $2,
				end_reason = $3
			WHERE id = $1`
		if _, err := tx.Exec(ctx, end, tagID, by.ID, reason); err != nil {
			return err
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{
			Action: trail.TagRemoved, CustomerID: ref.ID, CustomerNo: ref.No, Detail: "「" + label + "」：" + reason,
		})
	})
	if err != nil {
		return s.refused(ctx, by, no, trail.TagRemoved, fmt.Errorf("remove tag %d: %w", tagID, err))
	}
	return nil
}
