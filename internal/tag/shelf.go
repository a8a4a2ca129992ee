package tag

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Shelf shows the tags of customers and takes those given by hand.
type Shelf struct{ db *pg.DB }

// NewShelf returns the shelf over db.
func NewShelf(db *pg.DB) *Shelf { return &Shelf{db: db} }

// Tag is a tag of a customer as who acts may see it.
type Tag struct {
	ID      int64          `db:"id"`
	RuleID  int64          `db:"rule_id"` // 0 for one given by hand
	Code    string         `db:"code"`
	Name    string         `db:"name"`
	Group   Group          `db:"field_group"`
	Version int            `db:"version"`  // of the rule that it came by
	InForce int            `db:"in_force"` // the version now in force, 0 for none
	Raw     string         `db:"condition"`
	Reads   pq.StringArray `db:"reads"`
	Since   time.Time      `db:"since"`
	Until   *time.Time     `db:"until"`
	Ended   string         `db:"ended"`
	AddedBy string         `db:"added_by"`
	Reason  string         `db:"reason"`
	EndedBy string         `db:"ended_by"`
	EndNote string         `db:"end_reason"`
	// Evidence is what of it is open to who acts; Open are the groups open to them.
	Evidence pg.List[Evidence] `db:"evidence"`
	Open     pq.StringArray    `db:"open"`
}

// Evidence is a fact that a tag came on.
type Evidence struct {
	Group Group  `json:"field_group"`
	Body  string `json:"body"`
}

// Locked lists the groups of which there is more that who acts may not see.
func (t Tag) Locked() []Group {
	var list []Group
	for _, g := range t.Reads {
		if g != string(Basic) && !slices.Contains(t.Open, g) {
			list = append(list, Group(g))
		}
	}
	return list
}

// ByHand reports whether somebody gave the tag.
func (t Tag) ByHand() bool { return t.RuleID == 0 }

// Why says which condition the customer met.
func (t Tag) Why() string {
	if t.ByHand() {
		return t.Reason
	}
	n, err := ParseNode(t.Raw)
	if err != nil {
		return "规则的条件无法显示。"
	}
	return n.String() + "。"
}

// EndedWhy says why a tag is no longer there.
func (t Tag) EndedWhy() string {
	switch t.Ended {
	case "gone":
		return "条件不再满足"
	case "retired":
		return "规则已停用"
	case "removed":
		return t.EndedBy + "移除：" + t.EndNote
	default:
		return ""
	}
}

// historyRows is how many ended tags a file shows.
const historyRows = 100

// tagRows reads the tags of customer $1 as Tag. More conditions follow.
const tagRows = `
	SELECT
		t.id,
		COALESCE(t.rule_id, 0) AS rule_id,
		COALESCE(r.code, '') AS code,
		COALESCE(r.name, t.label) AS name,
		t.field_group,
		COALESCE(t.version, 0) AS version,
		COALESCE(f.version, 0) AS in_force,
		COALESCE(v.condition::text, '{}') AS condition,
		COALESCE(v.reads, '{}') AS reads,
		t.since,
		t.until,
		COALESCE(t.ended, '') AS ended,
		COALESCE(a.name, '') AS added_by,
		t.reason,
		COALESCE(e.name, '') AS ended_by,
		t.end_reason,
		(
			SELECT json_agg(x)
			FROM (
				SELECT
					d.field_group,
					d.body
				FROM customer_tag_evidence AS d
				WHERE d.tag_id = t.id
				ORDER BY d.field_group
			) AS x
		) AS evidence,
		CASE
			WHEN v.reads <> '{basic}' THEN ARRAY(SELECT o.field_group FROM open_groups($1) AS o)
			ELSE '{}'
		END AS open
	FROM customer_tag AS t
	LEFT JOIN tag_rule AS r ON r.id = t.rule_id
	LEFT JOIN tag_rule_version AS v ON v.rule_id = t.rule_id AND v.version = t.version
	LEFT JOIN tag_rule_version AS f ON f.rule_id = t.rule_id AND f.state = 'published'
	LEFT JOIN staff AS a ON a.id = t.added_by
	LEFT JOIN staff AS e ON e.id = t.ended_by
	WHERE t.customer_id = $1`

