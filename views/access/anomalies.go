package accessview

import (
	"time"

	"liuhen/internal/access"
	"liuhen/internal/href"
	"liuhen/internal/trail"
	"liuhen/internal/worklist"
)

// AnomaliesPage is what compliance watches.
type AnomaliesPage struct {
	Tabs    Tabs
	All     worklist.Anomalies
	Kind    access.Anomaly // the one that is open, with StaffNo; empty for none
	StaffNo string
	// ViewerNo is the staff number of the viewer, who looks into nothing of
	// their own.
	ViewerNo string
	Opinion  string // what was typed and not accepted
	Fault    string
	Now      time.Time
}

// One is the anomaly that is open, and whether there is one.
func (p AnomaliesPage) One() (worklist.Anomaly, bool) {
	for _, a := range p.All.Rows {
		if a.Kind == p.Kind && a.StaffNo == p.StaffNo {
			return a, true
		}
	}
	return worklist.Anomaly{}, false
}

func (p AnomaliesPage) of(kind access.Anomaly) []worklist.Anomaly {
	var list []worklist.Anomaly
	for _, a := range p.All.Rows {
		if a.Kind == kind {
			list = append(list, a)
		}
	}
	return list
}

// open is the address of the lines behind an anomaly.
func open(a worklist.Anomaly) string {
	return href.AccessAnomalies(href.Text("kind", string(a.Kind)), href.Text("staff", a.StaffNo)) + "#lines"
}

// lines leads to the trail, filtered as near to the anomaly as its filter goes.
func (p AnomaliesPage) lines(a worklist.Anomaly) string {
	who := href.Text("staff", a.StaffNo)
	now := p.All.Policy
	back := func(days int) time.Time { return p.Now.AddDate(0, 0, -days) }
	switch a.Kind {
	case access.Unfollowed:
		return href.Trail(who, href.Text("action", string(trail.GroupRevealed)), href.Day("from", back(now.WatchDays)), href.Day("to", back(now.FollowDays)))
	case access.OddHours:
		return href.Trail(who, href.Day("from", back(now.WatchDays)), href.Day("to", p.Now))
	case access.Volume:
		day := a.Last.In(p.Now.Location())
		return href.Trail(who, href.Day("from", day), href.Day("to", day))
	default:
		return href.Trail(who, href.Flag("refused", true), href.Day("from", back(now.RefusedDays)), href.Day("to", p.Now))
	}
}
