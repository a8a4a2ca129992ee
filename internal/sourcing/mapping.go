package sourcing

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Mapping says how the columns of one kind of file become rows of customer
// files. It is data: a JSON file of package sourcing, validated when loaded.
type Mapping struct {
	Name  string // on the command line, such as berka-loans
	Title string // on screen
	About string // one sentence on what the file is
	Source
	// Columns are the columns the file must have, Optional those it may have.
	Columns  []string
	Optional []string
	Entities []string
	// Version is that of a mapping people made; 0 for those of the program.
	Version int

	tables map[string]map[string]string
	rows   []rowSpec
}

// Source is a system of the bank that files come from.
type Source struct {
	Code       string `json:"code"`
	SourceName string `json:"name"`
	Note       string `json:"note"`
}

// mappingFile is the form of a mapping on disk.
type mappingFile struct {
	Name   string                       `json:"name"`
	Title  string                       `json:"title"`
	About  string                       `json:"about"`
	Source Source                       `json:"source"`
	Tables map[string]map[string]string `json:"tables"`
	Rows   []rowSpec                    `json:"rows"`
}

// rowSpec makes one entity from each row of the file, or, with Each, one for
// each set of parameters: $name in a field stands for the parameter's value.
type rowSpec struct {
	Entity string               `json:"entity"`
	Each   []map[string]string  `json:"each"`
	Fields map[string]fieldSpec `json:"fields"`
}

// fieldSpec says where the value of a field comes from. Exactly one of Column,
// Template and Constant is set. A plain string is short for a text column.
type fieldSpec struct {
	Column   names  `json:"column"`   // one name, or several of which the first present counts
	Template string `json:"template"` // {column}, {column|6} zero-padded, {column@table} looked up, {$row} the row's number
	Constant string `json:"constant"`
	As       string `json:"as"`       // the converter; text when empty
	Table    string `json:"table"`    // for enum
	Default  string `json:"default"`  // instead of an empty cell
	Optional bool   `json:"optional"` // the file need not have the column
	Weak     bool   `json:"weak"`     // set when the customer is added, never changed afterwards
	Minus    *minus `json:"minus"`    // makes a decimal negative
	// Behind is put behind a text, after a blank; it is made like a field.
	Behind *fieldSpec `json:"behind"`
}

// minus turns a decimal negative where another column has one of the values.
// With Else the column must have one of either.
type minus struct {
	Column string   `json:"column"`
	In     []string `json:"in"`
	Else   []string `json:"else"`
}

// names is one name or a list of names.
type names []string

// UnmarshalJSON takes a string or a list of strings.
func (n *names) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		var one string
		if err := json.Unmarshal(b, &one); err != nil {
			return err
		}
		*n = names{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(n))
}

// UnmarshalJSON takes an object, or a string for a text column.
func (f *fieldSpec) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &f.Column)
	}
	type plain fieldSpec
	return strict(b, (*plain)(f))
}

// strict decodes JSON and refuses what it does not know.
func strict(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}

// parseMapping reads and validates one mapping.
func parseMapping(b []byte) (*Mapping, error) {
	var f mappingFile
	if err := strict(b, &f); err != nil {
		return nil, err
	}
	return newMapping(f)
}

// newMapping validates what a mapping says.
func newMapping(f mappingFile) (*Mapping, error) {
	m := &Mapping{Name: f.Name, Title: f.Title, About: f.About, Source: f.Source, tables: f.Tables, rows: f.Rows}
	if f.Name == "" || f.Title == "" || f.Source.Code == "" || f.Source.SourceName == "" || len(f.Rows) == 0 {
		return nil, errors.New("name, title, source and rows are needed")
	}
	for i, row := range f.Rows {
		if err := m.validateRow(i, row); err != nil {
			return nil, fmt.Errorf("row %d (%s): %w", i+1, row.Entity, err)
		}
	}
	m.collectColumns()
	return m, nil
}

func (m *Mapping) validateRow(i int, row rowSpec) error {
	e, ok := entityOf(row.Entity)
	if !ok {
		return errors.New("unknown entity")
	}
	own := i > 0
	if own && m.rows[0].Entity != "customer" {
		return errors.New("a second entity needs a customer first")
	}
	if own && row.Entity == "customer" {
		return errors.New("one customer a row")
	}
	for name, f := range row.Fields {
		c, ok := e.column(name)
		if !ok {
			return fmt.Errorf("unknown field %s", name)
		}
		if own && c.ref && c.name != "staff_no" {
			return fmt.Errorf("field %s: the row belongs to its customer", name)
		}
		if err := m.validateField(c, f); err != nil {
			return fmt.Errorf("field %s: %w", name, err)
		}
	}
	return m.validateComplete(e, row, own)
}

// validateComplete checks that nothing that must be there is left out.
func (m *Mapping) validateComplete(e entity, row rowSpec, own bool) error {
	linked := own || e.anyone || e.word == "customer"
	for _, c := range e.columns {
		_, mapped := row.Fields[c.name]
		if c.required && !mapped {
			return fmt.Errorf("field %s is needed", c.name)
		}
		linked = linked || mapped && c.ref && strings.HasSuffix(c.name, "_ref") || mapped && c.name == "customer_no"
	}
	if !linked {
		return errors.New("nothing says whose it is")
	}
	return nil
}

func (m *Mapping) validateField(c column, f fieldSpec) error {
	ways := 0
	for _, set := range []bool{len(f.Column) > 0, f.Template != "", f.Constant != ""} {
		if set {
			ways++
		}
	}
	if ways != 1 {
		return errors.New("one of column, template and constant is needed")
	}
	if f.Table != "" && m.tables[f.Table] == nil {
		return fmt.Errorf("unknown table %s", f.Table)
	}
	if (f.As == "enum") != (f.Table != "") {
		return errors.New("enum and table go together")
	}
	if _, ok := converterOf(f.As, nil); !ok {
		return fmt.Errorf("unknown converter %s", f.As)
	}
	parts, err := parseTemplate(f.Template)
	if err != nil {
		return err
	}
	if reason := constantDefect(c, f); reason != "" {
		return errors.New("constant: " + reason)
	}
	for _, p := range parts {
		if p.table != "" && m.tables[p.table] == nil {
			return fmt.Errorf("unknown table %s", p.table)
		}
	}
	if f.Minus != nil && c.kind != decimal {
		return errors.New("minus is for decimals")
	}
	if f.Behind == nil {
		return nil
	}
	if c.kind != text {
		return errors.New("behind is for texts")
	}
	return m.validateField(c, *f.Behind)
}

// constantDefect says what is wrong with a field's constant. One with
// parameters is known only when they are filled in.
func constantDefect(c column, f fieldSpec) string {
	if f.Constant == "" || strings.Contains(f.Constant, "$") {
		return ""
	}
	if f.As == "" {
		f.As = c.usual()
	}
	value := f.Constant
	if convert, _ := converterOf(f.As, nil); convert != nil {
		var reason string
		if value, reason = convert(value); reason != "" {
			return reason
		}
	}
	return c.fits(value)
}
