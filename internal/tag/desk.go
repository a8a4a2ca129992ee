package tag

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Desk is where rules are written.
type Desk struct{ db *pg.DB }

// NewDesk returns a desk over db.
func NewDesk(db *pg.DB) *Desk { return &Desk{db: db} }

// State is where a version of a rule stands.
type State string

// The states of a version.
const (
	Drafted   State = "draft"
	Pending   State = "pending"
	Published State = "published"
	Retired   State = "retired"
)

// Label returns the state's name on screen.
func (s State) Label() string {
	switch s {
	case Drafted:
		return "草稿"
	case Pending:
		return "待复核"
	case Published:
		return "已发布"
	case Retired:
		return "已停用"
	default:
		return string(s)
	}
}

// Rule is a rule in the list.
type Rule struct {
	ID          int64      `db:"id"`
	Code        string     `db:"code"`
	Name        string     `db:"name"`
	Group       Group      `db:"field_group"`
	Tagged      int64      `db:"tagged"`
	EvaluatedAt *time.Time `db:"evaluated_at"`
	InForce     int        `db:"in_force"` // version, 0 for none
	Open        int        `db:"open"`     // version under way, 0 for none
	OpenState   State      `db:"open_state"`
}

// Count says how many customers have the tag; of a closed group's rule that few
// have, not exactly.
func (r Rule) Count() string {
	return Side{N: r.Tagged, Vague: r.Group != Basic && r.Tagged < few}.Count()
}

// Version is a version of a rule.
type Version struct {
	Version      int            `db:"version"`
	State        State          `db:"state"`
	Name         string         `db:"name"`
	Description  string         `db:"description"`
	Raw          string         `db:"condition"`
	Reads        pq.StringArray `db:"reads"`
	AuthorID     int64          `db:"author_id"` // 0 for one that came with the program
	Author       string         `db:"author"`
	CreatedAt    time.Time      `db:"created_at"`
	ApprovalID   int64          `db:"approval_id"`
	Approver     string         `db:"approver"`
	PublishedAt  *time.Time     `db:"published_at"`
	RetiredAt    *time.Time     `db:"retired_at"`
	RetireReason string         `db:"retire_reason"`
}

// Words says the condition.
func (v Version) Words() string {
	n, err := ParseNode(v.Raw)
	if err != nil {
		return "条件无法显示"
	}
	return n.String()
}

// RuleFile is a rule with its versions, the latest first.
type RuleFile struct {
	Rule
	Versions []Version
}

// Latest is the latest version.
func (r RuleFile) Latest() Version { return r.Versions[0] }

const ruleColumns = `
	SELECT
		r.id,
		r.code,
		r.name,
		r.field_group,
		r.tagged,
		r.evaluated_at,
		COALESCE(p.version, 0) AS in_force,
		COALESCE(o.version, 0) AS open,
		COALESCE(o.state, '') AS open_state
	FROM tag_rule AS r
	LEFT JOIN tag_rule_version AS p ON p.rule_id = r.id AND p.state = 'published'
	LEFT JOIN tag_rule_version AS o ON o.rule_id = r.id AND o.state IN ('draft', 'pending')`

// Overview is the list of rules and what was evaluated lately.
type Overview struct {
	Rules []Rule
	Runs  []Run
}

// Rules lists every rule, those in force first, and the latest evaluations.
func (d *Desk) Rules(ctx context.Context, by *staff.Member) (Overview, error) {
	if err := authz.Check(by, authz.ManageTags); err != nil {
		return Overview{}, err
	}
	var o Overview
	err := d.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		const rules = ruleColumns + `
			ORDER BY
				p.version IS NULL AND o.version IS NULL,
				r.code,
				r.id`
		if err := tx.Select(ctx, &o.Rules, rules); err != nil {
			return err
		}
		const runs = `
			SELECT
				n.id,
				n.cause,
				n.at,
				n.rules,
				n.customers,
				n.gained,
				n.lost,
				n.took_ms
			FROM tag_run AS n
			ORDER BY
				n.at DESC,
				n.id DESC
			LIMIT 8`
		return tx.Select(ctx, &o.Runs, runs)
	})
	if err != nil {
		return Overview{}, fmt.Errorf("list rules: %w", err)
	}
	return o, nil
}

// Rule returns a rule with its versions, and NotFound for none.
func (d *Desk) Rule(ctx context.Context, by *staff.Member, id int64) (RuleFile, error) {
	if err := authz.Check(by, authz.ManageTags); err != nil {
		return RuleFile{}, err
	}
	var r RuleFile
	err := d.db.Read(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		r, err = ruleFile(ctx, tx, id)
		return err
	})
	if err != nil {
		return RuleFile{}, fmt.Errorf("rule %d: %w", id, err)
	}
	return r, nil
}

func ruleFile(ctx context.Context, tx *pg.Tx, id int64) (r RuleFile, err error) {
	if err := tx.Get(ctx, &r.Rule, ruleColumns+`
		WHERE r.id = $1`, id); err != nil {
		return r, pg.OrNotFound(err, "没有这条标签规则。")
	}
	const versions = `
		SELECT
			v.version,
			v.state,
			v.name,
			v.description,
			v.condition::text AS condition,
			v.reads,
			COALESCE(v.author_id, 0) AS author_id,
			COALESCE(a.name, '系统内置') AS author,
			v.created_at,
			COALESCE(v.approval_id, 0) AS approval_id,
			COALESCE(p.name, '') AS approver,
			v.published_at,
			v.retired_at,
			v.retire_reason
		FROM tag_rule_version AS v
		LEFT JOIN staff AS a ON a.id = v.author_id
		LEFT JOIN staff AS p ON p.id = v.approved_by
		WHERE v.rule_id = $1
		ORDER BY v.version DESC`
	return r, tx.Select(ctx, &r.Versions, versions, id)
}

