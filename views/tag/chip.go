// Package tagview shows the tags of a customer, and the rules behind them.
package tagview

import (
	"fmt"
	"time"

	"liuhen/internal/access"
	"liuhen/internal/href"
	"liuhen/internal/tag"
	"liuhen/views/access"
	"liuhen/views/ui"
)

// reason is what a tag opens to: which condition was met, on which evidence,
// since when and by which version of the rule.
func reason(t tag.Tag, no string, now time.Time) ui.Reason {
	r := ui.Reason{
		Label: t.Name, Why: t.Why(), Since: since(t, now), Hand: t.ByHand(),
		Links: []ui.Link{{Label: "标签记录", URL: href.CustomerTags(no)}},
	}
	for _, e := range t.Evidence {
		r.Facts = append(r.Facts, e.Body)
	}
	for _, g := range t.Locked() {
		r.Facts = append(r.Facts, locked(g))
		r.Links = append(r.Links, ui.Link{Label: "申请调阅" + g.Label(), URL: accessview.Anchor(no, access.Group(g))})
	}
	return r
}

// locked stands for the evidence that is not open to the viewer.
func locked(g tag.Group) string { return "依据属于「" + g.Label() + "」，获批调阅后显示" }

// since says from when a tag is there, and by what.
func since(t tag.Tag, now time.Time) string {
	from := "自 " + moment(t.Since, now)
	switch {
	case t.ByHand():
		return from + " · " + t.AddedBy + "手工添加"
	case t.InForce > t.Version:
		return fmt.Sprintf("%s · 规则 %s 第 %d 版给出，现行第 %d 版仍符合", from, t.Code, t.Version, t.InForce)
	default:
		return fmt.Sprintf("%s · 规则 %s 第 %d 版", from, t.Code, t.Version)
	}
}

// moment writes a time to the minute, without its day if it is of today.
func moment(at, now time.Time) string {
	at = at.In(now.Location())
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return "今天 " + at.Format("15:04")
	}
	return at.Format("2006-01-02 15:04")
}
