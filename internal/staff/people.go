package staff

import (
	"context"
	"fmt"
	"strings"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
)

// pageOfPeople is how many people a page of the list holds.
const pageOfPeople = 50

// Person is a member as the list of people shows one.
type Person struct {
	Member
	BranchCode   string `db:"branch_code"`
	SuperiorNo   string `db:"superior_no"`
	SuperiorName string `db:"superior_name"`
	Subordinates int    `db:"subordinates"` // active people directly below
	Waiting      int    `db:"waiting"`      // approval steps that wait for this person
}

// Filter chooses people; its zero value chooses all.
type Filter struct {
	Text     string // part of the name, beginning of number or username
	Role     Role
	BranchID int64  // with all branches below
	Disabled bool   // only the disabled; otherwise only the active
	Mark     Mark   // only those of whom it is true
	Sort     Sort   // by staff number unless said otherwise
	After    string // the cursor after which the page begins
	Before   string // the cursor before which the page ends
}

// People is one page of the list, in the order of the filter.
type People struct {
	List   []Person
	Count  int    // how many the filter chooses in all
	Before string // for Filter.Before of the page before; empty on the first
	After  string // for Filter.After of the page after; empty on the last
}

// mayManage is the permission manage_staff of package authz, which stands above
// this package and cannot be asked from here; a test holds the two together.
func mayManage(by *Member) error {
	if by == nil {
		return fault.New(fault.Unauthenticated, "请先登录。")
	}
	if by.ID == Program().ID && by.Role == Program().Role || by.Active() && by.Role == Admin {
		return nil
	}
	return fault.New(fault.Forbidden, "只有管理员可以管理人员。").Because("role")
}

// List returns a page of the people that f chooses.
func (d *Directory) List(ctx context.Context, by *Member, f Filter) (People, error) {
	if err := mayManage(by); err != nil {
		return People{}, fmt.Errorf("list people: %w", err)
	}
	var page People
	err := d.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		where, args := f.where()
		if err := tx.Get(ctx, &page.Count, `SELECT count(*) FROM staff AS s`+where, args...); err != nil {
			return err
		}
		return page.read(ctx, tx, f)
	})
	if err != nil {
		return People{}, fmt.Errorf("list people: %w", err)
	}
	return page, nil
}

// where returns the condition on staff AS s and its arguments.
func (f Filter) where() (string, []any) {
	const condition = `
		WHERE ($1 = '' OR s.no LIKE $1 || '%' OR s.username LIKE lower($1) || '%' OR s.name LIKE '%' || $1 || '%')
			AND ($2 = '' OR s.role = $2)
			AND ($3::bigint = 0 OR in_branch(s.branch_id, $3::bigint))
			AND (s.disabled_at IS NOT NULL) = $4`
	return condition + f.Mark.condition(), []any{likeText(f.Text), plainText(string(f.Role)), f.BranchID, f.Disabled}
}

// persons reads Person rows, from staff AS s.
const persons = `
		SELECT` + memberColumns + `,
			b.code AS branch_code,
			COALESCE(u.no, '') AS superior_no,
			COALESCE(u.name, '') AS superior_name,
			(
				SELECT count(*)
				FROM staff AS below
				WHERE below.superior_id = s.id
					AND below.disabled_at IS NULL
			) AS subordinates,
			(
				SELECT count(*)
				FROM approval_step AS p
				WHERE p.approver_id = s.id
					AND p.state = 'pending'
			) AS waiting
		FROM staff AS s
		JOIN branch AS b ON b.id = s.branch_id
		LEFT JOIN staff AS u ON u.id = s.superior_id`

// Person returns one person as the list shows one.
func (d *Directory) Person(ctx context.Context, by *Member, id int64) (Person, error) {
	if err := mayManage(by); err != nil {
		return Person{}, fmt.Errorf("person %d: %w", id, err)
	}
	var one Person
	err := d.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		return tx.Get(ctx, &one, persons+`
		WHERE s.id = $1`, id)
	})
	if err != nil {
		return Person{}, fmt.Errorf("person %d: %w", id, pg.OrNotFound(err, "没有这个人。"))
	}
	return one, nil
}

// read fills the page with one person more than it shows, to know whether there
// is another page.
func (p *People) read(ctx context.Context, tx *pg.Tx, f Filter) error {
	where, args := f.where()
	edge, order, from := f.edge()
	q := persons + where + edge + order + `
		LIMIT $7`
	if err := tx.Select(ctx, &p.List, q, append(args, from.key, from.no, pageOfPeople+1)...); err != nil {
		return err
	}
	p.turn(f)
	return nil
}

// turn cuts the page to its size, puts it in order and finds its neighbours.
func (p *People) turn(f Filter) {
	more := len(p.List) > pageOfPeople
	if more {
		p.List = p.List[:pageOfPeople]
	}
	if f.Before != "" {
		for i, j := 0, len(p.List)-1; i < j; i, j = i+1, j-1 {
			p.List[i], p.List[j] = p.List[j], p.List[i]
		}
	}
	if len(p.List) == 0 {
		return
	}
	if f.Before != "" && more || f.Before == "" && f.After != "" {
		p.Before = f.Sort.cursor(p.List[0])
	}
	if f.Before != "" || more {
		p.After = f.Sort.cursor(p.List[len(p.List)-1])
	}
}

// Branch is a place of the institution where people work.
type Branch struct {
	ID       int64  `db:"id"`
	Code     string `db:"code"`
	Name     string `db:"name"`
	Kind     string `db:"kind"`      // head, branch or team
	ParentID int64  `db:"parent_id"` // 0 for the head office
}

// Branches returns every open branch, by code. Everybody may know them.
func (d *Directory) Branches(ctx context.Context) (list []Branch, err error) {
	err = d.db.Read(ctx, pg.Nobody, func(tx *pg.Tx) error {
		list, err = OpenBranches(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list branches: %w", err)
	}
	return list, nil
}

// OpenBranches returns within tx what Branches does.
func OpenBranches(ctx context.Context, tx *pg.Tx) ([]Branch, error) {
	const q = `
		SELECT
			b.id,
			b.code,
			b.name,
			b.kind,
			COALESCE(b.parent_id, 0) AS parent_id
		FROM branch AS b
		WHERE b.closed_at IS NULL
		ORDER BY b.code`
	var list []Branch
	err := tx.Select(ctx, &list, q)
	return list, err
}

// plainText returns s trimmed and without what PostgreSQL cannot take.
func plainText(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(s, "?"), "\x00", "?"))
}

// likeText is plainText with the signs of LIKE made plain.
func likeText(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(plainText(s))
}
