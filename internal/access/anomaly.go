package access

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Anomaly is a kind of access that compliance looks into.
type Anomaly string

// The anomalies.
const (
	Unfollowed Anomaly = "unfollowed" // closed values were looked at, and the customer was not contacted
	OddHours   Anomaly = "odd_hours"  // files were looked at outside working time
	Volume     Anomaly = "volume"     // far more customers in a day than the person's own past
	Refusals   Anomaly = "refused"    // many tries were refused
)

// Anomalies lists every anomaly in the order of the page.
func Anomalies() []Anomaly { return []Anomaly{Unfollowed, OddHours, Volume, Refusals} }

// What an opinion on an anomaly may be long.
const (
	leastOpinion  = 4
	longestRemark = 300
)

// Label returns the anomaly's name on screen.
func (a Anomaly) Label() string {
	switch a {
	case Unfollowed:
		return "看了没有联系"
	case OddHours:
		return "非工作时间查看"
	case Volume:
		return "看得比平时多很多"
	case Refusals:
		return "多次被拒绝"
	default:
		return string(a)
	}
}

// CheckOff keeps what by thinks of an anomaly of the person with the staff number,
// of which figure tells the size. It is listed again when something new comes. It
// returns Invalid on opinion, NotFound for an unknown kind or person, and
// Forbidden about oneself.
func (d *Desk) CheckOff(ctx context.Context, by *staff.Member, a Anomaly, staffNo, figure, opinion string) error {
	if err := authz.Check(by, authz.WatchAccess); err != nil {
		return err
	}
	opinion = strings.TrimSpace(opinion)
	var f fault.Fields
	n := utf8.RuneCountInString(opinion)
	f.Require(n >= leastOpinion && n <= longestRemark && utf8.ValidString(opinion) && !strings.ContainsFunc(opinion, unicode.IsControl), "opinion", fmt.Sprintf("请写明核查意见，%d 到 %d 个字。", leastOpinion, longestRemark))
	if err := f.Err(); err != nil {
		return err
	}
	if !slices.Contains(Anomalies(), a) || strings.Trim(staffNo, "0123456789") != "" {
		return fault.New(fault.NotFound, "没有这项异常。")
	}
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		var who struct {
			ID   int64  `db:"id"`
			Name string `db:"name"`
		}
		if err := tx.Get(ctx, &who, `SELECT s.id, s.name FROM staff AS s WHERE s.no = $1`, staffNo); err != nil {
			return pg.OrNotFound(err, "没有这项异常。")
		}
		if who.ID == by.ID {
			return fault.New(fault.Forbidden, "自己的异常请另一位合规核查。").Because("four-eyes")
		}
		const q = `
			INSERT INTO access_check (kind, staff_id, by_id, figure, opinion)
			VALUES ($1, $2, $3, $4, $5)`
		if _, err := tx.Exec(ctx, q, string(a), who.ID, by.ID, figure, opinion); err != nil {
			return err
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{
			Action: trail.AnomalyChecked, Detail: fmt.Sprintf("%s（%s）%s，%s：%s", who.Name, staffNo, a.Label(), figure, opinion),
		})
	})
	if err != nil {
		return fmt.Errorf("check off %s of %s: %w", a, staffNo, err)
	}
	return nil
}
