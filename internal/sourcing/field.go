package sourcing

import (
	"slices"
	"strconv"
	"strings"
)

// value makes the field's value for the row'th record: the text for the
// database, empty for none, or the reason why there is none.
func (f *boundField) value(rec *record, row int64) (value, reason string) {
	switch {
	case f.at >= 0:
		value = rec.fields[f.at]
	case f.parts != nil:
		if value, reason = f.fill(rec, row); reason != "" {
			return "", reason
		}
	default:
		return f.constant, ""
	}
	if f.column.name == "body" {
		value = strings.TrimSpace(value)
	} else {
		value = tidy(value)
	}
	if value == "" {
		value = f.fallback
	}
	if value != "" && f.convert != nil {
		if value, reason = f.convert(value); reason != "" {
			return "", reason
		}
	} else if value == "" && f.convert != nil {
		// An enumeration may name what an empty cell means.
		value, _ = f.convert("")
	}
	if f.behind != nil {
		more, reason := f.behind.value(rec, row)
		if reason != "" {
			return "", reason
		}
		value = strings.TrimSpace(value + " " + more)
	}
	if value == "" {
		if f.column.required && !f.column.carrier {
			return "", "不能为空"
		}
		return "", ""
	}
	if reason := f.column.fits(value); reason != "" {
		return "", reason
	}
	return f.signed(rec, value)
}

// signed puts a minus before a decimal where the other column says so.
func (f *boundField) signed(rec *record, value string) (signed, reason string) {
	if f.minusAt < 0 {
		return value, ""
	}
	word := tidy(rec.fields[f.minusAt])
	switch {
	case slices.Contains(f.minusIn, word):
		if strings.HasPrefix(value, "-") {
			return value[1:], ""
		}
		return "-" + value, ""
	case len(f.plusIn) > 0 && !slices.Contains(f.plusIn, word):
		return "", "收支标志不在对照表中"
	}
	return value, ""
}

// fill writes a template out.
func (f *boundField) fill(rec *record, row int64) (string, string) {
	var b strings.Builder
	for _, p := range f.parts {
		piece := p.words
		switch {
		case p.at >= 0:
			piece = tidy(rec.fields[p.at])
		case p.column == rowNumber:
			piece = strconv.FormatInt(row, 10)
		}
		if p.table != nil {
			word, reason := lookUp(p.table, piece)
			if reason != "" {
				return "", reason
			}
			piece = word
		}
		if p.width > 0 {
			piece = pad(piece, p.width)
		}
		b.WriteString(piece)
	}
	return b.String(), ""
}
