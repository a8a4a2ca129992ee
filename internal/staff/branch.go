package staff

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/trail"
)

// BranchKind is what sort of place a branch is.
type BranchKind string

// The kinds. There is one head office, which Found makes; a branch stands below
// it or below another branch, a team below a branch.
const (
	HeadOffice  BranchKind = "head"
	BranchPlace BranchKind = "branch"
	Team        BranchKind = "team"
)

// Label returns the kind's name on screen.
func (k BranchKind) Label() string {
	switch k {
	case HeadOffice:
		return "总部"
	case BranchPlace:
		return "分支机构"
	case Team:
		return "团队"
	default:
		return string(k)
	}
}

// Place is a branch in the tree of the institution.
type Place struct {
	Branch
	ParentName string `db:"parent_name"` // empty for the head office
	Depth      int    `db:"depth"`       // 0 for the head office
	People     int    `db:"people"`      // active people of the branch itself
	Customers  int    `db:"customers"`   // of the branch itself
	Below      int    `db:"below"`       // open branches right below it
	Closed     bool   `db:"closed"`
}

// Organisation returns every branch, each followed by those below it, by code.
func (d *Directory) Organisation(ctx context.Context, by *Member) ([]Place, error) {
	if err := mayManage(by); err != nil {
		return nil, fmt.Errorf("organisation: %w", err)
	}
	const q = `
		WITH RECURSIVE tree AS (
			SELECT
				b.id,
				0 AS depth,
				ARRAY[b.code] AS path
			FROM branch AS b
			WHERE b.parent_id IS NULL
			UNION ALL
			SELECT
				b.id,
				t.depth + 1,
				t.path || b.code
			FROM branch AS b
			JOIN tree AS t ON t.id = b.parent_id
		)
		SELECT
			b.id,
			b.code,
			b.name,
			b.kind,
			COALESCE(b.parent_id, 0) AS parent_id,
			COALESCE(p.name, '') AS parent_name,
			t.depth,
			b.closed_at IS NOT NULL AS closed,` + inBranch + `
		FROM tree AS t
		JOIN branch AS b ON b.id = t.id
		LEFT JOIN branch AS p ON p.id = b.parent_id
		ORDER BY t.path`
	var list []Place
	err := d.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error { return tx.Select(ctx, &list, q) })
	if err != nil {
		return nil, fmt.Errorf("organisation: %w", err)
	}
	return list, nil
}

// NewBranch is what is filled in to add a branch.
type NewBranch struct {
	Code   string // 2 to 12 letters, digits and dashes
	Name   string
	Kind   BranchKind // BranchPlace or Team
	Parent string     // the code of the branch above
}

// tidy returns n as it is stored.
func (n NewBranch) tidy() NewBranch {
	for _, s := range []*string{&n.Code, &n.Parent} {
		*s = strings.TrimSpace(norm.NFKC.String(*s))
	}
	n.Name = strings.TrimSpace(norm.NFC.String(n.Name))
	return n
}

// maxBranchName is the longest name of a branch in characters, as the table's
// constraint has it.
const maxBranchName = 60

const badBranchName = "名称 1 到 60 个字，不能含特殊控制字符。"

// check returns an Invalid fault naming the fields at fault.
func (n NewBranch) check() error {
	var f fault.Fields
	f.Require(matches(`^[0-9A-Za-z-]{2,12}$`, n.Code), "code", "机构代码是 2 到 12 位字母、数字或短横线。")
	f.Require(nameable(n.Name, maxBranchName), "name", badBranchName)
	f.Require(n.Kind == BranchPlace || n.Kind == Team, "kind", "请选择类型。")
	f.Require(n.Parent != "", "parent", "请选择上级机构。")
	return f.Err()
}

