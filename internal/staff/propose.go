package staff

import (
	"context"
	"fmt"
	"slices"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
)

// NeedsSecond reports whether giving somebody the role takes two people: those
// who have it approve what others ask for, or administer the portal.
func (r Role) NeedsSecond() bool {
	return slices.Contains([]Role{Supervisor, Risk, Compliance, Admin}, r)
}

// Placement is where somebody new, or moved, would stand.
type Placement struct {
	BranchID   int64
	Branch     string // its name
	SuperiorID int64  // 0 at the top
	Superior   string // name and number; empty at the top
}

// Placed checks a post for a person within tx and returns where it is, without
// changing anything; id is 0 for somebody new. It returns what Move and Add
// return of the same post. Nobody else changes people until tx ends.
func Placed(ctx context.Context, tx *pg.Tx, id int64, to Post) (Placement, error) {
	var p Placement
	if err := oneAtATime(ctx, tx, peopleLock); err != nil {
		return p, err
	}
	if !known(to.Role) {
		return p, invalid("role", "请选择角色。")
	}
	var err error
	if p.BranchID, p.SuperiorID, err = posted(ctx, tx, id, to); err != nil {
		return p, err
	}
	const q = `
		SELECT
			b.name AS branch,
			COALESCE(s.name || '（' || s.no || '）', '') AS superior
		FROM branch AS b
		LEFT JOIN staff AS s ON s.id = NULLIF($2::bigint, 0)
		WHERE b.id = $1`
	var names struct {
		Branch   string `db:"branch"`
		Superior string `db:"superior"`
	}
	err = tx.Get(ctx, &names, q, p.BranchID, p.SuperiorID)
	p.Branch, p.Superior = names.Branch, names.Superior
	return p, err
}

// Repost saves within tx another branch or superior that Placed has checked, and
// returns what changed, in words. Another role takes a second person: the
// database refuses it.
func Repost(ctx context.Context, tx *pg.Tx, m *Member, to Post) (string, error) {
	after, err := move(ctx, tx, m.ID, to)
	if err != nil {
		return "", err
	}
	return movedWords(m, after), nil
}

// Hold makes whoever else changes people wait until tx ends.
func Hold(ctx context.Context, tx *pg.Tx) error { return oneAtATime(ctx, tx, peopleLock) }

// Subject returns the person whom by, an administrator, proposes something about
// within tx. It returns Forbidden unless by manages people, Conflict for the own
// account and NotFound for nobody.
func Subject(ctx context.Context, tx *pg.Tx, by *Member, id int64) (*Member, error) {
	if err := mayManage(by); err != nil {
		return nil, err
	}
	if by.ID == id {
		return nil, fault.New(fault.Conflict, "不能变更自己的岗位，请由另一位管理员操作。").Because("second-person")
	}
	return member(ctx, tx, id)
}

// KeepsAnAdmin returns a Conflict if m is the only active administrator.
func KeepsAnAdmin(ctx context.Context, tx *pg.Tx, m *Member) error { return keepAnAdmin(ctx, tx, m) }

// Prepare checks what is filled in for a new person as Add does, and returns it
// as it is stored with the hash of its password.
func (d *Directory) Prepare(ctx context.Context, by *Member, n NewMember) (NewMember, string, error) {
	if err := mayManage(by); err != nil {
		return n, "", err
	}
	n = n.tidy()
	if err := n.check(); err != nil {
		return n, "", err
	}
	hash, err := d.hash(ctx, n.Password)
	if err != nil {
		return n, "", fmt.Errorf("prepare person: %w", err)
	}
	return n, hash, nil
}

// HashFirst returns the hash of a first password, made when it is its turn among
// the sign-ins; it takes some hundredths of a second.
func (d *Directory) HashFirst(ctx context.Context, pw string) (string, error) {
	return d.hash(ctx, pw)
}

// Post returns where the new person is to stand.
func (n NewMember) Post() Post { return Post{Role: n.Role, Branch: n.Branch, Superior: n.Superior} }

// Violation turns what the database held against a statement about people into
// what it means to the user.
func Violation(err error) error { return constraints().Fault(err) }
