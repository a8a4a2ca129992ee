package staffing

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lib/pq"
	"golang.org/x/text/unicode/norm"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// maxReceivers is how many people one handover deals customers to at most.
const maxReceivers = 20

// Handover is what is filled in to hand customers over.
type Handover struct {
	Receivers string // staff numbers, separated by spaces or commas
	Grade     string // 1 to 5, 0 for customers without a grade, empty for all
	Leave     bool   // the person leaves for good with it
	Successor string // the staff number under whom the person's people come, when leaving
	Reason    string // of leaving, 2 to 200 characters
}

// Share is how many customers a receiver gets.
type Share struct {
	ID        int64  `db:"id"`
	No        string `db:"no"`
	Name      string `db:"name"`
	Branch    string `db:"branch"`
	Customers int    `db:"-"`
}

// GradeCount is how many customers of a person have a grade; 0 is none.
type GradeCount struct {
	Grade     int `db:"grade"`
	Customers int `db:"customers"`
}

// Preview is what a handover would do. It holds figures only: an administrator
// sees no customer.
type Preview struct {
	Person   staff.Person
	Grades   []GradeCount
	All      int // customers of the person
	Chosen   int // of those, the ones to hand over
	Grants   int // live grants of the person that end with it
	Requests int // requests of the person that end with it
	Shares   []Share
}

// Remaining is how many customers the person would still have.
func (p Preview) Remaining() int { return p.All - p.Chosen }

// Preview returns what a handover would do. It returns an Invalid fault of the
// field receivers or grade together with the figures that are known all the same.
func (o *Office) Preview(ctx context.Context, by *staff.Member, id int64, h Handover) (Preview, error) {
	if err := authz.Check(by, authz.ManageStaff); err != nil {
		return Preview{}, fmt.Errorf("preview handover of %d: %w", id, err)
	}
	person, err := o.people.Person(ctx, by, id)
	if err != nil {
		return Preview{}, fmt.Errorf("preview handover of %d: %w", id, err)
	}
	p := Preview{Person: person}
	err = o.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		only, wrong := gradeOf(h.Grade)
		if err := p.count(ctx, tx, only); err != nil {
			return err
		}
		if wrong != nil || strings.TrimSpace(h.Receivers) == "" {
			return wrong
		}
		if p.Shares, err = receivers(ctx, tx, by, id, h.Receivers); err != nil {
			return err
		}
		for i := range p.Shares {
			p.Shares[i].Customers = (p.Chosen - i + len(p.Shares) - 1) / len(p.Shares)
		}
		return nil
	})
	if err != nil {
		return p, fmt.Errorf("preview handover of %d: %w", id, err)
	}
	return p, nil
}

// count fills in the figures.
func (p *Preview) count(ctx context.Context, tx *pg.Tx, only *int) error {
	const grades = `
		SELECT
			g.grade,
			g.customers
		FROM customers_to_hand($1) AS g
		ORDER BY g.grade`
	if err := tx.Select(ctx, &p.Grades, grades, p.Person.ID); err != nil {
		return err
	}
	for _, g := range p.Grades {
		p.All += g.Customers
		if only == nil || *only == g.Grade {
			p.Chosen += g.Customers
		}
	}
	const ends = `
		SELECT
			e.grants,
			e.requests
		FROM ends_with_handover($1, $2) AS e`
	var e struct {
		Grants   int `db:"grants"`
		Requests int `db:"requests"`
	}
	err := tx.Get(ctx, &e, ends, p.Person.ID, only)
	p.Grants, p.Requests = e.Grants, e.Requests
	return err
}

