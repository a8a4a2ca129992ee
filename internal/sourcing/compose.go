package sourcing

import (
	"slices"
	"strings"

	"liuhen/internal/fault"
)

// compose makes the mapping of what people chose. What is missing or does not
// go together is Invalid, at the field "c." and the target's key.
func compose(name, title string, s Source, c Choices) (*Mapping, error) {
	kind, ok := kindNamed(c.Kind)
	if !ok {
		return nil, &fault.Error{Kind: fault.Invalid, Sentence: "请选择这是什么文件。", Fields: []fault.Field{{Name: "kind", Sentence: "请从列表里选择。"}}}
	}
	if err := c.check(kind); err != nil {
		return nil, err
	}
	f := mappingFile{Name: name, Title: title, Source: s, Tables: map[string]map[string]string{}}
	f.About = "由列对照编辑器建立：" + kind.Label + "。"
	for _, t := range kind.Targets {
		c.addTo(&f, t)
	}
	c.complete(&f)
	return newMapping(f)
}

// check refuses choices that no row could be taken by.
func (c Choices) check(kind FileKind) error {
	var wrong fault.Fields
	for _, t := range kind.Targets {
		chosen := c.Of(t.Key)
		wrong.Require(!t.Required || chosen.Made(), "c."+t.Key, "请为「"+t.Label+"」选择一列。")
		if chosen.Column != "" {
			wrong.Require(slices.ContainsFunc(t.Converts, func(v Conversion) bool { return v.As == chosen.As }), "c."+t.Key, "「"+t.Label+"」没有这种换算。")
			_, table, _ := strings.Cut(chosen.As, ":")
			_, reason := ownWords(table, chosen.Words)
			wrong.Require(reason == "" || !chosen.Listed(), "w."+t.Key, reason)
		}
		if chosen.Fixed != "" {
			wrong.Require(t.Fixable && chosen.Column == "", "f."+t.Key, "「"+t.Label+"」选了列，就不能再一律填写。")
			_, reason := t.written(chosen.Fixed)
			wrong.Require(reason == "", "f."+t.Key, "一律填写的内容不行："+strings.TrimSuffix(reason, "。")+"。")
		}
	}
	links := kind.links()
	linked := len(links) == 0 || slices.ContainsFunc(links, func(t Target) bool { return c.Of(t.Key).Column != "" })
	if !linked {
		labels := make([]string, len(links))
		for i, t := range links {
			labels[i] = "「" + t.Label + "」"
		}
		wrong.Add("c."+links[0].Key, "要知道每一行是谁的：请给"+strings.Join(labels, "、")+"中的一项选择列。")
	}
	return wrong.Err()
}

// addTo adds a target's field to the row of its entity.
func (c Choices) addTo(f *mappingFile, t Target) {
	chosen := c.Of(t.Key)
	if t.entity == "identity_document" && c.Of("certificate_no").Column == "" || !chosen.Made() && t.fallback == "" {
		return
	}
	spec := fieldSpec{Constant: t.fallback}
	var words map[string]string
	switch {
	case chosen.Column != "":
		as, _, _ := strings.Cut(chosen.As, ":")
		spec = fieldSpec{Column: names{chosen.Column}, As: as}
		if spec.Table, words = t.table(chosen); spec.Table != "" {
			f.Tables[spec.Table] = words
		}
		if t.Key == "certificate_kind" {
			spec.Default = "居民身份证"
		}
	case chosen.Fixed != "":
		spec.Constant, _ = t.written(chosen.Fixed)
	}
	row := f.rowOf(t)
	if t.fixed != "" {
		row.Fields["kind"] = fieldSpec{Constant: t.fixed}
	}
	row.Fields[t.field] = t.placed(row.Fields[t.field], spec, words)
}

// placed is the field with what the target makes of it.
func (t Target) placed(before, spec fieldSpec, words map[string]string) fieldSpec {
	switch {
	case t.role == signs:
		before.Minus = &minus{Column: spec.Column[0], In: meaning(words, outgoing), Else: meaning(words, incoming)}
		return before
	case t.role == follows && len(before.Column) > 0:
		before.Behind = &spec
		return before
	default:
		return spec
	}
}

// meaning lists the words of a table that mean the same.
func meaning(words map[string]string, means string) []string {
	var list []string
	for word, m := range words {
		if m == means {
			list = append(list, word)
		}
	}
	slices.Sort(list)
	return list
}

// rowOf returns the row that makes the target's entity, made when missing; each
// contact point has its own.
func (f *mappingFile) rowOf(t Target) *rowSpec {
	for i := range f.Rows {
		if f.Rows[i].Entity == t.entity && t.fixed == "" {
			return &f.Rows[i]
		}
	}
	f.Rows = append(f.Rows, rowSpec{Entity: t.entity, Fields: map[string]fieldSpec{}})
	return &f.Rows[len(f.Rows)-1]
}

// complete reads the date of birth from the resident identity number.
func (c Choices) complete(f *mappingFile) {
	number := c.Of("certificate_no").Column
	if number == "" {
		return
	}
	birth := fieldSpec{Column: names{number}, As: "id_birth"}
	for i := range f.Rows {
		_, told := f.Rows[i].Fields["birth_date"]
		if e := f.Rows[i].Entity; e == "identity_document" || e == "customer" && !told {
			f.Rows[i].Fields["birth_date"] = birth
		}
	}
}
