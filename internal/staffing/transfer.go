package staffing

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Transfer is what is filled in to move a person to another branch.
type Transfer struct {
	Branch    string // the code
	Superior  string // the staff number; a manager must have one
	Receivers string // staff numbers who take customers over; empty for none
	Grade     string // as of Handover
	Successor string // under whom the person's people come; empty to keep them
}

func (t Transfer) handover() Handover { return Handover{Receivers: t.Receivers, Grade: t.Grade} }

// TransferPreview is what a transfer would do: the customers that go to others,
// those that stay with the person, and what ends with the branch.
type TransferPreview struct {
	Preview
	Profile staff.Profile   // with all that ends
	To      staff.Placement // zero until a branch is chosen
}

// PreviewTransfer returns what a transfer would do. What is wrong is an Invalid
// fault of the fields branch, superior, receivers, grade or successor, together
// with what is known all the same.
func (o *Office) PreviewTransfer(ctx context.Context, by *staff.Member, id int64, t Transfer) (TransferPreview, error) {
	if err := authz.Check(by, authz.ManageStaff); err != nil {
		return TransferPreview{}, fmt.Errorf("preview transfer of %d: %w", id, err)
	}
	pre, err := o.Preview(ctx, by, id, t.handover())
	p := TransferPreview{Preview: pre}
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return p, fmt.Errorf("preview transfer of %d: %w", id, err)
	}
	wrong := err
	if p.Profile, err = o.people.Profile(ctx, by, id); err != nil {
		return p, fmt.Errorf("preview transfer of %d: %w", id, err)
	}
	if wrong == nil && t.Branch != "" {
		wrong = o.db.Read(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
			if p.To, err = t.placed(ctx, tx, &p.Profile.Member); err != nil || t.Successor == "" {
				return err
			}
			_, err = successor(ctx, tx, id, t.Successor)
			return err
		})
	}
	if wrong != nil {
		return p, fmt.Errorf("preview transfer of %d: %w", id, wrong)
	}
	return p, nil
}

// placed checks where the person would stand.
func (t Transfer) placed(ctx context.Context, tx *pg.Tx, m *staff.Member) (staff.Placement, error) {
	to, err := staff.Placed(ctx, tx, m.ID, t.post(m))
	if err == nil && to.BranchID == m.BranchID {
		err = invalid("branch", "机构没有变动；只改上级请用「变更岗位」。")
	}
	return to, err
}

func (t Transfer) post(m *staff.Member) staff.Post {
	return staff.Post{Role: m.Role, Branch: t.Branch, Superior: strings.TrimSpace(t.Superior)}
}

// Transfer moves a person to another branch, gives customers to the receivers
// and, with a successor, the people below, in one act: all or nothing. Every
// grant of the person ends and every request is withdrawn; customers that are not
// handed over stay with the person and in their branch. It returns what happened
// in words, the faults of PreviewTransfer, and Conflict for somebody disabled,
// oneself, or while another change of the person waits.
func (o *Office) Transfer(ctx context.Context, by *staff.Member, id int64, t Transfer) (string, error) {
	var said string
	err := o.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		m, err := subject(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if !m.Active() {
			return fault.New(fault.Conflict, m.Name+"已停用，请先恢复账号。")
		}
		if _, err := t.placed(ctx, tx, m); err != nil {
			return err
		}
		if said, err = o.transfer(ctx, tx, by, m, t); err != nil {
			return err
		}
		if err := trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.StaffTransferred, Detail: said}); err != nil {
			return err
		}
		return tx.Notify(ctx, "staff", strconv.FormatInt(id, 10))
	})
	o.people.Evict(id)
	if err != nil {
		return "", fmt.Errorf("transfer of %d: %w", id, handoverViolation(staff.Violation(err)))
	}
	return said, nil
}

// transfer saves the parts and says what they were.
func (o *Office) transfer(ctx context.Context, tx *pg.Tx, by, m *staff.Member, t Transfer) (string, error) {
	var handed, below string
	var err error
	if strings.TrimSpace(t.Receivers) != "" {
		if handed, err = o.handOver(ctx, tx, by, m, t.handover()); err != nil {
			return "", err
		}
	}
	if t.Successor != "" {
		if below, err = succeed(ctx, tx, m, t.Successor); err != nil {
			return "", err
		}
	}
	var left Preview
	left.Person.Member = *m
	if err := left.count(ctx, tx, nil); err != nil {
		return "", err
	}
	moved, err := staff.Repost(ctx, tx, m, t.post(m))
	if err != nil {
		return "", err
	}
	said := "调动" + moved + below + "。" + handed
	if left.All > 0 {
		said += fmt.Sprintf("其余 %d 位客户仍由其主办，归属机构不变。", left.All)
	}
	return said, nil
}
