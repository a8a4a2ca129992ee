package homeview

import (
	"time"

	"liuhen/internal/staff"
	"liuhen/internal/trail"
	"liuhen/internal/worklist"
	accessview "liuhen/views/access"
	"liuhen/views/ui"
)

// longest notes how long the first of the inbox waits.
func longest(w worklist.Waiting, now time.Time) string {
	if len(w.List) == 0 {
		return "件"
	}
	return accessview.Waiting("件，最久的", now.Sub(w.List[0].Since))
}

// todays is the count of the last day.
func todays(days []worklist.DayCount) int {
	if len(days) == 0 {
		return 0
	}
	return days[len(days)-1].Count
}

// actives and disabled add up the people of all roles.
func actives(roles []worklist.RolePeople) int {
	n := 0
	for _, r := range roles {
		n += r.Active
	}
	return n
}

func disabled(roles []worklist.RolePeople) int {
	n := 0
	for _, r := range roles {
		n += r.Disabled
	}
	return n
}

// stateOf is how the state of an import looks.
func stateOf(r worklist.ImportRow) (kind ui.Kind, icon, words string) {
	switch r.State {
	case "queued":
		return ui.Plain, "wait", "排队中"
	case "running":
		return ui.Info, "clock", "进行中"
	case "done":
		return ui.OK, "check", "已完成"
	case "failed":
		return ui.Bad, "x", "失败"
	case "cancelled":
		return ui.Warn, "minus", "已取消"
	default:
		return ui.Plain, "info", r.State
	}
}

// countOf is how often the action is on the trail of today.
func countOf(a *worklist.AuditorHome, action trail.Action) int {
	for _, act := range a.Acts {
		if act.Action == action {
			return act.Count
		}
	}
	return 0
}

// activeIn counts the people of a role who have access now.
func activeIn(roles []worklist.RolePeople, role staff.Role) int {
	for _, r := range roles {
		if r.Role == role {
			return r.Active
		}
	}
	return 0
}
