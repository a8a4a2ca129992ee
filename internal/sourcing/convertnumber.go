package sourcing

import (
	"strconv"
	"strings"
)

const noNumber = "不是有效的数字"

// integer reads a whole number.
func integer(cell string) (string, string) {
	n, err := strconv.ParseInt(cell, 10, 32)
	if err != nil {
		return "", noNumber
	}
	if len(cell) > 1 && (cell[0] == '0' || cell[0] == '+') {
		return strconv.FormatInt(n, 10), ""
	}
	return cell, ""
}

// decimalPoint reads 1234.56 and 1,234.56. Commas must stand before groups of
// three digits, so that 12,5 is refused and not taken for 125.
func decimalPoint(cell string) (string, string) {
	if plainDecimal(cell) {
		return cell, ""
	}
	cell = strings.TrimPrefix(strings.ReplaceAll(cell, " ", ""), "¥")
	return grouped(cell, ',', '.')
}

// decimalComma reads 1234,56 and 1.234,56.
func decimalComma(cell string) (string, string) {
	return grouped(strings.ReplaceAll(cell, " ", ""), '.', ',')
}

// grouped reads a number whose digits before the point may stand in groups.
func grouped(cell string, group, point byte) (string, string) {
	front, back, _ := strings.Cut(cell, string(point))
	groups := strings.Split(front, string(group))
	for i, g := range groups {
		if i > 0 && len(g) != 3 {
			return "", noNumber
		}
	}
	value := strings.Join(groups, "")
	if back != "" {
		value += "." + back
	}
	value = strings.TrimPrefix(value, "+")
	if !plainDecimal(value) {
		return "", noNumber
	}
	return value, ""
}

// plainDecimal reports whether s reads like -123 or -123.45.
func plainDecimal(s string) bool {
	s = strings.TrimPrefix(s, "-")
	front, back := 0, -1
	for i := range len(s) {
		switch c := s[i]; {
		case c == '.' && back < 0:
			back = 0
		case c < '0' || c > '9':
			return false
		case back >= 0:
			back++
		default:
			front++
		}
	}
	return front > 0 && back != 0
}

// fits checks a value against the limits of its column, so that the database
// has nothing left to refuse.
func (c column) fits(value string) (reason string) {
	switch c.kind {
	case whole:
		n, err := strconv.ParseInt(value, 10, 32)
		if err != nil {
			return noNumber
		}
		if n < int64(c.min) || n > int64(c.max) {
			return "数字超出范围"
		}
	case decimal:
		return c.fitsDecimal(value)
	case text:
		if c.max > 0 && over(value, c.max) {
			return "超过 " + strconv.Itoa(c.max) + " 个字"
		}
		if len(c.words) > 0 && !contains(c.words, value) {
			return "取值不在允许范围内"
		}
	}
	return ""
}

func (c column) fitsDecimal(value string) string {
	if !plainDecimal(value) {
		return noNumber
	}
	front, back, _ := strings.Cut(strings.TrimPrefix(value, "-"), ".")
	if len(strings.TrimLeft(front, "0")) > c.max {
		return "数字超出范围"
	}
	if len(strings.TrimRight(back, "0")) > c.scale {
		return "小数超过 " + strconv.Itoa(c.scale) + " 位"
	}
	if c.min == anySign {
		return ""
	}
	zero := strings.Trim(front+back, "0") == ""
	if value[0] == '-' && !zero || c.min == 1 && zero {
		return "数字超出范围"
	}
	return ""
}

func contains(words []string, word string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}
