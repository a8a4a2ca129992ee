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
	c.complete(&f, kind)
	return newMapping(f)
}

// check refuses choices that no row could be taken by.
func (c Choices) check(kind FileKind) error {
	var wrong fault.Fields
	linked, asks := false, ""
	for _, t := range kind.Targets {
		chosen := c.Of(t.Key)
		wrong.Require(!t.Required || chosen.Column != "", "c."+t.Key, "请为「"+t.Label+"」选择一列。")
		if chosen.Column != "" {
			wrong.Require(slices.ContainsFunc(t.Converts, func(v Conversion) bool { return v.As == chosen.As }), "c."+t.Key, "「"+t.Label+"」没有这种换算。")
			_, table, _ := strings.Cut(chosen.As, ":")
			_, reason := ownWords(table, chosen.Words)
			wrong.Require(reason == "" || !t.Listed(), "w."+t.Key, reason)
		}
		if slices.Contains([]string{"customer_ref", "customer_no", "account_ref"}, t.Key) {
			if asks == "" {
				asks = t.Key
			}
			linked = linked || chosen.Column != ""
		}
	}
	wrong.Require(linked || asks == "" || kind.Word == "account", "c."+asks, "要知道每一行是谁的：请选择客户号、统一客户号或账号中的一列。")
	return wrong.Err()
}

// addTo adds a target's field to the row of its entity.
func (c Choices) addTo(f *mappingFile, t Target) {
	chosen := c.Of(t.Key)
	spec := fieldSpec{Constant: t.fallback}
	if chosen.Column != "" {
		as, _, _ := strings.Cut(chosen.As, ":")
		table, words := t.table(chosen)
		spec = fieldSpec{Column: names{chosen.Column}, As: as, Table: table}
		if table != "" {
			f.Tables[table] = words
		}
	} else if t.fallback == "" || t.entity == "identity_document" && c.Of("certificate_no").Column == "" {
		return
	}
	if t.entity == "identity_document" && t.field == "kind" && chosen.Column != "" {
		if c.Of("certificate_no").Column == "" {
			return
		}
		spec.Default = "居民身份证"
	}
	row := f.rowOf(t)
	if t.fixed != "" {
		row.Fields["kind"] = fieldSpec{Constant: t.fixed}
	}
	row.Fields[t.field] = spec
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
func (c Choices) complete(f *mappingFile, kind FileKind) {
	number := c.Of("certificate_no").Column
	if kind.Word != "customer" || number == "" {
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
