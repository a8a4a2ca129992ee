package sourcing

import (
	"slices"
	"strings"

	"liuhen/internal/fault"
	"liuhen/internal/seal"
)

// plan is a mapping bound to the header of one file.
type plan struct {
	mapping *Mapping
	outputs []output
	ignored []string // columns of the file that nothing reads
	width   int      // columns of the file
	header  []string // of the file
	key     seal.SearchKey
}

// output makes rows of one staging table.
type output struct {
	entity entity
	own    bool           // belongs to the customer of its row
	cols   []column       // of the staging table, behind row and line: mapped, then derived
	mapped int            // how many of cols are mapped
	weak   []bool         // for each mapped one
	sets   [][]boundField // for each set of parameters, one field for each mapped column
}

// boundField makes one value from a record.
type boundField struct {
	column   column
	label    string // the file's column, named beside a rejected line
	at       int    // index in the record; -1 for a template or constant
	parts    []boundPart
	constant string
	convert  converter
	fallback string
	minusAt  int // -1 for none
	minusIn  []string
	plusIn   []string    // empty for all others
	behind   *boundField // nil for none
}

// boundPart is a part of a template with its place in the record.
type boundPart struct {
	part
	at    int // -1 for words and the row's number
	table map[string]string
}

// bind finds the mapping's columns in the header. It refuses a header that
// lacks one, and lists all that are missing.
func bind(m *Mapping, header []string, key seal.SearchKey) (*plan, error) {
	if err := secretColumns(header); err != nil {
		return nil, err
	}
	b := binder{mapping: m, at: map[string]int{}, used: map[int]bool{}}
	for i, name := range header {
		if _, twice := b.at[name]; !twice {
			b.at[name] = i
		}
	}
	p := &plan{mapping: m, width: len(header), header: header, key: key}
	for i, row := range m.rows {
		if o := b.output(row, i > 0); o.carries() {
			p.outputs = append(p.outputs, o)
		}
	}
	if len(b.missing) > 0 {
		return nil, fault.Newf(fault.Invalid, "文件缺少「%s」映射需要的列：%s。文件里的列是：%s。请换一个映射，或让来源系统补上这些列。",
			m.Title, strings.Join(b.missing, "、"), strings.Join(header, "、"))
	}
	for i, name := range header {
		if !b.used[i] {
			p.ignored = append(p.ignored, name)
		}
	}
	return p, nil
}

// people reports whether the rows of the file are customers.
func (p *plan) people() bool { return len(p.outputs) > 0 && p.outputs[0].entity.word == "customer" }

// documents lists the outputs with the documents of the rows' customers.
func (p *plan) documents() []int {
	var list []int
	for i := range p.outputs {
		if o := &p.outputs[i]; o.own && o.entity.word == "identity_document" {
			list = append(list, i)
		}
	}
	return list
}

// binder collects what binding finds.
type binder struct {
	mapping *Mapping
	at      map[string]int
	used    map[int]bool
	missing []string
}

func (b *binder) output(row rowSpec, own bool) output {
	e, _ := entityOf(row.Entity)
	o := output{entity: e, own: own, sets: make([][]boundField, len(row.sets()))}
	for _, c := range e.columns {
		f, ok := row.Fields[c.name]
		if ok && f.Optional && !b.present(f) {
			ok = f.Default != ""
			f = fieldSpec{Constant: f.Default, As: f.As, Table: f.Table, Weak: f.Weak}
		}
		if !ok {
			continue
		}
		o.cols = append(o.cols, c)
		o.weak = append(o.weak, f.Weak)
		for i, params := range row.sets() {
			o.sets[i] = append(o.sets[i], b.field(c, f.with(params)))
		}
	}
	o.mapped = len(o.cols)
	o.cols = append(o.cols, e.derived...)
	return o
}

// carries reports whether the file has the column that the entity is about.
func (o *output) carries() bool {
	for _, c := range o.entity.columns {
		if c.carrier && !o.has(c.name) {
			return false
		}
	}
	return true
}

// present reports whether the file has every column of an optional field.
func (b *binder) present(f fieldSpec) bool {
	if len(f.Column) > 0 {
		return b.find(f.Column) >= 0
	}
	return !slices.ContainsFunc(f.reads(), func(name string) bool { return b.find(names{name}) < 0 })
}

// find returns the index of the first name the file has, or -1.
func (b *binder) find(list names) int {
	for _, name := range list {
		if i, ok := b.at[name]; ok {
			return i
		}
	}
	return -1
}

// need is find that notes a missing column.
func (b *binder) need(list names) int {
	i := b.find(list)
	if i < 0 {
		if !slices.Contains(b.missing, list[0]) {
			b.missing = append(b.missing, list[0])
		}
		return 0
	}
	b.used[i] = true
	return i
}

func (b *binder) field(c column, f fieldSpec) boundField {
	if f.As == "" {
		f.As = c.usual()
	}
	convert, _ := converterOf(f.As, b.mapping.tables[f.Table])
	bound := boundField{column: c, at: -1, constant: f.Constant, convert: convert, fallback: f.Default, minusAt: -1}
	if f.Constant != "" && convert != nil {
		bound.constant, _ = convert(f.Constant)
	}
	if len(f.Column) > 0 {
		bound.at = b.need(f.Column)
	}
	parts, _ := parseTemplate(f.Template)
	for _, p := range parts {
		bp := boundPart{part: p, at: -1, table: b.mapping.tables[p.table]}
		if p.column != "" && p.column != rowNumber {
			bp.at = b.need(names{p.column})
		}
		bound.parts = append(bound.parts, bp)
	}
	if f.Minus != nil {
		bound.minusAt, bound.minusIn, bound.plusIn = b.need(names{f.Minus.Column}), f.Minus.In, f.Minus.Else
	}
	if f.Behind != nil {
		behind := b.field(c, *f.Behind)
		bound.behind = &behind
	}
	if reads := f.reads(); len(reads) > 0 {
		bound.label = reads[0]
	}
	for _, name := range f.Column {
		if _, ok := b.at[name]; ok {
			bound.label = name
			break
		}
	}
	return bound
}
