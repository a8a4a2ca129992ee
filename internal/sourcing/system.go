package sourcing

import (
	"cmp"
	"slices"
	"time"
)

// Health says whether a source system brings its data in time.
type Health string

// The states of a source system.
const (
	InTime    Health = "in_time"   // every block came within the hours that were set
	Late      Health = "late"      // some block has been silent for longer
	Silent    Health = "silent"    // an alarm is set and nothing has ever come
	Unwatched Health = "unwatched" // no alarm is set
)

// Label returns the state's name on screen.
func (h Health) Label() string {
	switch h {
	case InTime:
		return "及时"
	case Late:
		return "迟到"
	case Silent:
		return "从未送达"
	default:
		return "未设提醒"
	}
}

// MaxLagHours is the longest silence an alarm may be set to: a year.
const MaxLagHours = 8760

// System is a source system with how fresh its data are.
type System struct {
	ID       int64     `db:"id"`
	Code     string    `db:"code"`
	Name     string    `db:"name"`
	Note     string    `db:"note"`
	LagHours int       `db:"lag_hours"` // 0: no alarm
	Tokens   int       `db:"tokens"`    // live ones
	Blocks   []Fresh   `db:"-"`         // the freshest first
	Last     *Job      `db:"-"`         // the newest import or batch; nil before the first
	Trouble  *Job      `db:"-"`         // the newest that failed or rejected rows; nil without
	Now      time.Time `db:"now"`       // of the database
}

// Fresh is when a source last brought anything of a block of the file.
type Fresh struct {
	SourceID int64     `db:"source_id"`
	Block    string    `db:"block"`
	SyncedAt time.Time `db:"synced_at"`
	Late     bool      `db:"-"`
}

// Label returns the block's name on screen.
func (f Fresh) Label() string {
	switch f.Block {
	case "basic":
		return "基本信息"
	case "contact":
		return "联系方式"
	case "identity":
		return "证件"
	case "assets":
		return "资产"
	case "transactions":
		return "交易流水"
	case "assessment":
		return "风险测评"
	case "consultation":
		return "咨询与沟通"
	default:
		return f.Block
	}
}

// Health holds each block against the hours that were set: a source that still
// brings one thing every night is late all the same if another stays away.
func (s *System) Health() Health {
	switch {
	case s.LagHours == 0:
		return Unwatched
	case len(s.Blocks) == 0:
		return Silent
	case slices.ContainsFunc(s.Blocks, func(f Fresh) bool { return f.Late }):
		return Late
	default:
		return InTime
	}
}

// settle marks the blocks that are late and puts the freshest first.
func (s *System) settle() {
	for i := range s.Blocks {
		s.Blocks[i].Late = s.LagHours > 0 && s.Now.Sub(s.Blocks[i].SyncedAt) > time.Duration(s.LagHours)*time.Hour
	}
	slices.SortFunc(s.Blocks, func(a, b Fresh) int {
		return cmp.Or(b.SyncedAt.Compare(a.SyncedAt), cmp.Compare(a.Block, b.Block))
	})
}
