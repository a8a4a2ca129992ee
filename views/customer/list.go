// Package customerview shows customers: the list with its search, and the file
// of one customer with its sections, timeline and who looked at it.
package customerview

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"liuhen/internal/consent"
	"liuhen/internal/customer"
	"liuhen/internal/href"
	"liuhen/views/ui"
)

// ListPage is the list of customers.
type ListPage struct {
	Page customer.Page
	// Branches shows where a customer belongs; it is set where the viewer sees
	// more than the own customers.
	Branches    bool
	TagsOff     bool // the tags are not in use: nothing speaks of them
	ConsentsOff bool // nor of consents, likewise
	Now         time.Time
}

// Found are the results of searching while typing.
func Found(rows []customer.Row) []ui.Found {
	list := make([]ui.Found, len(rows))
	for i, r := range rows {
		list[i] = ui.Found{
			URL:    href.Customer(r.No),
			Label:  r.Name,
			No:     r.No,
			Detail: r.Branch,
			Extra:  grade(r.Grade),
		}
	}
	return list
}

// Params are the query as an address carries it, in the order of the form.
func Params(q customer.Query) []href.Param {
	list := []href.Param{href.Text("q", q.Q)}
	for _, g := range q.Grades {
		list = append(list, href.Int("grade", int64(g)))
	}
	list = append(list, href.Int("branch", q.BranchID), href.Int("manager", q.ManagerID), href.Text("contact", string(q.Contact)), href.Text("due", string(q.Due)),
		href.Text("consent", string(q.Stage)), href.Text("granted", q.Granted))
	for _, id := range q.Tags {
		list = append(list, href.Int("tag", id))
	}
	if q.Sort != customer.ByContact {
		list = append(list, href.Text("sort", string(q.Sort)))
	}
	return list
}

// sorted is the address of the list in another order, from its beginning.
func (p ListPage) sorted(s customer.Sort) string {
	q := p.Page.Query
	q.Sort = s
	return href.Customers(Params(q)...)
}

// column is a heading that sorts.
type column struct {
	Label string
	Sort  customer.Sort
	Class string
	Down  bool
}

// current reports whether the list is sorted by the column.
func (p ListPage) current(c column) bool { return p.Page.Query.Sort == c.Sort }

func (c column) direction() string {
	if c.Down {
		return "descending"
	}
	return "ascending"
}

func (c column) arrow() string {
	if c.Down {
		return " ↓"
	}
	return " ↑"
}

// choosesPeople reports whether the list can be narrowed to a branch or to whom
// looks after the customers.
func (p ListPage) choosesPeople() bool { return len(p.Page.Branches) > 0 || len(p.Page.Managers) > 0 }

// besides names what outside the list itself changes with a filter.
func (p ListPage) besides() string {
	ids := "#found-count,#grade-1,#grade-2,#grade-3,#grade-4,#grade-5"
	if p.choosesPeople() {
		ids += ",#list-people"
	}
	return ids
}

// pages leads to the neighbours of the page.
func (p ListPage) pages() ui.Pages {
	at := func(key, word string) string {
		if word == "" {
			return ""
		}
		return href.Customers(append(Params(p.Page.Query), href.Text(key, word))...)
	}
	return ui.Pages{
		Previous: at("before", p.Page.Previous),
		Next:     at("after", p.Page.Next),
		Text:     p.span(),
		Keys:     true,
	}
}

// span says which customers the page shows and in which order.
func (p ListPage) span() string {
	if len(p.Page.Rows) == 0 {
		return ""
	}
	order := map[customer.Sort]string{
		customer.ByContact: "最近联系", customer.ByName: "姓名", customer.ByNo: "客户号",
		customer.ByGrade: "风险等级", customer.ByOpened: "开户时间",
	}[p.Page.Query.Sort]
	last := p.Page.From + len(p.Page.Rows) - 1
	return "第 " + ui.Number(int64(p.Page.From)) + "–" + ui.Number(int64(last)) + " 位，按" + order + "排序"
}

// found says how many customers there are.
func (p ListPage) found() string {
	if !p.Page.Query.Narrowed() {
		return "共 " + ui.Number(p.Page.Total) + " 位"
	}
	return "找到 " + ui.Number(p.Page.Found) + " / " + ui.Number(p.Page.Total) + " 位"
}

// gradeChips are the grades with how many the query finds of each.
func (p ListPage) gradeChips() []gradeChip {
	list := make([]gradeChip, 0, 5)
	for g := int16(1); g <= 5; g++ {
		chip := gradeChip{Value: strconv.Itoa(int(g)), Label: grade(&g), Count: ui.Number(p.Page.Grades[g])}
		for _, wanted := range p.Page.Query.Grades {
			chip.Checked = chip.Checked || wanted == g
		}
		list = append(list, chip)
	}
	return list
}

type gradeChip struct {
	Value, Label, Count string
	Checked             bool
}

// contactChips are the choices of the last contact.
func (p ListPage) contactChips() []ui.Choice {
	list := []ui.Choice{{Name: "contact", Value: "", Label: "不限", Checked: p.Page.Query.Contact == ""}}
	for _, c := range customer.Contacts() {
		list = append(list, ui.Choice{Name: "contact", Value: string(c), Label: c.Label(), Checked: p.Page.Query.Contact == c})
	}
	return list
}

// dueChips are the choices of the end of the risk assessment.
func (p ListPage) dueChips() []ui.Choice {
	list := []ui.Choice{{Name: "due", Value: "", Label: "不限", Checked: p.Page.Query.Due == ""}}
	for _, d := range customer.Dues() {
		list = append(list, ui.Choice{Name: "due", Value: string(d), Label: d.Label(), Checked: p.Page.Query.Due == d})
	}
	return list
}

// offeredStages is how many of the stages are always offered; the others are shown
// where a figure led to them.
const offeredStages = 5

// stageChips are the choices of how far customers are with their consents.
func (p ListPage) stageChips() []ui.Choice {
	list := []ui.Choice{{Name: "consent", Value: "", Label: "不限", Checked: p.Page.Query.Stage == ""}}
	for i, s := range customer.Stages() {
		if i >= offeredStages && s != p.Page.Query.Stage {
			continue
		}
		list = append(list, ui.Choice{Name: "consent", Value: string(s), Label: s.Label(), Checked: p.Page.Query.Stage == s})
	}
	return list
}

// grantedLabel names a pair of category and channel.
func grantedLabel(cell string) string {
	category, channel, _ := strings.Cut(cell, ".")
	return consent.Category(category).Label() + "·" + consent.Channel(channel).Label()
}

// tagChips are the tags that the list may be filtered by.
func (p ListPage) tagChips() []ui.Choice {
	list := make([]ui.Choice, len(p.Page.Tags))
	for i, t := range p.Page.Tags {
		list[i] = ui.Choice{Name: "tag", Value: strconv.FormatInt(t.ID, 10), Label: t.Name, Many: true, Checked: slices.Contains(p.Page.Query.Tags, t.ID)}
	}
	return list
}

// options are a drop-down's choices after one that stands for all.
func options(all string, choices []customer.Choice) []ui.Option {
	list := []ui.Option{{Value: "", Label: all}}
	for _, c := range choices {
		list = append(list, ui.Option{Value: strconv.FormatInt(c.ID, 10), Label: c.Name})
	}
	return list
}

// chosen is the value of a drop-down.
func chosen(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}
