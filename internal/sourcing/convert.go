package sourcing

import (
	"strings"
	"time"
	"unicode/utf8"
)

// converter turns a trimmed, non-empty cell into the text that the database
// takes, or says why it cannot: reason is then shown beside the line, so it
// never holds the value.
type converter func(cell string) (value, reason string)

// converterOf returns the converter with the name; table serves enum.
func converterOf(name string, table map[string]string) (converter, bool) {
	switch name {
	case "":
		return nil, true
	case "yymmdd":
		return shortDate, true
	case "date":
		return longDate, true
	case "datetime":
		return dateTime, true
	case "month":
		return monthOf, true
	case "decimal":
		return decimalPoint, true
	case "decimal_comma":
		return decimalComma, true
	case "integer":
		return integer, true
	case "id_birth":
		return residentBirth, true
	case "birth_gender":
		return birthGender, true
	case "birth_date":
		return birthDate, true
	case "enum":
		return func(cell string) (string, string) { return lookUp(table, cell) }, true
	}
	return nil, false
}

// lookUp returns the word that a table has for a cell. In a table with the key
// "*" every other cell stands for itself.
func lookUp(table map[string]string, cell string) (word, reason string) {
	if word, ok := table[cell]; ok {
		return word, ""
	}
	if _, any := table["*"]; any {
		return cell, ""
	}
	return "", "取值不在对照表中"
}

// digits reports whether s is n decimal digits.
func digits(s string, n int) bool {
	if len(s) != n {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

const noDate = "不是有效的日期"

// day checks a date in the form 20060102 and returns it as the database takes it.
func day(s string) (string, string) {
	if !digits(s, 8) {
		return "", noDate
	}
	month, dom := int(s[4]-'0')*10+int(s[5]-'0'), int(s[6]-'0')*10+int(s[7]-'0')
	year := int(s[0]-'0')*1000 + int(s[1]-'0')*100 + int(s[2]-'0')*10 + int(s[3]-'0')
	if year < 1880 || year > 2200 || month < 1 || month > 12 || dom < 1 || dom > 31 {
		return "", noDate
	}
	if dom > 28 && time.Date(year, time.Month(month), dom, 0, 0, 0, 0, time.UTC).Day() != dom {
		return "", noDate
	}
	return s, ""
}

// shortDate reads 930101, with or without a time behind it, as a day of the
// twentieth century.
func shortDate(cell string) (string, string) {
	if len(cell) > 6 && cell[6] == ' ' {
		cell = cell[:6]
	}
	if !digits(cell, 6) {
		return "", noDate
	}
	return day("19" + cell)
}

// longDate reads 2006-01-02, 2006/1/2, 2006.1.2, 2006年1月2日 and 20060102; a
// time behind it is left out.
func longDate(cell string) (string, string) {
	if digits(cell, 8) {
		return day(cell)
	}
	cell, _, _ = strings.Cut(cell, " ")
	cell, _, _ = strings.Cut(cell, "T")
	fields := strings.FieldsFunc(cell, func(r rune) bool {
		return r == '-' || r == '/' || r == '.' || r == '年' || r == '月' || r == '日'
	})
	if len(fields) != 3 || len(fields[0]) != 4 || len(fields[1]) > 2 || len(fields[2]) > 2 {
		return "", noDate
	}
	return day(fields[0] + pad(fields[1], 2) + pad(fields[2], 2))
}

// monthOf reads 2006-01, 2006/1, 200601 and 2006年1月, and any day of a month, as
// the first of the month.
func monthOf(cell string) (string, string) {
	if d, reason := longDate(cell); reason == "" {
		return d[:6] + "01", ""
	}
	if digits(cell, 6) {
		return day(cell + "01")
	}
	fields := strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune("-/.年月", r) })
	if len(fields) != 2 || len(fields[0]) != 4 || len(fields[1]) > 2 {
		return "", "不是有效的月份"
	}
	return day(fields[0] + pad(fields[1], 2) + "01")
}

// china is the time zone of times that name none.
func china() *time.Location { return time.FixedZone("CST", 8*60*60) }

// dateTime reads RFC 3339 and a date followed by 15:04 or 15:04:05, in China's
// time; a date alone is its noon.
func dateTime(cell string) (string, string) {
	if t, err := time.Parse(time.RFC3339, cell); err == nil {
		return t.Format(time.RFC3339), ""
	}
	d, reason := longDate(cell)
	if reason != "" {
		return "", "不是有效的时间"
	}
	clock := "12:00:00"
	if i := strings.IndexAny(cell, " T"); i > 0 {
		clock = strings.TrimSpace(cell[i+1:])
	}
	for _, layout := range []string{"20060102 15:04:05", "20060102 15:04"} {
		if t, err := time.ParseInLocation(layout, d+" "+clock, china()); err == nil {
			return t.Format(time.RFC3339), ""
		}
	}
	return "", "不是有效的时间"
}

// birthGender reads the sex from a Czech birth number: the month of women has
// 50 added to it.
func birthGender(cell string) (string, string) {
	if _, reason := birthDate(cell); reason != "" {
		return "", reason
	}
	if cell[2] >= '5' {
		return "female", ""
	}
	return "male", ""
}

// birthDate reads the date of birth from a Czech birth number, yymmdd.
func birthDate(cell string) (string, string) {
	if len(cell) < 6 || !digits(cell[:6], 6) {
		return "", "不是有效的出生号"
	}
	month := cell[2:3]
	if month[0] >= '5' {
		month = string(month[0] - 5)
	}
	value, reason := day("19" + cell[:2] + month + cell[3:6])
	if reason != "" {
		return "", "不是有效的出生号"
	}
	return value, ""
}

// residentBirth reads the date of birth from a resident identity number of 18
// places (GB 11643); any other document tells none.
func residentBirth(cell string) (string, string) {
	if len(cell) != 18 || !digits(cell[:17], 17) {
		return "", ""
	}
	if value, reason := day(cell[6:14]); reason == "" {
		return value, ""
	}
	return "", ""
}

// usual names the converter of a column whose mapping names none.
func (c column) usual() string {
	switch c.kind {
	case whole:
		return "integer"
	case decimal:
		return "decimal"
	case date:
		return "date"
	case moment:
		return "datetime"
	default:
		return ""
	}
}

// tidy trims a cell and makes one line of it, each run of blanks one space.
func tidy(s string) string {
	s = strings.TrimSpace(s)
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == 0x7f || c == ' ' && s[i-1] == ' ' {
			return strings.Join(strings.Fields(s), " ")
		}
	}
	return s
}

// over reports whether s has more than n characters.
func over(s string, n int) bool {
	return len(s) > n && utf8.RuneCountInString(s) > n
}