// gradeOf reads the filter; nil is all.
func gradeOf(s string) (*int, error) {
	if s == "" {
		return nil, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 5 {
		return nil, invalid("grade", "请选择风险等级，或全部客户。")
	}
	return &n, nil
}

func invalid(field, sentence string) error {
	var f fault.Fields
	f.Add(field, sentence)
	return f.Err()
}

// receivers finds the people whose numbers were typed, in that order.
func receivers(ctx context.Context, tx *pg.Tx, by *staff.Member, person int64, typed string) ([]Share, error) {
	typed = norm.NFKC.String(strings.ToValidUTF8(typed, "?"))
	numbers := strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune(" ,，、;；\n\t", r) })
	if len(numbers) == 0 || len(numbers) > maxReceivers {
		return nil, invalid("receivers", fmt.Sprintf("请填写 1 到 %d 个接手人的工号。", maxReceivers))
	}
	const q = `
		SELECT
			s.id,
			s.no,
			s.name,
			b.name AS branch
		FROM staff AS s
		JOIN branch AS b ON b.id = s.branch_id
		WHERE s.no = $1
			AND s.disabled_at IS NULL
			AND s.role IN ('manager', 'supervisor')`
	var list []Share
	for _, no := range numbers {
		if slices.ContainsFunc(list, func(s Share) bool { return s.No == no }) {
			continue
		}
		var s Share
		err := tx.Get(ctx, &s, q, strings.ReplaceAll(no, "\x00", "?"))
		switch {
		case pg.IsNoRows(err):
			return nil, invalid("receivers", "工号 "+cut(no, 20)+" 不是在用的客户经理或主管。")
		case err != nil:
			return nil, err
		case s.ID == person || s.ID == by.ID:
			return nil, invalid("receivers", "不能移交给本人。")
		}
		list = append(list, s)
	}
	return list, nil
}

func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

// HandOver hands customers over and, with Leave, lets the person go in the same
// act: the account is disabled and sessions, grants and requests end. It returns
// what happened in words. Leaving is refused as Invalid while customers or people
// would remain without somebody (fields receivers and successor).
func (o *Office) HandOver(ctx context.Context, by *staff.Member, id int64, h Handover) (string, error) {
	h.Reason = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(norm.NFC.String(h.Reason), "?"), "\x00", "?"))
	var said string
	err := o.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		m, err := staff.Subject(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if said, err = o.handOver(ctx, tx, by, m, h); err != nil {
			return err
		}
		if h.Leave {
			left, err := leave(ctx, tx, by, m, h)
			if err != nil {
				return err
			}
			said += left
		}
		return tx.Notify(ctx, "staff", strconv.FormatInt(id, 10))
	})
	o.people.Evict(id)
	if err != nil {
		return "", fmt.Errorf("hand over of %d: %w", id, handoverViolation(err))
	}
	return said, nil
}

// handOver moves the customers and says so on the trail.
func (o *Office) handOver(ctx context.Context, tx *pg.Tx, by, m *staff.Member, h Handover) (string, error) {
	only, err := gradeOf(h.Grade)
	if err != nil {
		return "", err
	}
	p := Preview{Person: staff.Person{Member: *m}}
	if err := p.count(ctx, tx, only); err != nil {
		return "", err
	}
	if h.Leave && p.All == 0 {
		return "", nil
	}
	if p.Chosen == 0 {
		return "", fault.New(fault.Conflict, "没有符合条件的客户可以移交。")
	}
	to, err := receivers(ctx, tx, by, m.ID, h.Receivers)
	if err != nil {
		return "", err
	}
	ids := make([]int64, len(to))
	for i, s := range to {
		ids[i] = s.ID
	}
	var got []struct {
		Receiver  int64 `db:"receiver"`
		Customers int   `db:"customers"`
	}
	const q = `
		SELECT
			h.receiver,
			h.customers
		FROM hand_over($1, $2, $3) AS h`
	if err := tx.Select(ctx, &got, q, m.ID, pq.Array(ids), only); err != nil {
		return "", err
	}
	said := fmt.Sprintf("已移交%s（%s）的客户：", m.Name, m.No)
	for i, s := range to {
		n := 0
		for _, g := range got {
			if g.Receiver == s.ID {
				n = g.Customers
			}
		}
		if i > 0 {
			said += "、"
		}
		said += fmt.Sprintf("%s %d 位", s.Name, n)
	}
	said += "。"
	return said, trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.CustomersHanded, Detail: said})
}