// AddBranch adds a branch below another and returns it. It returns an Invalid
// fault naming the fields at fault (code, name, kind, parent) and a Forbidden
// one unless by manages people.
func (d *Directory) AddBranch(ctx context.Context, by *Member, n NewBranch) (Branch, error) {
	if err := mayManage(by); err != nil {
		return Branch{}, fmt.Errorf("add branch: %w", err)
	}
	n = n.tidy()
	if err := n.check(); err != nil {
		return Branch{}, fmt.Errorf("add branch: %w", err)
	}
	added := Branch{Code: n.Code, Name: n.Name, Kind: string(n.Kind)}
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		above, err := parentOf(ctx, tx, n)
		if err != nil {
			return err
		}
		const q = `
			INSERT INTO branch (
				code,
				name,
				kind,
				parent_id
			)
			VALUES ($1, $2, $3, $4)
			RETURNING id`
		added.ParentID = above.ID
		if err := tx.Get(ctx, &added.ID, q, n.Code, n.Name, string(n.Kind), above.ID); err != nil {
			return err
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{
			Action: trail.BranchAdded,
			Detail: fmt.Sprintf("%s（%s），%s，上级%s（%s）", n.Name, n.Code, n.Kind.Label(), above.Name, above.Code),
		})
	})
	if err != nil {
		return Branch{}, fmt.Errorf("add branch: %w", branchConstraints().Fault(err))
	}
	return added, nil
}

// parentOf finds the branch above and refuses one that n cannot stand below.
func parentOf(ctx context.Context, tx *pg.Tx, n NewBranch) (Branch, error) {
	const q = `
		SELECT
			b.id,
			b.code,
			b.name,
			b.kind
		FROM branch AS b
		WHERE b.code = $1
			AND b.closed_at IS NULL`
	var above Branch
	err := tx.Get(ctx, &above, q, plainText(n.Parent))
	if pg.IsNoRows(err) {
		return above, invalid("parent", "没有这个上级机构。")
	}
	if err != nil {
		return above, err
	}
	return above, mayStandBelow(n.Kind, above)
}

// mayStandBelow returns an Invalid fault if a branch of the kind cannot stand
// below the other.
func mayStandBelow(kind BranchKind, above Branch) error {
	switch {
	case kind == Team && BranchKind(above.Kind) != BranchPlace:
		return invalid("parent", "团队须设在分支机构下，"+above.Name+"是"+BranchKind(above.Kind).Label()+"。")
	case kind == BranchPlace && BranchKind(above.Kind) == Team:
		return invalid("parent", "团队下不能再设机构。")
	}
	return nil
}

// RenameBranch gives a branch another name; code and kind stay for
// good. A name at fault is
// an Invalid fault of the field name, and so is the name it already has.
func (d *Directory) RenameBranch(ctx context.Context, by *Member, id int64, name string) error {
	if err := mayManage(by); err != nil {
		return fmt.Errorf("rename branch %d: %w", id, err)
	}
	name = strings.TrimSpace(norm.NFC.String(name))
	if !nameable(name, maxBranchName) {
		return fmt.Errorf("rename branch %d: %w", id, invalid("name", badBranchName))
	}
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		const load = `
			SELECT
				b.code,
				b.name
			FROM branch AS b
			WHERE b.id = $1
			FOR UPDATE`
		var b Branch
		if err := tx.Get(ctx, &b, load, id); err != nil {
			return pg.OrNotFound(err, "没有这个机构。")
		}
		if b.Name == name {
			return invalid("name", "名称没有变动。")
		}
		if _, err := tx.Exec(ctx, `UPDATE branch SET name = $2 WHERE id = $1`, id, name); err != nil {
			return err
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{
			Action: trail.BranchChanged,
			Detail: fmt.Sprintf("%s（%s）改名为%s", b.Name, b.Code, name),
		})
	})
	if err != nil {
		return fmt.Errorf("rename branch %d: %w", id, branchConstraints().Fault(err))
	}
	d.EvictAll()
	return nil
}

// branchConstraints says what a violation of the table's constraints means.
func branchConstraints() pg.Constraints {
	field := func(name, sentence string) *fault.Error { return fault.As(invalid(name, sentence)) }
	return pg.Constraints{
		"branch_code_unique": field("code", "这个机构代码已有机构使用。"),
		"branch_name_length": field("name", badBranchName),
		"branch_place":       field("parent", "不能移到自己或自己的下级之下。"),
		"branch_empty":       fault.New(fault.Conflict, "刚刚有人员、客户或下级机构进来，请刷新后再看。"),
	}
}
