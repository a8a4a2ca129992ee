package sourcing

import (
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"slices"
	"strings"
	"unicode"
)

// Preview is how the first rows of a file would be taken. It says what each
// cell looks like and never what it holds: who imports must not see customer
// data.
type Preview struct {
	Columns []PreviewColumn
	Rows    []PreviewRow // at most PreviewShown
	Looked  int          // rows that were looked at
	Sound   int          // of those, rows that can be taken as far as the file tells
}

// PreviewShown is how many rows a Preview shows.
const PreviewShown = 5

// PreviewColumn is one field that the mapping makes.
type PreviewColumn struct {
	Entity string // on screen
	Field  string // on screen
	Column string // of the file; empty for what the mapping says itself
	Filled int    // rows looked at that have a value
	Faults int    // rows looked at that are refused for it
	Lines  []int64
	Reason string // of the first refusal
}

// PreviewRow is a row with the look of each cell.
type PreviewRow struct {
	Line   int64
	Looks  []string
	Reason string // why the row would be refused; empty if it would not
}

// preview converts the first rows behind the header and describes them.
func preview(p *plan, doc *document) (*Preview, error) {
	var v Preview
	var fields []boundField
	for i := range p.outputs {
		o := &p.outputs[i]
		for _, set := range o.sets {
			for _, f := range set {
				if f.at < 0 && f.parts == nil {
					continue
				}
				fields = append(fields, f)
				v.Columns = append(v.Columns, PreviewColumn{Entity: entityLabel(o.entity.word), Field: labelIn(o.entity.word, f, set), Column: f.label})
			}
		}
	}
	work := &producer{plan: p, doc: doc, size: sampled, seed: maphash.MakeSeed(), keys: map[uint64]struct{}{}}
	c := &chunk{stages: make([]stage, len(p.outputs))}
	secret := newTracks()
	for v.Looked < sampled {
		rec, err := doc.records.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = secret.refuse(rec)
		}
		if err != nil {
			return nil, err
		}
		v.Looked++
		work.row++
		v.look(work, c, fields, rec)
	}
	return &v, nil
}

// labelIn is a field's label; the value of a contact point goes by its kind.
func labelIn(entity string, f boundField, set []boundField) string {
	for _, other := range set {
		if entity == "contact_point" && f.column.name == "value" && other.column.name == "kind" && other.constant != "" {
			return contactLabel(other.constant)
		}
	}
	return fieldLabel(entity, f.column.name)
}

// look describes one row.
func (v *Preview) look(work *producer, c *chunk, fields []boundField, rec record) {
	row := PreviewRow{Line: rec.line}
	reject := work.convert(c, &rec)
	if reject != nil {
		row.Reason = strings.TrimPrefix(reject.Column+"："+reject.Reason, "：")
	} else {
		v.Sound++
	}
	told := false
	for i := range fields {
		look := ""
		if rec.defect == "" && len(rec.fields) == work.plan.width {
			value, reason := fields[i].value(&rec, work.row)
			look = described(fields[i].cell(&rec, value))
			if value != "" {
				v.Columns[i].Filled++
			}
			if reject != nil && !told && fields[i].label == reject.Column && (reason == reject.Reason || reason == "") {
				reason, told = reject.Reason, true
			}
			if reason != "" {
				v.Columns[i].fault(rec.line, reason)
				look = reason
			}
		}
		row.Looks = append(row.Looks, look)
	}
	if len(v.Rows) < PreviewShown {
		v.Rows = append(v.Rows, row)
	}
}

// cell is what the file has for a field, or, where the field is composed, what is
// composed.
func (f *boundField) cell(rec *record, value string) string {
	if f.at >= 0 {
		return tidy(rec.fields[f.at])
	}
	return value
}

func (c *PreviewColumn) fault(line int64, reason string) {
	c.Faults++
	if c.Reason == "" {
		c.Reason = reason
	}
	if len(c.Lines) < 5 {
		c.Lines = append(c.Lines, line)
	}
}

// described says what a cell looks like, in words that hold nothing of it.
func described(s string) string {
	n := len([]rune(s))
	only := func(is func(rune) bool) bool { return !strings.ContainsFunc(s, func(r rune) bool { return !is(r) }) }
	_, cents, point := strings.Cut(s, ".")
	switch {
	case s == "":
		return "空"
	case isResident(s):
		return "18 位证件号，校验通过"
	case isMobileNumber(s):
		return "手机号"
	case isEmail(s):
		return "邮箱"
	case reads(longDate, s) && strings.ContainsAny(s, " T"):
		return "日期和时间"
	case reads(longDate, s):
		return "日期"
	case !digits(s, n) && reads(monthOf, s):
		return "月份"
	case digits(s, n):
		return fmt.Sprintf("%d 位数字", n)
	case plainDecimal(s) && point:
		return fmt.Sprintf("数字，%d 位小数", len(cents))
	case plainDecimal(s):
		return "负数"
	case reads(decimalPoint, s):
		return "带千分位或货币符号的数字"
	case reads(decimalComma, s):
		return "逗号作小数点的数字"
	case only(func(r rune) bool { return unicode.Is(unicode.Han, r) }):
		return fmt.Sprintf("%d 个汉字", n)
	case only(func(r rune) bool {
		return r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_')
	}):
		return fmt.Sprintf("%d 位字母和数字", n)
	default:
		return fmt.Sprintf("%d 个字", n)
	}
}

// firstRows reads the first rows behind the header as they are in the file.
func firstRows(doc *document) ([]record, error) {
	var rows []record
	secret := newTracks()
	for len(rows) < sampled {
		rec, err := doc.records.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = secret.refuse(rec)
		}
		if err != nil {
			return nil, err
		}
		rec.fields, rec.raw = slices.Clone(rec.fields), nil
		rows = append(rows, rec)
	}
	return rows, nil
}

// withFile opens a kept file for reading by do.
func withFile(path, sheet string, do func(*document) error) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	doc, err := openDocument(f, sheet)
	if err != nil {
		return err
	}
	return do(doc)
}
