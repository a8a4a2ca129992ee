package consentview

import (
	"fmt"
	"strconv"
	"time"

	"liuhen/internal/consent"
	"liuhen/internal/href"
	"liuhen/views/ui"
)

// OverviewPage shows how the customers stand with their consents, counted.
type OverviewPage struct {
	consent.Overview
	Class consent.Class // A or B, empty for both
	Own   bool          // the viewer counts the own customers
	Now   time.Time
}

// WithdrawalsPage lists what customers took back.
type WithdrawalsPage struct {
	List  []consent.Taken
	Next  int64 // where the next page begins, 0 on the last
	First bool
	Now   time.Time
}

func (p WithdrawalsPage) pages() ui.Pages {
	pages := ui.Pages{Text: "后登记的在前"}
	if !p.First {
		pages.Previous = href.ConsentWithdrawals()
	}
	if p.Next != 0 {
		pages.Next = href.ConsentWithdrawals(href.Int("after", p.Next))
	}
	return pages
}

// categories are the leaves of the class that is shown.
func (p OverviewPage) categories() []consent.Category {
	var list []consent.Category
	for _, c := range consent.Leaves() {
		if p.Class == "" || c.Class() == p.Class {
			list = append(list, c)
		}
	}
	return list
}

// address is the page with another branch or class.
func (p OverviewPage) address(branch int64, class consent.Class) string {
	return href.Consents(href.Int("branch", branch), href.Text("class", string(class)))
}

// list is the address of the customers behind a figure.
func (p OverviewPage) list(params ...href.Param) string {
	return href.Customers(append([]href.Param{href.Int("branch", p.Branch)}, params...)...)
}

func stage(s string) href.Param { return href.Text("consent", s) }

// behind is the list of a cell of a branch.
func behind(l consent.Line, c consent.Cell) string {
	return href.Customers(href.Int("branch", l.ID), href.Text("granted", string(c.Category)+"."+string(c.Channel)))
}

// Thresholds of the heat table: a step of shade is twelve per cent; a branch
// stands out from fifteen points below all, if it has enough customers to tell.
const (
	shadeStep  = 12
	lagPoints  = 15
	lagMinimum = 20
)

// shade is the class of a share's background.
func shade(percent int) string { return "h" + strconv.Itoa(min(percent/shadeStep, 5)) }

// lags reports whether a branch stands out in a cell.
func (p OverviewPage) lags(l consent.Line, c consent.Cell) bool {
	return l.Customers >= lagMinimum && len(p.Lines) > 1 && p.All.Share(p.All.Granted[c])-l.Share(l.Granted[c]) >= lagPoints
}

// cellWords say what a cell of the heat table stands for.
func cellWords(l consent.Line, c consent.Cell) string {
	return fmt.Sprintf("%s %s·%s：%s 位同意，共 %s 位", l.Name, c.Category.Label(), c.Channel.Label(), ui.Number(l.Granted[c]), ui.Number(l.Customers))
}

// short is a channel in the head of a narrow column.
func short(c consent.Channel) string { return string([]rune(c.Label())[:1]) }

// percent is a share of all customers, with its sign.
func (p OverviewPage) percent(n int64) string { return strconv.Itoa(p.All.Share(n)) + "%" }

// noted is a number of customers with its share.
func (p OverviewPage) noted(n int64) string { return "位，" + p.percent(n) }

// step is one bar of the funnel.
type step struct {
	label, url string
	n          int64
	percent    int
	y, mid, w  string
	over       string
}

// funnel is how many customers came how far.
func (p OverviewPage) funnel() []step {
	list := []step{
		{label: "客户", n: p.All.Customers, url: p.list()},
		{label: "已征询", n: p.All.Served, url: p.list(stage("asked"))},
		{label: "打开过", n: p.All.Opened, url: p.list(stage("opened"))},
		{label: "已答复", n: p.All.Answered, url: p.list(stage("answered"))},
		{label: "有同意", n: p.All.Agreed, url: p.list(stage("agreed"))},
	}
	for i := range list {
		s := &list[i]
		s.percent = p.All.Share(s.n)
		wide := 250 * float64(s.percent) / 100
		s.y, s.mid, s.w, s.over = px(float64(4+i*30)), px(float64(18+i*30)), px(max(wide, 1)), px(60+wide)
	}
	return list
}

func (p OverviewPage) funnelWords() string {
	return fmt.Sprintf("%d 位客户，征询过 %d 位，打开过 %d 位，答复 %d 位，其中 %d 位至少同意一项",
		p.All.Customers, p.All.Served, p.All.Opened, p.All.Answered, p.All.Agreed)
}

// column is one week of the course: its bars and its label, as attributes.
type column struct {
	label, mid             string
	x, agreedY, agreedH    string
	refusedY, refusedH     string
	withdrawnX, withdrawnY string
	withdrawnH             string
}

// The drawing area of the course: bars stand on base, at most tall high.
const (
	courseStep = 48.0
	courseWide = 18.0
	courseBase = 150.0
	courseTall = 122.0
)

// course are the weeks as bars: agreed and refused on each other, withdrawn beside.
func (p OverviewPage) course() []column {
	most := int64(1)
	for _, w := range p.Weeks {
		most = max(most, w.Agreed+w.Refused, w.Withdrawn)
	}
	tall := func(n int64) float64 { return courseTall * float64(n) / float64(most) }
	list := make([]column, len(p.Weeks))
	for i, w := range p.Weeks {
		x := 8 + float64(i)*courseStep
		agreed, refused, withdrawn := tall(w.Agreed), tall(w.Refused), tall(w.Withdrawn)
		list[i] = column{
			label: w.First.Format("01-02"), mid: px(x + courseWide),
			x: px(x), agreedY: px(courseBase - agreed), agreedH: px(agreed),
			refusedY: px(courseBase - agreed - refused), refusedH: px(refused),
			withdrawnX: px(x + courseWide + 2), withdrawnY: px(courseBase - withdrawn), withdrawnH: px(withdrawn),
		}
	}
	return list
}

func (p OverviewPage) courseWords() string {
	var agreed, refused, withdrawn int64
	for _, w := range p.Weeks {
		agreed, refused, withdrawn = agreed+w.Agreed, refused+w.Refused, withdrawn+w.Withdrawn
	}
	return fmt.Sprintf("近 %d 周：同意 %d 次，拒绝 %d 次，撤回 %d 次", len(p.Weeks), agreed, refused, withdrawn)
}

// thisWeek is how many withdrew in the present week.
func (p OverviewPage) thisWeek() int64 {
	if len(p.Weeks) == 0 {
		return 0
	}
	return p.Weeks[len(p.Weeks)-1].Withdrawn
}

// lagWords say how long a withdrawal took to be in effect.
func lagWords(seconds int64) string {
	switch {
	case seconds < 60:
		return strconv.FormatInt(max(seconds, 0), 10) + " 秒"
	case seconds < 3600:
		return strconv.FormatInt(seconds/60, 10) + " 分"
	case seconds < 2*24*3600:
		return strconv.FormatInt(seconds/3600, 10) + " 小时"
	default:
		return strconv.FormatInt(seconds/(24*3600), 10) + " 天"
	}
}

func px(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
