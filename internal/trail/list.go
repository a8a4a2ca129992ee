package trail

import (
	"context"
	"fmt"
	"slices"
	"time"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
)

const (
	pageOfLines = 50
	// ExportLimit is how many lines one export holds at most. Pages count no
	// further, so a large trail costs a page no more than a small one.
	ExportLimit = 100_000
)

// Setting is what the Reader needs from packages that stand above this one.
type Setting struct {
	// MayRead is the permission read_trail of package authz, by role.
	MayRead func(role string) bool
	// RoleLabel and GroupLabel give the names of roles and field groups on screen.
	RoleLabel  func(role string) string
	GroupLabel func(group string) string
	// Zone is where days begin.
	Zone *time.Location
}

// Reader reads the trail back. Reading it is on the trail too.
type Reader struct {
	db *pg.DB
	Setting
}

// NewReader returns a reader of the trail in db; every field of s is set.
func NewReader(db *pg.DB, s Setting) *Reader { return &Reader{db: db, Setting: s} }

// Page is one page of the trail, newest first.
type Page struct {
	Query  Query // as it was carried out, with both days
	Lines  []Line
	Count  int    // how many lines the query chooses, up to ExportLimit
	More   bool   // there are more than ExportLimit
	Before string // cursor for the newer page; empty on the first
	After  string // cursor for the older page; empty on the last
}

// List returns a page of the lines that q chooses and records the look. It is
// Forbidden to roles without the permission and Invalid for days the wrong way
// round; Page.Query is then still filled in.
func (r *Reader) List(ctx context.Context, who Who, q Query) (Page, error) {
	if err := r.check(who); err != nil {
		return Page{}, fmt.Errorf("list trail: %w", err)
	}
	q, err := q.settled(r.Zone, time.Now())
	if err != nil {
		return Page{Query: q}, fmt.Errorf("list trail: %w", err)
	}
	page := Page{Query: q}
	err = r.db.InTx(ctx, pg.Actor(who.StaffID), func(tx *pg.Tx) error {
		page.Lines = nil
		if err := r.count(ctx, tx, &page); err != nil {
			return err
		}
		if err := r.read(ctx, tx, &page); err != nil {
			return err
		}
		return Write(ctx, tx, who, Entry{Action: TrailRead, Detail: q.Words()})
	})
	if err != nil {
		return page, fmt.Errorf("list trail: %w", err)
	}
	return page, nil
}

func (r *Reader) check(who Who) error {
	if r.MayRead(who.Role) {
		return nil
	}
	return fault.New(fault.Forbidden, "只有合规与审计可以查看操作留痕。").Because("role")
}

// count counts the lines chosen, up to one more than ExportLimit.
func (r *Reader) count(ctx context.Context, tx *pg.Tx, page *Page) error {
	where, args := page.Query.where()
	q := fmt.Sprintf(`
		SELECT count(*)
		FROM (
			SELECT
			FROM trail AS t%s
			LIMIT %d
		) AS chosen`, where, ExportLimit+1)
	if err := tx.Get(ctx, &page.Count, q, args...); err != nil {
		return err
	}
	page.More = page.Count > ExportLimit
	page.Count = min(page.Count, ExportLimit)
	return nil
}

// lineColumns are the columns of a Line, from trail AS t.
const lineColumns = `
			t.id,
			t.at,
			COALESCE(t.staff_id, 0) AS staff_id,
			t.staff_no,
			t.staff_name,
			t.staff_role,
			t.action,
			t.refused,
			COALESCE(t.customer_id, 0) AS customer_id,
			t.customer_no,
			COALESCE(t.approval_id, 0) AS approval_id,
			t.groups,
			t.detail,
			COALESCE(host(t.address), '') AS address`

// read fills the page with one line more than it shows, to know whether there
// is another page.
func (r *Reader) read(ctx context.Context, tx *pg.Tx, page *Page) error {
	where, args := page.Query.where()
	order, from, edge := "DESC", page.Query.After, "<"
	if page.Query.Before != "" {
		order, from, edge = "ASC", page.Query.Before, ">"
	}
	if from != "" {
		c, err := readCursor(from)
		if err != nil {
			return err
		}
		where += fmt.Sprintf(`
			AND (t.at, t.id) %s ($%d, $%d)`, edge, len(args)+1, len(args)+2)
		args = append(args, c.at, c.id)
	}
	q := fmt.Sprintf(`
		SELECT%s
		FROM trail AS t%s
		ORDER BY
			t.at %s,
			t.id %s
		LIMIT %d`, lineColumns, where, order, order, pageOfLines+1)
	if err := tx.Select(ctx, &page.Lines, q, args...); err != nil {
		return err
	}
	page.turn()
	for i := range page.Lines {
		page.Lines[i].At = page.Lines[i].At.In(r.Zone)
	}
	return nil
}

// turn cuts the page to its size, puts it in order and finds its neighbours.
func (p *Page) turn() {
	more := len(p.Lines) > pageOfLines
	if more {
		p.Lines = p.Lines[:pageOfLines]
	}
	back := p.Query.Before != ""
	if back {
		slices.Reverse(p.Lines)
	}
	if len(p.Lines) == 0 {
		return
	}
	if back && more || !back && p.Query.After != "" {
		first := p.Lines[0]
		p.Before = cursor{first.At, first.ID}.String()
	}
	if back || more {
		last := p.Lines[len(p.Lines)-1]
		p.After = cursor{last.At, last.ID}.String()
	}
}
