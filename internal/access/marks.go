package access

import (
	"fmt"
	"strings"
	"time"

	"liuhen/internal/pg"
)

// Marks are the thresholds of what stands out about a request, as the policy
// sets them. A threshold of 0, and a quiet time that ends when it begins, is off.
type Marks struct {
	WorkFrom  int  `db:"work_from"`  // the hour at which work begins, Monday to Friday
	WorkTo    int  `db:"work_to"`    // the hour at which it ends
	QuietFrom int  `db:"quiet_from"` // from this hour a request stands out
	QuietTo   int  `db:"quiet_to"`   // until this hour
	Files     int  `db:"files_a_day"`
	Often     int  `db:"often_a_week"`
	Unserved  bool `db:"mark_unserved"`
	Outside   bool `db:"mark_outside"`
}

// Circumstances are what a request is judged by.
type Circumstances struct {
	SubmittedAt time.Time `db:"submitted_at"`
	Relation    Relation  `db:"relation"`    // of the requester to the customer
	InBranch    bool      `db:"in_branch"`   // the customer is of the requester's branch or below
	Week        int       `db:"week"`        // the nth request for such a group of this customer in seven days
	FilesADay   int       `db:"files_a_day"` // customers asked about in the 24 hours before, this one included
}

// Of returns what stands out, each as short as a badge; nil if nothing does.
func (m Marks) Of(c Circumstances) []string {
	var list []string
	if m.Quiet(c.SubmittedAt) {
		list = append(list, c.SubmittedAt.In(pg.Zone()).Format("15:04")+" 提交，时间异常")
	}
	if m.Files > 0 && c.FilesADay >= m.Files {
		list = append(list, fmt.Sprintf("一天内第 %d 位客户", c.FilesADay))
	}
	if m.Unserved && (c.Relation == Former || c.Relation == Stranger) {
		list = append(list, "非其服务的客户")
	}
	if m.Outside && !c.InBranch {
		list = append(list, "客户在本机构以外")
	}
	if m.Often > 0 && c.Week >= m.Often {
		list = append(list, fmt.Sprintf("近 7 天第 %d 次调阅", c.Week))
	}
	return list
}

// Red joins what stands out: a、b; empty if nothing does.
func (m Marks) Red(c Circumstances) string { return strings.Join(m.Of(c), "、") }

// Quiet reports whether a moment lies in the quiet hours, which may go over
// midnight.
func (m Marks) Quiet(at time.Time) bool {
	h := at.In(pg.Zone()).Hour()
	if m.QuietFrom <= m.QuietTo {
		return h >= m.QuietFrom && h < m.QuietTo
	}
	return h >= m.QuietFrom || h < m.QuietTo
}

// AtWork reports whether a moment lies in working time: Monday to Friday, from
// WorkFrom to WorkTo by the institution's clock. Public holidays are not known.
func (m Marks) AtWork(at time.Time) bool {
	at = at.In(pg.Zone())
	workday := at.Weekday() != time.Saturday && at.Weekday() != time.Sunday
	return workday && at.Hour() >= m.WorkFrom && at.Hour() < m.WorkTo
}

// WorkingTime is how much working time lies between two moments.
func (m Marks) WorkingTime(from, to time.Time) time.Duration {
	var sum time.Duration
	from, to = from.In(pg.Zone()), to.In(pg.Zone())
	day := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, from.Location())
	for ; day.Before(to); day = day.AddDate(0, 0, 1) {
		if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
			continue
		}
		begin, end := day.Add(time.Duration(m.WorkFrom)*time.Hour), day.Add(time.Duration(m.WorkTo)*time.Hour)
		if begin.Before(from) {
			begin = from
		}
		if end.After(to) {
			end = to
		}
		if end.After(begin) {
			sum += end.Sub(begin)
		}
	}
	return sum
}