// Create begins a rule with a draft of its first version and returns its id. It
// returns Invalid on name, description, group and condition.
func (d *Desk) Create(ctx context.Context, by *staff.Member, in Draft) (int64, error) {
	if err := authz.Check(by, authz.ManageTags); err != nil {
		return 0, err
	}
	in, err := in.checked()
	if err != nil {
		return 0, err
	}
	var id int64
	err = d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		if err := nameIsFree(ctx, tx, 0, in.Name); err != nil {
			return err
		}
		const q = `
			INSERT INTO tag_rule (code, name, field_group)
			SELECT
				'U-' || lpad((count(*) + 1)::text, 2, '0'),
				$1,
				$2
			FROM tag_rule AS r
			WHERE r.code LIKE 'U-%'
			RETURNING id`
		if err := tx.Get(ctx, &id, q, in.Name, string(in.Group)); err != nil {
			return ruleFault(err)
		}
		return write(ctx, tx, by, id, 1, in)
	})
	if err != nil {
		return 0, fmt.Errorf("create rule: %w", err)
	}
	return id, nil
}

func ruleFault(err error) error {
	return pg.Constraints{
		"tag_rule_code_unique":      fault.New(fault.Conflict, "刚刚有人也新建了规则，请再保存一次。"),
		"tag_rule_version_one_open": fault.New(fault.Conflict, "这条规则已有一版在编写或待复核。"),
		"tag_rule_version_pk":       fault.New(fault.Conflict, "这条规则刚刚有了新的一版，请刷新后再改。"),
	}.Fault(err)
}

// nameIsFree holds a name back that another rule has.
func nameIsFree(ctx context.Context, tx *pg.Tx, id int64, name string) error {
	var taken bool
	if err := tx.Get(ctx, &taken, `SELECT EXISTS (SELECT FROM tag_rule AS r WHERE r.name = $1 AND r.id <> $2)`, name, id); err != nil {
		return err
	}
	var f fault.Fields
	f.Require(!taken, "name", "已有另一条规则用这个名称。")
	return f.Err()
}

// write adds a draft.
func write(ctx context.Context, tx *pg.Tx, by *staff.Member, id int64, version int, in Draft) error {
	condition, err := in.Node().JSON()
	if err != nil {
		return err
	}
	const q = `
		INSERT INTO tag_rule_version (rule_id, version, name, description, condition, reads, author_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`
	if _, err := tx.Exec(ctx, q, id, version, in.Name, in.Description, condition, pq.Array(groupWords(in.Node().Reads())), by.ID); err != nil {
		return ruleFault(err)
	}
	return saved(ctx, tx, by, in.Name, version)
}

func saved(ctx context.Context, tx *pg.Tx, by *staff.Member, name string, version int) error {
	return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.TagRuleSaved, Detail: fmt.Sprintf("「%s」第 %d 版草稿", name, version)})
}

// Save keeps a draft of the next version of a rule, or changes the own one. It
// returns Invalid on name, description, group and condition, Conflict while
// somebody else's draft is open or one waits for its review, and NotFound.
func (d *Desk) Save(ctx context.Context, by *staff.Member, id int64, in Draft) error {
	if err := authz.Check(by, authz.ManageTags); err != nil {
		return err
	}
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		r, err := ruleFile(ctx, tx, id)
		if err != nil {
			return err
		}
		in.Group = r.Group
		if in, err = in.checked(); err != nil {
			return err
		}
		if err := nameIsFree(ctx, tx, id, in.Name); err != nil {
			return err
		}
		last := r.Latest()
		switch {
		case last.State == Pending:
			return fault.Newf(fault.Conflict, "第 %d 版正在等待复核，不能再改。", last.Version)
		case last.State == Drafted && last.AuthorID != by.ID:
			return fault.Newf(fault.Conflict, "%s 正在编写第 %d 版。", last.Author, last.Version)
		case last.State != Drafted:
			return write(ctx, tx, by, id, last.Version+1, in)
		}
		return rewrite(ctx, tx, by, id, last.Version, in)
	})
	if err != nil {
		return fmt.Errorf("save rule %d: %w", id, err)
	}
	return nil
}

// rewrite changes the own draft.
func rewrite(ctx context.Context, tx *pg.Tx, by *staff.Member, id int64, version int, in Draft) error {
	condition, err := in.Node().JSON()
	if err != nil {
		return err
	}
	const q = `
		UPDATE tag_rule_version
		SET name = $3,
			description = $4,
			condition = $5,
			reads = $6
		WHERE rule_id = $1
			AND version = $2`
	if _, err := tx.Exec(ctx, q, id, version, in.Name, in.Description, condition, pq.Array(groupWords(in.Node().Reads()))); err != nil {
		return ruleFault(err)
	}
	return saved(ctx, tx, by, in.Name, version)
}
