package consent

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"liuhen/internal/authz"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Desk is where staff see and record consents.
type Desk struct{ db *pg.DB }

// NewDesk returns the desk of the database.
func NewDesk(db *pg.DB) *Desk { return &Desk{db: db} }

// Record is what a customer said to somebody, to be written down.
type Record struct {
	Said     []Said
	At       time.Time // when it was said; zero for now
	Method   Method    // one of StaffMethods
	Evidence string    // number of the form, the card or the recording
	Reason   string
}

// act is an act as the ways into the ledger read it.
type act struct {
	CustomerID int64      `json:"customer_id"`
	At         *time.Time `json:"at,omitempty"`
	Method     Method     `json:"method"`
	Evidence   string     `json:"evidence,omitempty"`
	Reason     string     `json:"reason,omitempty"`
	Address    string     `json:"address,omitempty"`
	Events     []said     `json:"events"`
	Choices    []choice   `json:"choices,omitempty"`
}

type said struct {
	Kind     Kind      `json:"kind"`
	Category *Category `json:"category,omitempty"`
	Channel  *Channel  `json:"channel,omitempty"`
}

type choice struct {
	Subject string `json:"subject"`
	Agreed  bool   `json:"agreed"`
}

func written(list []Said) []said {
	out := make([]said, len(list))
	for i, s := range list {
		out[i].Kind = s.Kind
		if s.Category != Everything {
			out[i].Category = &list[i].Category
		}
		if s.Channel != EveryChannel {
			out[i].Channel = &list[i].Channel
		}
	}
	return out
}

// check returns an Invalid fault on the fields cell, at, method, evidence, reason.
func (r Record) check(now time.Time) error {
	var f fault.Fields
	f.Require(len(r.Said) > 0, "cell", "请至少选一项。")
	f.Require(r.Method == BySpoken || r.Method == ByCard || r.Method == ByPaper || r.Method == ByRecording, "method", "请选择方式。")
	f.Require(!r.At.After(now), "at", "时间不能晚于现在。")
	f.Require(r.At.IsZero() || r.At.Year() >= 2000, "at", "时间不能早于 2000 年。")
	f.Require(line(r.Evidence, 80), "evidence", "凭证编号最多 80 个字，写在一行里。")
	f.Require(line(r.Reason, 200), "reason", "说明最多 200 个字，写在一行里。")
	for _, s := range r.Said {
		switch {
		case s.Kind != Granted && s.Kind != Refused && s.Kind != Withdrawn,
			s.Category != Everything && !s.Category.Known(), s.Channel != EveryChannel && !s.Channel.Known():
			f.Add("cell", "有不认识的选项。")
		case s.Kind == Granted && (!s.Category.Leaf() || s.Channel == EveryChannel):
			f.Add("cell", "同意要逐类、逐渠道选择。")
		case s.Kind == Granted && r.Method.NeedsEvidence() && r.Evidence == "":
			f.Add("evidence", "登记同意须写凭证编号，如扫描件或录音的编号。")
		}
	}
	return f.Err()
}

// line reports whether s is valid text of at most n characters in one line.
func line(s string, n int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= n && !strings.ContainsFunc(s, unicode.IsControl)
}

// Record writes down what the customer with the number said to by, and returns
// the code of the receipt. A grant is recorded by who looks after the customer
// (Forbidden for others), of what the wording in force offers (Conflict), and on
// somebody's word not within QuietDays of a refusal (Conflict). It returns
// NotFound outside the scope and Invalid on the fields of check.
func (d *Desk) Record(ctx context.Context, by *staff.Member, no string, r Record) (receipt string, err error) {
	if err := authz.Check(by, authz.SeeCustomers); err != nil {
		return "", fmt.Errorf("record consent: %w", err)
	}
	r.Evidence, r.Reason = strings.TrimSpace(r.Evidence), strings.TrimSpace(r.Reason)
	if err := r.check(time.Now()); err != nil {
		return "", fmt.Errorf("record consent: %w", err)
	}
	err = d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		ref, err := customer.Locate(ctx, tx, by, no)
		if err != nil {
			return err
		}
		receipt, err = record(ctx, tx, by, ref, r)
		return err
	})
	if err != nil {
		return "", d.refused(ctx, by, no, fmt.Errorf("record consent: %w", err))
	}
	return receipt, nil
}

func record(ctx context.Context, tx *pg.Tx, by *staff.Member, ref customer.Ref, r Record) (receipt string, err error) {
	a := act{CustomerID: ref.ID, Method: r.Method, Evidence: r.Evidence, Reason: r.Reason, Address: by.Address, Events: written(r.Said)}
	if !r.At.IsZero() {
		a.At = &r.At
	}
	text, err := json.Marshal(a)
	if err != nil {
		return "", err
	}
	if err := tx.Get(ctx, &receipt, `SELECT consent_by_staff($1::jsonb)`, string(text)); err != nil {
		return "", violation(err)
	}
	entry := trail.Entry{Action: actionOf(r.Said), CustomerID: ref.ID, CustomerNo: ref.No, Detail: r.Method.Label() + "：" + summary(r.Said) + "，回执 " + receipt}
	if err := trail.Write(ctx, tx, by.Who(), entry); err != nil {
		return "", err
	}
	return receipt, announce(ctx, tx, ref.ManagerID, ref.No)
}

// announce tells the open pages of who looks after the customer, and of those who
// see every one, that the consents have changed.
func announce(ctx context.Context, tx *pg.Tx, managerID int64, no string) error {
	return tx.Notify(ctx, "consent", strconv.FormatInt(managerID, 10)+"/"+no)
}

// actionOf is the action of the trail: a record that only closes is a withdrawal.
func actionOf(list []Said) trail.Action {
	for _, s := range list {
		if s.Kind == Granted {
			return trail.ConsentRecorded
		}
	}
	return trail.ConsentWithdrawn
}

// summary says in few words what was said: each when they are few, else how many.
func summary(list []Said) string {
	counts := map[Kind]int{}
	var words []string
	for _, s := range list {
		counts[s.Kind]++
		if s.Kind.rank() == 0 {
			words = append(words, s.Kind.Label())
			continue
		}
		words = append(words, s.Kind.Label()+s.Category.Label()+"×"+s.Channel.Label())
	}
	if len(words) <= 3 {
		return strings.Join(words, "、")
	}
	words = nil
	for _, k := range []Kind{Granted, Refused, Withdrawn} {
		if counts[k] > 0 {
			words = append(words, fmt.Sprintf("%s %d 项", k.Label(), counts[k]))
		}
	}
	return strings.Join(words, "，")
}

// MayContact answers the one question of every send: whether the customer may be
// contacted about a category by a channel at a moment, and by which rule not.
func MayContact(ctx context.Context, tx *pg.Tx, customerID int64, c Cell, at time.Time) (Rule, error) {
	var r Rule
	err := tx.Get(ctx, &r, `SELECT may_contact($1, $2, $3, $4)`, customerID, string(c.Category), string(c.Channel), at)
	return r, err
}
