// Package homeview is the workbench: what one person begins the day with, a
// different page for each role.
package homeview

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"liuhen/internal/access"
	"liuhen/internal/customer"
	"liuhen/internal/href"
	"liuhen/internal/sourcing"
	"liuhen/internal/trail"
	"liuhen/internal/worklist"
	"liuhen/views/ui"
)

// Page is the workbench of a person.
type Page struct {
	Name string
	Home worklist.Home
	// Overdue is how many break-glass wait for a late review.
	Overdue int
	// Trail says that the person may open the trail, so that figures link to it.
	Trail bool
	// Imports says that the person watches over imports; Sources are then the
	// source systems with how fresh each is.
	Imports bool
	Sources []sourcing.System
}

// greeting is fit for the hour.
func greeting(now time.Time) string {
	switch h := now.Hour(); {
	case h >= 5 && h < 12:
		return "上午好"
	case h >= 12 && h < 18:
		return "下午好"
	default:
		return "晚上好"
	}
}

// today is the date as people say it: 11 月 23 日 周一.
func today(now time.Time) string {
	return fmt.Sprintf("%d 月 %d 日 %s", now.Month(), now.Day(), weekday(now))
}

func weekday(t time.Time) string {
	return [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}[t.Weekday()]
}

// date is a day beside others of about the same time: 11-28.
func date(t time.Time) string { return t.Format("01-02") }

func number(n int) string { return ui.Number(int64(n)) }

// daysAgo says how long ago something was, in days; never for nil.
func daysAgo(at *time.Time, now time.Time) string {
	if at == nil {
		return "从未"
	}
	return fmt.Sprintf("%d 天前", int(now.Sub(*at).Hours()/24))
}

// daysLeft says how many days remain, 0 being today.
func daysLeft(n int) string {
	if n == 0 {
		return "今天"
	}
	return fmt.Sprintf("还有 %d 天", n)
}

// nearest notes when the first of the grants ends.
func nearest(g worklist.Grants, now time.Time) string {
	if len(g.List) == 0 {
		return "项"
	}
	return fmt.Sprintf("项，最近一项剩 %d 分钟", minutesUp(g.List[0].Until.Sub(now)))
}

func minutesUp(d time.Duration) int { return int(math.Ceil(d.Minutes())) }

// held notes how many people hold the grants.
func held(g worklist.Grants) string {
	if g.Count == 0 {
		return "项"
	}
	return fmt.Sprintf("项，%d 人持有", g.People)
}

// about says what a request is about: 甲明远 · 资产、交易流水.
func about(s worklist.WaitingStep) string {
	if len(s.Groups) == 0 {
		return s.Title
	}
	return s.CustomerName + " · " + access.Labels(s.Groups)
}

// median writes minutes: 12 分钟, and 不足 1 分钟 below one.
func median(minutes float64, n int) string {
	switch {
	case n == 0:
		return "—"
	case minutes < 1:
		return "不足 1 分钟"
	default:
		return strconv.Itoa(int(math.Round(minutes))) + " 分钟"
	}
}

// compared notes how the median of this week stands to the one before.
func compared(d worklist.Decisions) string {
	if d.Count == 0 {
		return "近 7 天没有审批"
	}
	if d.CountBefore == 0 {
		return fmt.Sprintf("分钟，共 %d 件", d.Count)
	}
	switch diff := int(math.Round(d.Median - d.MedianBefore)); {
	case diff < 0:
		return fmt.Sprintf("分钟，比前 7 天快 %d 分钟", -diff)
	case diff > 0:
		return fmt.Sprintf("分钟，比前 7 天慢 %d 分钟", diff)
	default:
		return "分钟，与前 7 天持平"
	}
}

// medianValue is the median as a figure.
func medianValue(d worklist.Decisions) string {
	switch {
	case d.Count == 0:
		return "—"
	case d.Median < 1:
		return "<1"
	default:
		return strconv.Itoa(int(math.Round(d.Median)))
	}
}

// tried says what was refused: 访问被拒 GET /trail.
func tried(r worklist.Refusal) string {
	if r.Page == "" {
		return r.Action.Label()
	}
	return r.Action.Label() + " " + r.Page
}

// who names the person of a line, also one who did not get as far as signing in.
func who(r worklist.Refusal) string {
	if r.StaffName == "" {
		return "未登录者"
	}
	return r.StaffName
}

// contacted is the list of one's customers by their last contact.
func contacted(c customer.Contact) string { return href.Customers(href.Text("contact", string(c))) }

// trailOf is the trail of the days from one to another, of one action or all.
func trailOf(a trail.Action, from, to time.Time) string {
	return href.Trail(href.Text("action", string(a)), href.Day("from", from), href.Day("to", to))
}

// trailRefused is what was refused within the days, of one action or all.
func trailRefused(a trail.Action, from, to time.Time) string {
	return href.Trail(href.Text("action", string(a)), href.Flag("refused", true), href.Day("from", from), href.Day("to", to))
}

// trailToday is the trail of today, of one action or all, or what of it was
// refused; empty for who may not read the trail.
func (p Page) trailToday(a trail.Action, refused bool) string {
	switch now := p.Home.Now; {
	case !p.Trail:
		return ""
	case refused:
		return trailRefused(a, now, now)
	default:
		return trailOf(a, now, now)
	}
}

// refusedThisWeek is what was refused within seven days; empty for who may not
// read the trail.
func (p Page) refusedThisWeek() string {
	if !p.Trail {
		return ""
	}
	return trailRefused("", p.Home.Now.AddDate(0, 0, -6), p.Home.Now)
}
