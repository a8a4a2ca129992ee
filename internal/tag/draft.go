package tag

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"liuhen/internal/fault"
)

// Draft is a version of a rule as the form has it: conditions that must all
// hold and, beside them, some of which one must.
type Draft struct {
	Name        string
	Description string
	Group       Group // counts for a new rule only: a rule keeps its group
	All         []Row
	Any         []Row
}

// Row is a simple condition, or its opposite.
type Row struct {
	Simple
	Not bool
}

func (r Row) node() Node {
	s := r.Simple
	n := Node{Field: &s}
	if r.Not {
		return Node{Not: &n}
	}
	return n
}

// Node is the condition of the draft.
func (d Draft) Node() Node {
	parts := nodes(d.All)
	if either := nodes(d.Any); len(either) == 1 {
		parts = append(parts, either[0])
	} else if len(either) > 1 {
		parts = append(parts, Node{Any: either})
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return Node{All: parts}
}

func nodes(rows []Row) []Node {
	list := make([]Node, len(rows))
	for i, r := range rows {
		list[i] = r.node()
	}
	return list
}

// Rows takes a condition apart into the rows of the form; ok is false for one
// that is nested deeper than the form can show.
func (n Node) Rows() (all, either []Row, ok bool) {
	switch {
	case len(n.Any) > 0:
		either, ok = rowsOf(n.Any)
		return nil, either, ok
	case len(n.All) == 0:
		all, ok = rowsOf([]Node{n})
		return all, nil, ok
	}
	parts := slices.Clone(n.All)
	if i := slices.IndexFunc(parts, func(p Node) bool { return len(p.Any) > 0 }); i >= 0 {
		if either, ok = rowsOf(parts[i].Any); !ok {
			return nil, nil, false
		}
		parts = slices.Delete(parts, i, i+1)
	}
	all, ok = rowsOf(parts)
	return all, either, ok
}

func rowsOf(parts []Node) ([]Row, bool) {
	var rows []Row
	for _, p := range parts {
		not := p.Not != nil
		if not {
			p = *p.Not
		}
		if p.Field == nil {
			return nil, false
		}
		rows = append(rows, Row{Simple: *p.Field, Not: not})
	}
	return rows, true
}

// checked returns the draft in its one form, or an Invalid fault on name,
// description, group and condition.
func (d Draft) checked() (Draft, error) {
	d.Name, d.Description = plain(d.Name), plain(d.Description)
	var f fault.Fields
	n := utf8.RuneCountInString(d.Name)
	f.Require(n >= 2 && n <= 16, "name", "名称为 2 到 16 个字。")
	f.Require(utf8.RuneCountInString(d.Description) <= 200, "description", "说明最多 200 个字。")
	f.Require(d.Group.Known(), "group", "请选择标签属于哪个信息分组。")
	if wrong := d.Node().Check(); wrong != "" {
		f.Add("condition", wrong)
		return d, f.Err()
	}
	for _, rows := range [][]Row{d.All, d.Any} {
		for i := range rows {
			rows[i].Simple, _ = rows[i].Simple.checked()
		}
	}
	if wrong := belongs(d.Group, d.Node()); wrong != "" {
		f.Add("group", wrong)
	}
	return d, f.Err()
}

// belongs says why a rule with the condition cannot belong to the group, empty if
// it can: a tag must not tell an amount to who may not see it.
func belongs(g Group, n Node) string {
	telling := n.Telling()
	switch {
	case len(telling) > 1:
		return "会透露金额的条件只能来自一个信息分组，请拆成两条规则。"
	case len(telling) == 1 && g != telling[0]:
		return fmt.Sprintf("条件会透露「%s」的金额或状态，标签须属于「%s」分组。", telling[0].Label(), telling[0].Label())
	case g != Basic && !slices.Contains(n.Reads(), g):
		return fmt.Sprintf("条件不涉及「%s」，标签不必属于这个分组。", g.Label())
	default:
		return ""
	}
}