// Current reads into tags those that the customer has and by may see, those by
// rule first, each with the evidence that is open to by. Who reads the file puts
// the look on record.
func (s *Shelf) Current(tags *[]Tag) customer.Part {
	return func(ctx context.Context, tx *pg.Tx, of customer.Ref) (err error) {
		*tags, err = current(ctx, tx, of)
		return err
	}
}

func current(ctx context.Context, tx *pg.Tx, of customer.Ref) ([]Tag, error) {
	const now = `
		AND t.until IS NULL
	ORDER BY
		t.rule_id IS NULL,
		r.code,
		t.id`
	var tags []Tag
	if err := tx.Select(ctx, &tags, tagRows+now, of.ID); err != nil {
		return nil, fmt.Errorf("tags of customer: %w", err)
	}
	return tags, nil
}

func past(ctx context.Context, tx *pg.Tx, of customer.Ref) ([]Tag, error) {
	const ended = `
		AND t.until IS NOT NULL
	ORDER BY
		t.until DESC,
		t.id DESC
	LIMIT $2`
	var tags []Tag
	if err := tx.Select(ctx, &tags, tagRows+ended, of.ID, historyRows); err != nil {
		return nil, fmt.Errorf("former tags of customer: %w", err)
	}
	return tags, nil
}

// Record is what there is and was of a customer's tags.
type Record struct {
	Customer customer.Ref
	Current  []Tag
	Past     []Tag // latest ended first, at most a hundred
}

// Record returns the tags of a customer, present and past, and puts the look on
// record. It returns NotFound outside the scope.
func (s *Shelf) Record(ctx context.Context, by *staff.Member, no string) (Record, error) {
	var r Record
	err := s.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		if r.Customer, err = customer.Locate(ctx, tx, by, no); err != nil {
			return err
		}
		if r.Current, err = current(ctx, tx, r.Customer); err != nil {
			return err
		}
		if r.Past, err = past(ctx, tx, r.Customer); err != nil {
			return err
		}
		return looked(ctx, tx, by, r)
	})
	if err != nil {
		return Record{}, s.refused(ctx, by, no, trail.TagsViewed, fmt.Errorf("tags of customer: %w", err))
	}
	return r, nil
}

// looked puts the look on record, and what of closed groups it showed.
func looked(ctx context.Context, tx *pg.Tx, by *staff.Member, r Record) error {
	entry := trail.Entry{Action: trail.TagsViewed, CustomerID: r.Customer.ID, CustomerNo: r.Customer.No}
	if err := trail.Write(ctx, tx, by.Who(), entry); err != nil {
		return err
	}
	if entry.Groups = revealed(r); len(entry.Groups) == 0 {
		return nil
	}
	entry.Action, entry.Detail = trail.GroupRevealed, "标签的依据"
	return trail.Write(ctx, tx, by.Who(), entry)
}

// revealed lists the closed groups of which evidence, or a tag, is shown.
func revealed(r Record) []string {
	var groups []Group
	for _, t := range slices.Concat(r.Current, r.Past) {
		groups = append(groups, t.Group)
		for _, e := range t.Evidence {
			groups = append(groups, e.Group)
		}
	}
	groups = closed(groups)
	slices.Sort(groups)
	return groupWords(slices.Compact(groups))
}

// refused records a try on a customer outside the scope.
func (s *Shelf) refused(ctx context.Context, by *staff.Member, no string, act trail.Action, err error) error {
	if f := fault.As(err); f == nil || f.Kind != fault.NotFound || f.Rule != "scope" {
		return err
	}
	entry := trail.Entry{Action: act, Refused: true, CustomerNo: no, Detail: fault.As(err).Sentence}
	if noted := trail.Note(context.WithoutCancel(ctx), s.db, by.Who(), entry); noted != nil {
		return fmt.Errorf("%w (%w)", err, noted)
	}
	return err
}
