package customer

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/pg"
	"liuhen/internal/seal"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Book is the customers of the institution.
type Book struct {
	db     *pg.DB
	search seal.SearchKey
}

// NewBook returns the book over db; search makes the tokens by which an exact
// mobile or certificate number is found.
func NewBook(db *pg.DB, search seal.SearchKey) *Book {
	return &Book{db: db, search: search}
}

// pageRows is how many rows a page of the list has.
const pageRows = 50

// Row is one customer in the list, of the basic group only.
type Row struct {
	ID             int64      `db:"id"`
	No             string     `db:"no"`
	Name           string     `db:"name"`
	Pinyin         string     `db:"pinyin"`
	Grade          *int16     `db:"grade"`
	GradeUntil     *time.Time `db:"grade_until"`
	AssetBand      *int16     `db:"asset_band"`
	MobileMask     string     `db:"mobile_mask"`
	OpenedOn       *time.Time `db:"opened_on"`
	LastContactAt  *time.Time `db:"last_contact_at"`
	LastContactVia Via        `db:"last_contact_via"`
	Branch         string     `db:"branch"`
	Manager        string     `db:"manager"` // empty while nobody looks after the customer

	Tags pq.StringArray `db:"tags"` // those of the open group
}

// Page is a page of the list.
type Page struct {
	Rows     []Row
	From     int             // the place of the first row, from 1; 0 on an empty page
	Found    int64           // how many customers the query finds
	Total    int64           // how many there are in the scope
	Grades   map[int16]int64 // how many the query finds of each grade, 0 for none, whatever grades it asks for
	Previous string          // Query.Before of the page before; empty on the first
	Next     string          // Query.After of the page after; empty on the last
	Query    Query           // the query as it was understood
	Branches []Choice        // what BranchID may be, where there is a choice
	Managers []Choice        // what ManagerID may be, where there is a choice
	Tags     []Choice        // what Tags may be: the rules in force of the open group
}

// Choice is a branch or a person to filter by.
type Choice struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
}

// List returns a page of the customers in the scope of by that q asks for, and
// records who looked for what. It returns Forbidden for a role that sees no
// customers and Invalid for a broken place in the list.
func (b *Book) List(ctx context.Context, by *staff.Member, q Query) (Page, error) {
	q = q.understood()
	l, err := b.listing(by, q)
	if err != nil {
		return Page{}, err
	}
	page := Page{Query: q}
	err = b.db.InTxSoon(ctx, by.Actor(), func(tx *pg.Tx) error {
		page = Page{Query: q}
		if err := l.rows(ctx, tx, &page); err != nil {
			return err
		}
		if err := l.counts(ctx, tx, &page); err != nil {
			return err
		}
		if err := l.choices(ctx, tx, by, &page); err != nil {
			return err
		}
		if err := tx.Select(ctx, &page.Tags, tagChoices); err != nil {
			return fmt.Errorf("tags: %w", err)
		}
		return listed(ctx, tx, by, l.detail(page.Found))
	})
	if err != nil {
		return Page{}, fmt.Errorf("list customers: %w", err)
	}
	return page, nil
}

// tagChoices are the tags to filter by. Those of closed groups are left out: one
// finds only whom one holds a grant for.
const tagChoices = `
	SELECT
		r.id,
		r.name
	FROM tag_rule AS r
	WHERE r.field_group = 'basic'
		AND r.tagged > 0
	ORDER BY
		r.code,
		r.id`

// listed writes that by looked at a list. Its transaction is InTxSoon: the line
// speaks of open data only, and the search box must answer while one types.
// Views of a file and of closed groups are waited for.
func listed(ctx context.Context, tx *pg.Tx, by *staff.Member, detail string) error {
	return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.ListViewed, Detail: detail})
}

// rows reads the page and the ways to its neighbours.
func (l listing) rows(ctx context.Context, tx *pg.Tx, page *Page) error {
	text, args := l.rowsSQL()
	var rows []Row
	if err := tx.Select(ctx, &rows, text, args...); err != nil {
		return fmt.Errorf("rows: %w", err)
	}
	page.Rows, page.From, page.Previous, page.Next = l.turn(rows)
	return nil
}

// counts reads how many the query finds, in all and by grade.
func (l listing) counts(ctx context.Context, tx *pg.Tx, page *Page) error {
	text, args := l.gradesSQL()
	var grades []struct {
		Grade int16 `db:"grade"`
		N     int64 `db:"n"`
	}
	if err := tx.Select(ctx, &grades, text, args...); err != nil {
		return fmt.Errorf("counts: %w", err)
	}
	page.Grades = make(map[int16]int64, len(grades))
	for _, g := range grades {
		page.Grades[g.Grade] = g.N
		page.Total += g.N
		if l.query.wants(g.Grade) {
			page.Found += g.N
		}
	}
	if !l.narrowed {
		return nil
	}
	text, args = l.totalSQL()
	return tx.Get(ctx, &page.Total, text, args...)
}

// choices reads what the list may be filtered by: nothing for a manager, whose
// customers are all their own. People are offered once one branch is left; an
// institution has thousands of them.
func (l listing) choices(ctx context.Context, tx *pg.Tx, by *staff.Member, page *Page) error {
	if by.Role == staff.Manager {
		return nil
	}
	branches := `
		SELECT
			b.id,
			b.name
		FROM branch AS b
		WHERE EXISTS (
			SELECT
			FROM customer_count AS c
			WHERE c.branch_id = b.id
				AND c.n > 0
				AND ` + l.scope.text() + `
		)
		ORDER BY
			b.code,
			b.id`
	if err := tx.Select(ctx, &page.Branches, branches, l.scope.args...); err != nil {
		return fmt.Errorf("branches: %w", err)
	}
	seen := make([]int64, len(page.Branches))
	for i, branch := range page.Branches {
		seen[i] = branch.ID
	}
	branch := l.query.BranchID
	if len(seen) == 1 {
		branch, page.Branches = seen[0], nil
	}
	if branch == 0 && l.query.ManagerID == 0 {
		return nil
	}
	const managers = `
		SELECT
			s.id,
			s.name
		FROM staff AS s
		WHERE s.role = 'manager'
			AND s.disabled_at IS NULL
			AND s.branch_id = ANY($1)
			AND (s.branch_id = $2 OR s.id = $3)
		ORDER BY
			s.no,
			s.id
		LIMIT 500`
	if err := tx.Select(ctx, &page.Managers, managers, pq.Array(seen), branch, l.query.ManagerID); err != nil {
		return fmt.Errorf("managers: %w", err)
	}
	return nil
}
