package access

import (
	"context"
	"fmt"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
)

// Watch are the thresholds of the anomalies, as the policy sets them.
// 个人信息保护法 第五十四条 asks for regular audits of compliance, 金规〔2024〕24号
// 第五十条 for what is done to be verifiable and auditable; neither names figures,
// so the institution does. A figure that ends in Least is the size at which an
// anomaly is listed; 0 switches it off.
type Watch struct {
	WatchDays    int `db:"watch_days"`    // how far back is looked, and how much of the past is usual
	FollowDays   int `db:"follow_days"`   // within so many days after a look the customer is contacted
	FollowLeast  int `db:"follow_least"`  // customers looked at and not contacted
	OddLeast     int `db:"odd_least"`     // looks outside working time
	VolumeDays   int `db:"volume_days"`   // days that are judged by the person's own past
	VolumeTimes  int `db:"volume_times"`  // times the median of that past
	VolumeLeast  int `db:"volume_least"`  // and at least so many customers in a day
	RefusedDays  int `db:"refused_days"`  // how far back refused tries count
	RefusedLeast int `db:"refused_least"` // refused tries
}

// Least is the size at which an anomaly is listed; 0 where the policy does not
// look for it.
func (w Watch) Least(a Anomaly) int {
	switch a {
	case Unfollowed:
		return w.FollowLeast
	case OddHours:
		return w.OddLeast
	case Volume:
		return w.VolumeLeast
	case Refusals:
		return w.RefusedLeast
	default:
		return 0
	}
}

// Explain tells when an anomaly is listed.
func (p Policy) Explain(a Anomaly) string {
	if p.Least(a) == 0 {
		return "现行政策不查这一项。"
	}
	switch a {
	case Unfollowed:
		return fmt.Sprintf("近 %d 天看过敏感信息、之后 %d 天内没有任何咨询或联系记录的客户，满 %d 位列出。", p.WatchDays, p.FollowDays, p.FollowLeast)
	case OddHours:
		return fmt.Sprintf("近 %d 天在周一至周五 %d–%d 点以外查看档案或敏感信息，满 %d 次列出。", p.WatchDays, p.WorkFrom, p.WorkTo, p.OddLeast)
	case Volume:
		return fmt.Sprintf("近 %d 天里有一天看的客户超过本人前 %d 天每日中位数的 %d 倍，且不少于 %d 位。", p.VolumeDays, p.WatchDays, p.VolumeTimes, p.VolumeLeast)
	default:
		return fmt.Sprintf("近 %d 天被拒绝的操作满 %d 次列出。", p.RefusedDays, p.RefusedLeast)
	}
}

// check adds what no policy may have.
func (w Watch) check(f *fault.Fields) {
	few := func(n int) bool { return n >= 0 && n <= 1000 }
	f.Require(w.WatchDays >= 7 && w.WatchDays <= 90, "watch_days", "往前看的天数为 7 到 90。")
	f.Require(w.FollowDays >= 1 && w.FollowDays <= 30 && w.FollowDays < w.WatchDays, "follow_days", "联系的期限为 1 到 30 天，短于往前看的天数。")
	f.Require(few(w.FollowLeast), "follow_least", "客户数为 0 到 1000，0 为不查。")
	f.Require(few(w.OddLeast), "odd_least", "次数为 0 到 1000，0 为不查。")
	f.Require(w.VolumeDays >= 1 && w.VolumeDays <= 30, "volume_days", "天数为 1 到 30。")
	f.Require(w.VolumeTimes >= 2 && w.VolumeTimes <= 20, "volume_times", "倍数为 2 到 20。")
	f.Require(few(w.VolumeLeast), "volume_least", "客户数为 0 到 1000，0 为不查。")
	f.Require(w.RefusedDays >= 1 && w.RefusedDays <= 90, "refused_days", "天数为 1 到 90。")
	f.Require(few(w.RefusedLeast), "refused_least", "次数为 0 到 1000，0 为不查。")
}

// watchSettings tells the thresholds in words, in the order of the page.
func (p Policy) watchSettings() []setting {
	var list []setting
	for _, a := range Anomalies() {
		list = append(list, setting{a.Label(), p.Explain(a)})
	}
	return list
}

// SumDays sums up, for the anomalies, who looked at how much on the days that are
// over. It may be run at any time by any process; what is not summed up yet is
// read from the trail.
func (d *Desk) SumDays(ctx context.Context) error {
	err := d.db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		_, err := tx.Exec(ctx, `SELECT sum_access_days()`)
		return err
	})
	if err != nil {
		return fmt.Errorf("sum days of access: %w", err)
	}
	return nil
}
