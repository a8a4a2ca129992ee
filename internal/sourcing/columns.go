package sourcing

import (
	"slices"
	"strings"
)

// collectColumns fills Columns, Optional and Entities from the rows.
func (m *Mapping) collectColumns() {
	for _, row := range m.rows {
		if e := row.Entity; !slices.Contains(m.Entities, e) {
			m.Entities = append(m.Entities, e)
		}
		e, _ := entityOf(row.Entity)
		for _, params := range row.sets() {
			for _, c := range e.columns {
				if f, ok := row.Fields[c.name]; ok {
					m.collectField(f.with(params))
				}
			}
		}
	}
	m.Optional = slices.DeleteFunc(m.Optional, func(name string) bool { return slices.Contains(m.Columns, name) })
}

func (m *Mapping) collectField(f fieldSpec) {
	into := &m.Columns
	if f.Optional {
		into = &m.Optional
	}
	for _, name := range f.reads() {
		if !slices.Contains(*into, name) {
			*into = append(*into, name)
		}
	}
}

// reads lists the columns a field is made from, by the first of their names.
func (f fieldSpec) reads() []string {
	var list []string
	if len(f.Column) > 0 {
		list = append(list, f.Column[0])
	}
	parts, err := parseTemplate(f.Template)
	if err != nil {
		return list
	}
	for _, p := range parts {
		if p.column != "" && p.column != rowNumber {
			list = append(list, p.column)
		}
	}
	if f.Minus != nil {
		list = append(list, f.Minus.Column)
	}
	if f.Behind != nil {
		list = append(list, f.Behind.reads()...)
	}
	return list
}

// sets returns the sets of parameters that a row is repeated for.
func (r rowSpec) sets() []map[string]string {
	if len(r.Each) == 0 {
		return []map[string]string{nil}
	}
	return r.Each
}

// with returns the field with its parameters filled in.
func (f fieldSpec) with(params map[string]string) fieldSpec {
	if len(params) == 0 {
		return f
	}
	var pairs []string
	for name, value := range params {
		pairs = append(pairs, "$"+name, value)
	}
	r := strings.NewReplacer(pairs...)
	f.Column = slices.Clone(f.Column)
	for i := range f.Column {
		f.Column[i] = r.Replace(f.Column[i])
	}
	f.Template, f.Constant = r.Replace(f.Template), r.Replace(f.Constant)
	if f.Behind != nil {
		behind := f.Behind.with(params)
		f.Behind = &behind
	}
	return f
}
