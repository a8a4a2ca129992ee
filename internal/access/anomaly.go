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

// The thresholds of the anomalies. 个人信息保护法 第五十四条 asks for regular
// audits of compliance, 金规〔2024〕24号 第五十条 for what is done to be verifiable
// and auditable; neither names figures, so these are the house's.
const (
	WatchDays     = 30 // how far back is looked
	FollowDays    = 7  // within so many days after a look the customer is contacted
	FollowLeast   = 3  // customers looked at and not contacted
	OddLeast      = 3  // looks outside working time
	VolumeTimes   = 3  // times the median of the person's days
	VolumeLeast   = 20 // and at least so many customers in a day
	VolumeDays    = 7  // days that are judged
	RefusedDays   = 7
	RefusedLeast  = 5
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

// Explain tells the threshold. work is the working time of the policy in force.
func (a Anomaly) Explain(work Marks) string {
	switch a {
	case Unfollowed:
		return fmt.Sprintf("近 %d 天看过敏感信息、之后 %d 天内没有任何咨询或联系记录的客户，满 %d 位列出。", WatchDays, FollowDays, FollowLeast)
	case OddHours:
		return fmt.Sprintf("近 %d 天在周一至周五 %d–%d 点以外查看档案或敏感信息，满 %d 次列出。", WatchDays, work.WorkFrom, work.WorkTo, OddLeast)
	case Volume:
		return fmt.Sprintf("近 %d 天里有一天看的客户超过本人前 %d 天每日中位数的 %d 倍，且不少于 %d 位。", VolumeDays, WatchDays, VolumeTimes, VolumeLeast)
	default:
		return fmt.Sprintf("近 %d 天被拒绝的操作满 %d 次列出。", RefusedDays, RefusedLeast)
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
