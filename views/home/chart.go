package homeview

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"liuhen/internal/worklist"
)

// bar is one bar of a chart, its geometry as attributes have it.
type bar struct {
	x, y, w, h string
	mid, over  string // where the words stand: the middle, and above the bar
	label      string
	value      string // empty at zero
	faint      bool
}

// The drawing area of the chart of days: bars stand on base, at most tall high.
const (
	daysStep = 28.0
	daysWide = 18.0
	daysBase = 170.0
	daysTall = 140.0
)

// dayBars are the bars of the days, the last seven strong.
func dayBars(days []worklist.DayCount) []bar {
	bars := make([]bar, len(days))
	most := 1
	for _, d := range days {
		most = max(most, d.Count)
	}
	for i, d := range days {
		x := 6 + float64(i)*daysStep
		h := daysTall * float64(d.Count) / float64(most)
		bars[i] = bar{
			x: px(x), y: px(daysBase - h), w: px(daysWide), h: px(h),
			mid: px(x + daysWide/2), over: px(daysBase - h - 6),
			label: strconv.Itoa(d.Day.Day()), faint: i < len(days)-7,
		}
		if d.Count > 0 {
			bars[i].value = strconv.Itoa(d.Count)
		}
	}
	return bars
}

// daysWords say what the chart of days shows.
func daysWords(days []worklist.DayCount) string {
	counts := make([]string, len(days))
	for i, d := range days {
		counts[i] = strconv.Itoa(d.Count)
	}
	return "近 14 天每天的调阅申请：" + strings.Join(counts, "、")
}

// sum adds the days up.
func sum(days []worklist.DayCount) int {
	n := 0
	for _, d := range days {
		n += d.Count
	}
	return n
}

// week is one line of the table of days: the same weekday of both weeks.
type week struct{ before, now worklist.DayCount }

// weeks pairs the days of the last week with those of the week before.
func weeks(days []worklist.DayCount) []week {
	half := len(days) / 2
	pairs := make([]week, half)
	for i := range pairs {
		pairs[i] = week{before: days[i], now: days[half+i]}
	}
	slices.Reverse(pairs)
	return pairs
}

// The drawing area of the chart of medians: two bars side by side, lying.
const medianLong = 250.0

// medianBars are the bars of this week and the week before.
func medianBars(d worklist.Decisions) []bar {
	most := max(d.Median, d.MedianBefore, 1)
	rows := []struct {
		label   string
		minutes float64
		n       int
		faint   bool
	}{
		{"近 7 天", d.Median, d.Count, false},
		{"前 7 天", d.MedianBefore, d.CountBefore, true},
	}
	bars := make([]bar, len(rows))
	for i, r := range rows {
		w, y := medianLong*r.minutes/most, 10+float64(i)*34
		bars[i] = bar{
			x: "56", y: px(y), w: px(w), h: "20", mid: px(y + 14), over: px(56 + w + 8),
			label: r.label, value: median(r.minutes, r.n), faint: r.faint,
		}
	}
	return bars
}

// medianWords say what the chart of medians shows.
func medianWords(d worklist.Decisions) string {
	return fmt.Sprintf("审批用时中位数：近 7 天 %s，前 7 天 %s", median(d.Median, d.Count), median(d.MedianBefore, d.CountBefore))
}

func px(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
