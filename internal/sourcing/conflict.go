package sourcing

import (
	"encoding/json"
	"time"
)

// Verdict is what a person decided about a conflict.
type Verdict string

// The verdicts.
const (
	Keep  Verdict = "keep"  // what there is stays; the rest of the row is taken
	Take  Verdict = "take"  // the row counts
	Apart Verdict = "apart" // the row is another person's, without the document
)

// Label returns the verdict's name on screen.
func (v Verdict) Label() string {
	switch v {
	case Keep:
		return "保留现有"
	case Take:
		return "采用新送来的"
	case Apart:
		return "是两个人"
	default:
		return ""
	}
}

// ConflictKind says what contradicts what.
type ConflictKind string

// The kinds of conflict.
const (
	SameDocument ConflictKind = "identity" // one document, two names
	OtherValue   ConflictKind = "field"    // two sources disagree about a customer they both know
)

// Label returns the kind's name on screen.
func (k ConflictKind) Label() string {
	if k == SameDocument {
		return "证件相同，姓名不同"
	}
	return "两个来源说法不一"
}

// Conflict is a row that contradicts what another source said of a customer. It
// holds values of the basic group only; the rest of the row is kept closed.
type Conflict struct {
	ID           int64        `db:"id"`
	Kind         ConflictKind `db:"kind"`
	CustomerNo   string       `db:"customer_no"`
	CustomerName string       `db:"customer_name"`
	BranchName   string       `db:"branch_name"`
	ExternalNo   string       `db:"external_no"` // the number in the source that told otherwise
	ToldBy       string       `db:"told_by"`
	KeptBy       string       `db:"kept_by"`
	Kept         values       `db:"kept"`
	Told         values       `db:"told"`
	ImportID     int64        `db:"import_id"`
	Line         int64        `db:"line"`
	OpenedAt     time.Time    `db:"opened_at"`
	State        string       `db:"state"` // open, decided or merged
	Verdict      Verdict      `db:"verdict"`
	Reason       string       `db:"reason"`
	DecidedBy    string       `db:"decided_by"`
	DecidedAt    *time.Time   `db:"decided_at"`
	Outcome      string       `db:"outcome"` // why the row could not be merged; empty if it was

	sourceID   int64
	customerID int64
}

// Difference is one field of a conflict, side by side.
type Difference struct {
	Field  string // name, gender or birth_band
	Label  string
	Kept   string
	Told   string
	Differ bool
}

// Differences lists the fields that either side speaks of.
func (c *Conflict) Differences() []Difference {
	var list []Difference
	for _, f := range []struct{ field, label string }{{"name", "姓名"}, {"gender", "性别"}, {"birth_band", "出生年代"}} {
		d := Difference{Field: f.field, Label: f.label, Kept: c.Kept[f.field], Told: c.Told[f.field]}
		d.Differ = d.Kept != "" && d.Told != "" && d.Kept != d.Told
		if d.Kept != "" || d.Told != "" {
			list = append(list, d)
		}
	}
	return list
}

// Verdicts lists what may be decided.
func (c *Conflict) Verdicts() []Verdict {
	if c.Kind == SameDocument {
		return []Verdict{Keep, Take, Apart}
	}
	return []Verdict{Keep, Take}
}

// values are fields by name, as JSON in the database.
type values map[string]string

// Scan reads JSON whose values are texts or numbers.
func (v *values) Scan(src any) error {
	b, ok := src.([]byte)
	if !ok {
		b = []byte(src.(string))
	}
	var raw map[string]any
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	*v = values{}
	for name, value := range raw {
		switch x := value.(type) {
		case string:
			(*v)[name] = x
		case float64:
			(*v)[name] = jsonNumber(x)
		}
	}
	return nil
}

func jsonNumber(f float64) string {
	b, err := json.Marshal(f)
	if err != nil {
		return ""
	}
	return string(b)
}
