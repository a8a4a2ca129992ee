package homeview

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"liuhen/internal/sourcing"
	accessview "liuhen/views/access"
	"liuhen/views/ui"
)

// mostSources is how many sources the workbench lists.
const mostSources = 6

// shownSources are the sources to list, those in trouble first.
func shownSources(all []sourcing.System) []sourcing.System {
	list := slices.Clone(all)
	slices.SortStableFunc(list, func(a, b sourcing.System) int { return cmp.Compare(urgency(a.Health()), urgency(b.Health())) })
	return list[:min(len(list), mostSources)]
}

func urgency(h sourcing.Health) int {
	return slices.Index([]sourcing.Health{sourcing.Late, sourcing.Silent, sourcing.InTime, sourcing.Unwatched}, h)
}

// late is how many sources did not bring their data in time.
func late(all []sourcing.System) int {
	n := 0
	for i := range all {
		if h := all[i].Health(); h == sourcing.Late || h == sourcing.Silent {
			n++
		}
	}
	return n
}

func freshKind(h sourcing.Health) ui.Kind {
	switch h {
	case sourcing.InTime:
		return ui.OK
	case sourcing.Late:
		return ui.Bad
	case sourcing.Silent:
		return ui.Warn
	default:
		return ui.Plain
	}
}

func freshIcon(h sourcing.Health) string {
	switch h {
	case sourcing.InTime:
		return "check"
	case sourcing.Late, sourcing.Silent:
		return "alert"
	default:
		return "minus"
	}
}

// freshText says what came last, and what is late.
func freshText(s sourcing.System, now time.Time) string {
	if len(s.Blocks) == 0 {
		return "还没有送达过"
	}
	text := s.Blocks[0].Label() + " " + accessview.Moment(s.Blocks[0].SyncedAt, now)
	var overdue []string
	for _, b := range s.Blocks {
		if b.Late {
			overdue = append(overdue, b.Label()+"（"+accessview.Moment(b.SyncedAt, now)+"）")
		}
	}
	if len(overdue) > 0 {
		text += "；迟到：" + strings.Join(overdue, "、")
	}
	return text
}
