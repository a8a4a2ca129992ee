package tag

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"liuhen/internal/customer"
)

// Takes says what sort of value a field is compared with.
type Takes string

// The sorts.
const (
	TakesNothing Takes = ""
	TakesWord    Takes = "word"   // a text, at most 20 characters
	TakesMoney   Takes = "money"  // a sum in yuan
	TakesGrades  Takes = "grades" // C1–C5, one or several
	TakesRisk    Takes = "risk"   // R1–R5
	TakesYears   Takes = "years"  // an age
	TakesBand    Takes = "band"   // an asset band
)

// Field is something of a customer that a rule may look at.
type Field struct {
	Code  string
	Label string // in the list of fields, with its operator
	Words string // the condition as a sentence, with {值}, {天} and {次}
	Any   string // the sentence where a value may be left out and is
	Group Group
	// Tells marks a field by which a tag tells an amount: its rule belongs to the
	// field's group.
	Tells bool
	Value Takes
	Days  bool // needs a window of days
	Times bool // needs a number of times
	sql   func(*gathering, Simple) (test, evidence string)
}

// Needs says what the field is compared with, for who fills the form in.
func (f Field) Needs() string {
	var parts []string
	switch f.Value {
	case TakesWord:
		parts = append(parts, "值：文字")
		if f.Any != "" {
			parts[0] += "，可不填"
		}
	case TakesMoney:
		parts = append(parts, "值：金额（元）")
	case TakesGrades:
		parts = append(parts, "值：如 C3 或 C4,C5")
	case TakesRisk:
		parts = append(parts, "值：R1–R5")
	case TakesYears:
		parts = append(parts, "值：岁数")
	case TakesBand:
		parts = append(parts, "值："+strings.Join(customer.Bands(), "、")+" 之一")
	}
	if f.Days {
		parts = append(parts, "天数")
	}
	if f.Times {
		parts = append(parts, "次数")
	}
	if len(parts) == 0 {
		return "不用填值"
	}
	return strings.Join(parts, "；")
}

// Fields is the allowlist, in the order of the form.
func Fields() []Field { return slices.Concat(basicFields(), assetFields(), flowFields()) }

func fieldNamed(code string) (Field, bool) {
	for _, f := range Fields() {
		if f.Code == code {
			return f, true
		}
	}
	return Field{}, false
}

// checked returns the simple condition with its value in its one form, or what
// is wrong with it in a sentence.
func (s Simple) checked() (Simple, string) {
	f, ok := fieldNamed(s.Code)
	if !ok {
		return s, "没有这个条件：" + s.Code + "。"
	}
	if f.Days && (s.Days < 1 || s.Days > 3650) {
		return s, "「" + f.Label + "」的天数为 1 到 3650。"
	}
	if f.Times && (s.Times < 1 || s.Times > 1000) {
		return s, "「" + f.Label + "」的次数为 1 到 1000。"
	}
	if !f.Days {
		s.Days = 0
	}
	if !f.Times {
		s.Times = 0
	}
	value, ok := f.read(strings.TrimSpace(s.Value))
	if !ok {
		return s, "「" + f.Label + "」" + f.Needs() + "。"
	}
	s.Value = value
	return s, ""
}

// read brings a value into its one form, and reports whether it is one.
func (f Field) read(value string) (string, bool) {
	switch f.Value {
	case TakesNothing:
		return "", true
	case TakesWord:
		n := utf8.RuneCountInString(value)
		return value, utf8.ValidString(value) && !strings.ContainsFunc(value, isControl) && n <= 20 && (n > 0 || f.Any != "")
	case TakesMoney:
		n, err := strconv.ParseInt(strings.ReplaceAll(value, ",", ""), 10, 64)
		return strconv.FormatInt(n, 10), err == nil && n > 0 && n <= 1_000_000_000_000
	case TakesGrades:
		return readGrades(value)
	case TakesRisk:
		n := strings.TrimPrefix(strings.ToUpper(value), "R")
		return "R" + n, len(n) == 1 && n >= "1" && n <= "5"
	case TakesYears:
		n, err := strconv.Atoi(value)
		return strconv.Itoa(n), err == nil && n > 0 && n < 130
	default:
		value = strings.ReplaceAll(value, "-", "–")
		return value, slices.Contains(customer.Bands(), value)
	}
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

func readGrades(value string) (string, bool) {
	var list []string
	for _, part := range strings.FieldsFunc(strings.ToUpper(value), func(r rune) bool { return strings.ContainsRune(",， 、", r) }) {
		n := strings.TrimPrefix(part, "C")
		if len(n) != 1 || n < "1" || n > "5" {
			return "", false
		}
		if !slices.Contains(list, "C"+n) {
			list = append(list, "C"+n)
		}
	}
	slices.Sort(list)
	return strings.Join(list, ","), len(list) > 0
}

// grades are the numbers of a value of TakesGrades.
func grades(value string) []int64 {
	var list []int64
	for _, g := range strings.Split(value, ",") {
		list = append(list, int64(number(strings.TrimPrefix(g, "C"))))
	}
	return list
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// bandNumber is the number of a band's label.
func bandNumber(label string) int { return slices.Index(customer.Bands(), label) }

func days(n int) string { return fmt.Sprintf("近 %d 天", n) }
