package customer

import (
	"context"
	"fmt"
	"slices"
	"time"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Group is the word of a closed field group, as the tables and addresses use it.
type Group string

// The closed groups.
const (
	ContactGroup      Group = "contact"
	IdentityGroup     Group = "identity"
	AssetsGroup       Group = "assets"
	TransactionsGroup Group = "transactions"
)

// Groups lists the closed groups in the order of the file.
func Groups() []Group {
	return []Group{ContactGroup, IdentityGroup, AssetsGroup, TransactionsGroup}
}

// Section is one closed group of a file. While it is not open only what is
// stored masked beside it is known.
type Section struct {
	Customer Ref
	Group    Group
	Open     bool
	Until    time.Time // open: when the grant runs out
	Band     *int16    // assets: the open band
	Masks    Masks
	Blocks   []Block // where the group came from, newest first
	Changes  []Change

	Contact      []ContactPoint
	Identity     []Document
	Assets       Assets
	Transactions Statement
}

// Masks are the masked forms of the closed values that have one.
type Masks struct {
	Mobile          string `db:"mobile_mask"`
	Email           string `db:"email_mask"`
	Address         string `db:"address_mask"`
	CertificateKind string `db:"certificate_kind"`
	Certificate     string `db:"certificate_mask"`
}

// Section returns one closed group of a customer's file, and reads the other
// parts of its page. If who acts holds a
// live grant the values are there and the look is on record; if not there are
// masks only. It returns NotFound for an unknown group or a customer outside the
// scope, and puts the latter on record.
func (b *Book) Section(ctx context.Context, by *staff.Member, no string, group Group, parts ...Part) (Section, error) {
	if !slices.Contains(Groups(), group) {
		return Section{}, fault.New(fault.NotFound, "没有这个信息分组。")
	}
	var section Section
	err := b.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		ref, err := Locate(ctx, tx, by, no)
		if err != nil {
			return err
		}
		sections, err := loadSections(ctx, tx, ref, group)
		if err != nil {
			return err
		}
		section = sections[0]
		if err := read(ctx, tx, ref, parts); err != nil {
			return err
		}
		return revealed(ctx, tx, by, sections)
	})
	if err != nil {
		return Section{}, b.refused(ctx, by, no, fmt.Errorf("section %s of customer: %w", group, err))
	}
	return section, nil
}

// revealed writes which of the sections were seen open, if any.
func revealed(ctx context.Context, tx *pg.Tx, by *staff.Member, sections []Section) error {
	var seen []string
	for _, s := range sections {
		if s.Open {
			seen = append(seen, string(s.Group))
		}
	}
	if len(seen) == 0 {
		return nil
	}
	ref := sections[0].Customer
	return trail.Write(ctx, tx, by.Who(), trail.Entry{
		Action:     trail.GroupRevealed,
		CustomerID: ref.ID,
		CustomerNo: ref.No,
		Groups:     seen,
	})
}

// refused puts a try to see a customer outside the scope on record, in a
// transaction of its own because that of the try is undone, and returns why.
func (b *Book) refused(ctx context.Context, by *staff.Member, no string, why error) error {
	kind := fault.KindOf(why)
	if kind != fault.NotFound && kind != fault.Forbidden {
		return why
	}
	entry := trail.Entry{Action: trail.FileViewed, Refused: true, Detail: "不在服务范围"}
	if isNo(no) {
		entry.CustomerNo = no
	}
	ctx = context.WithoutCancel(ctx)
	err := b.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		// Whoever may see the customer is told of the try on the file.
		const q = `SELECT c.id FROM customer AS c WHERE c.no = $1`
		if err := tx.Get(ctx, &entry.CustomerID, q, entry.CustomerNo); err != nil && !pg.IsNoRows(err) {
			return err
		}
		return trail.Write(ctx, tx, by.Who(), entry)
	})
	if err != nil {
		return fmt.Errorf("record a refused try: %w", err)
	}
	return why
}

// closed is what is known of every closed group of a customer: what is stored
// masked beside it, and which groups are open to who acts. The database is asked
// for that once a page.
type closed struct {
	Masks
	AssetBand *int16          `db:"asset_band"`
	Open      pg.List[opened] `db:"open_groups"`
}

// opened is a group that a live grant opens.
type opened struct {
	Group Group     `json:"field_group"`
	Until time.Time `json:"until"`
}

// closedColumns are the columns of closed, of customer AS c whose id is $1.
const closedColumns = `
			c.mobile_mask,
			c.email_mask,
			c.address_mask,
			c.certificate_kind,
			c.certificate_mask,
			c.asset_band,
			(SELECT json_agg(o) FROM open_groups($1) AS o) AS open_groups`

// loadSections loads groups of one customer's file, and which sources filled them.
func loadSections(ctx context.Context, tx *pg.Tx, ref Ref, groups ...Group) ([]Section, error) {
	const q = `
		SELECT
			(SELECT json_agg(x) FROM (` + blocksSQL + `) AS x) AS blocks,` + closedColumns + `
		FROM customer AS c
		WHERE c.id = $1`
	var row struct {
		Blocks pg.List[Block] `db:"blocks"`
		closed
	}
	if err := tx.Get(ctx, &row, q, ref.ID); err != nil {
		return nil, fmt.Errorf("groups: %w", err)
	}
	return row.closed.sections(ctx, tx, ref, row.Blocks, groups...)
}

// sections makes the sections of a file. The values of the open ones are read
// through row-level security, which hides whatever is not granted.
func (c closed) sections(ctx context.Context, tx *pg.Tx, ref Ref, blocks []Block, groups ...Group) ([]Section, error) {
	sections := make([]Section, len(groups))
	for i, g := range groups {
		s := Section{Customer: ref, Group: g, Masks: c.Masks, Band: c.AssetBand}
		for _, b := range blocks {
			if b.Block == string(g) {
				s.Blocks = append(s.Blocks, b)
			}
		}
		for _, o := range c.Open {
			if o.Group == g {
				s.Open, s.Until = true, o.Until
			}
		}
		if s.Open {
			if err := s.load(ctx, tx); err != nil {
				return nil, fmt.Errorf("group %s: %w", g, err)
			}
		}
		sections[i] = s
	}
	return sections, nil
}

// load reads the values of an open group.
func (s *Section) load(ctx context.Context, tx *pg.Tx) (err error) {
	if s.Changes, err = loadChanges(ctx, tx, s.Customer.ID, s.Group); err != nil {
		return err
	}
	switch s.Group {
	case ContactGroup:
		s.Contact, err = loadContact(ctx, tx, s.Customer.ID)
	case IdentityGroup:
		s.Identity, err = loadIdentity(ctx, tx, s.Customer.ID)
	case AssetsGroup:
		s.Assets, err = loadAssets(ctx, tx, s.Customer.ID)
	case TransactionsGroup:
		s.Transactions, err = loadStatement(ctx, tx, s.Customer.ID)
	}
	return err
}
