// Package layout is the shell every page stands in: the bar with navigation
// and search, the places for messages, the help, the watermark.
package layout

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"liuhen/internal/href"
	"liuhen/views/ui"
)

// Arrangement is the class of the main element.
type Arrangement string

// The arrangements of design: a scrolling page, and desks that fill the window.
const (
	Scrolling Arrangement = "page"
	TwoPanes  Arrangement = "panes p2"
)

// Frame is everything the shell shows around a page.
type Frame struct {
	// Title names the page; the document title adds 留痕 after it.
	Title string
	// Invalid says that a form came back with faults; the title says so first.
	Invalid bool
	// Firm is the name of the institution beside the mark.
	Firm string
	// Demo says that people and data are invented.
	Demo bool
	// Viewer is who is signed in; the zero Viewer makes a signed-out page
	// without navigation, search, push and watermark.
	Viewer Viewer
	// Nav lists the areas the viewer may open, the most used first; a phone
	// shows five, or four and the way to the rest.
	Nav []NavItem
	// Search shows the box that finds customers; it is set where the viewer's
	// role may look customers up.
	Search bool
	// Now is the server's time: it is printed in the watermark and sets the
	// countdowns right where the browser's clock is wrong.
	Now time.Time
	// Asked is when the request for the page came in. What is pushed from then
	// on is sent to it, also what happened while it was rendered; zero is Now.
	Asked time.Time
	// Flash is what has just been done; Undo, when its URL is set, takes it back.
	Flash string
	Undo  ui.Link
	// Help says what the page is for.
	Help Help
	// Main arranges the page; empty is Scrolling.
	Main Arrangement
}

// Viewer is the person signed in.
type Viewer struct {
	// Name and No are printed in the watermark; No is the staff number.
	Name string
	No   string
	// RoleLabel is the role on screen, such as 客户经理; Branch where it works.
	RoleLabel string
	Branch    string
}

// NavItem is one area of the portal.
type NavItem struct {
	Label string
	Icon  string
	URL   string
	// Count is the number waiting there; zero shows none.
	Count   int
	Current bool
	// Manages marks an area in which the portal is set up; where the areas are many,
	// those share one place of the bar.
	Manages bool
}

// Help is what the help of a page says.
type Help struct {
	// Purpose is one or two sentences on what the page is for.
	Purpose string
	// Rules are the rules the page serves, with links to their pages.
	Rules []ui.Link
	// Keys are the page's own keys; those of every page are added.
	Keys []Shortcut
}

// Shortcut is a key and what it does; several keys are separated by spaces.
type Shortcut struct {
	Key  string
	Does string
}

func (f Frame) signedIn() bool { return f.Viewer.No != "" }

func (f Frame) documentTitle() string {
	if f.Invalid {
		return "需要修改：" + f.Title + " · 留痕"
	}
	return f.Title + " · 留痕"
}

func (f Frame) mainClass() string {
	if f.Main == "" {
		return string(Scrolling)
	}
	return string(f.Main)
}

func (f Frame) watermark() string {
	return fmt.Sprintf("%s %s %s", f.Viewer.Name, f.Viewer.No, f.Now.Format("2006-01-02 15:04"))
}

// unix is the server's clock for the page script.
func (f Frame) unix() string { return strconv.FormatInt(f.Now.Unix(), 10) }

// live is the address of the event stream, empty on signed-out pages.
func (f Frame) live() string {
	if !f.signedIn() {
		return ""
	}
	if f.Asked.IsZero() {
		return href.Live(f.Now.Unix())
	}
	return href.Live(f.Asked.Unix())
}

// keys are the page's own keys followed by those of every page.
func (h Help) keys() []Shortcut {
	return append(append([]Shortcut{}, h.Keys...),
		Shortcut{"/", "查找客户"},
		Shortcut{"j k", "列表中下一项、上一项"},
		Shortcut{"Enter o", "打开所在的一项"},
		Shortcut{"?", "打开本说明"},
		Shortcut{"Esc", "关闭弹出的内容"},
	)
}

// shownOnPhone is how many of the areas the bar of a phone shows: it has five
// places, and where that is too few the fifth leads to the rest.
func shownOnPhone(items []NavItem) int {
	if len(items) <= 5 {
		return len(items)
	}
	return 4
}

// roomInBar is how many areas the bar shows side by side.
const roomInBar = 7

// folded returns the areas that share a place in the bar: where all have room,
// none.
func folded(items []NavItem) []NavItem {
	if len(items) <= roomInBar {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(items), func(i NavItem) bool { return !i.Manages })
}

// beside returns the areas that have a place of their own.
func beside(items []NavItem) []NavItem {
	if len(folded(items)) == 0 {
		return items
	}
	return slices.DeleteFunc(slices.Clone(items), func(i NavItem) bool { return i.Manages })
}

// initial is the first character of the name.
func (v Viewer) initial() string {
	for _, r := range v.Name {
		return string(r)
	}
	return ""
}

// htmxConfig keeps htmx within the content security policy, keeps page
// content out of the browser's storage, swaps a form that comes back invalid
// in place and puts the problem of any other failure into #alerts.
const htmxConfig = `{"allowEval":false,"allowScriptTags":false,"includeIndicatorStyles":false,` +
	`"historyCacheSize":0,"refreshOnHistoryMiss":true,"historyRestoreAsHxRequest":false,` +
	`"disableInheritance":true,"defaultSwapStyle":"outerHTML","responseHandling":[` +
	`{"code":"204","swap":false},{"code":"[23]..","swap":true},{"code":"422","swap":true},` +
	`{"code":"[45]..","swap":true,"error":true,"target":"#alerts","select":"#problem",` +
	`"swapOverride":"innerHTML","ignoreTitle":true}]}`
