package sourcing

import (
	"strings"
	"unicode"
)

// sampled is how many rows a proposal and its check look at.
const sampled = 200

// profile is what the first cells of a column look like.
type profile struct {
	name     string
	filled   int
	looks    map[content]int
	lists    map[string]int // by table
	shorts   int            // two-digit years
	commas   int            // a decimal comma
	distinct int
}

// profiles looks at the first rows of a file, column by column.
func profiles(header []string, rows []record) []profile {
	list := make([]profile, len(header))
	for i, name := range header {
		p := profile{name: name, looks: map[content]int{}, lists: map[string]int{}}
		seen := map[string]bool{}
		for _, row := range rows {
			if i >= len(row.fields) {
				continue
			}
			if cell := tidy(row.fields[i]); cell != "" {
				p.see(cell)
				seen[cell] = true
			}
		}
		p.distinct = len(seen)
		list[i] = p
	}
	return list
}

// see counts what a cell looks like.
func (p *profile) see(cell string) {
	p.filled++
	for _, c := range []struct {
		looks content
		is    bool
	}{
		{certificates, isResident(cell)},
		{mobiles, isMobileNumber(cell)},
		{emails, isEmail(cell)},
		{days, reads(longDate, cell) || reads(shortDate, cell) || reads(dateTime, cell)},
		{months, reads(monthOf, cell)},
		{amounts, reads(decimalPoint, cell) || reads(decimalComma, cell)},
		{wholes, reads(integer, cell)},
		{personNames, isChineseName(cell)},
	} {
		if c.is {
			p.looks[c.looks]++
		}
	}
	if !reads(longDate, cell) && reads(shortDate, cell) {
		p.shorts++
	}
	if !reads(decimalPoint, cell) && reads(decimalComma, cell) {
		p.commas++
	}
	for name, table := range listTables() {
		if _, ok := table[cell]; ok || name == "currency" && isCurrency(cell) {
			p.lists[name]++
		}
	}
}

// share is how much of what the column holds looks like it, 0 to 1.
func (p *profile) share(n int) float64 {
	if p.filled == 0 {
		return 0
	}
	return float64(n) / float64(p.filled)
}

func reads(c converter, cell string) bool {
	_, reason := c(cell)
	return reason == ""
}

// isResident reports whether s is a resident identity number of 18 places whose
// check digit is right (GB 11643-1999).
func isResident(s string) bool {
	if len(s) != 18 || !digits(s[:17], 17) {
		return false
	}
	if _, reason := day(s[6:14]); reason != "" {
		return false
	}
	sum := 0
	for i, weight := range [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(s[i]-'0') * weight
	}
	return "10X98765432"[sum%11] == strings.ToUpper(s[17:])[0]
}

// isMobileNumber reports whether s is a mobile number of the mainland, with or
// without its country code and blanks.
func isMobileNumber(s string) bool {
	s = strings.NewReplacer(" ", "", "-", "").Replace(s)
	s = strings.TrimPrefix(strings.TrimPrefix(s, "+"), "86")
	return digits(s, 11) && s[0] == '1' && s[1] >= '3'
}

func isEmail(s string) bool {
	name, host, ok := strings.Cut(s, "@")
	return ok && name != "" && strings.Contains(host, ".") && !strings.ContainsAny(s, " ,;")
}

// isChineseName reports whether s is two to four Chinese characters.
func isChineseName(s string) bool {
	n := 0
	for _, r := range s {
		if !unicode.Is(unicode.Han, r) && r != '·' {
			return false
		}
		n++
	}
	return n >= 2 && n <= 4
}

// isValue reports whether a cell of a header is rather a customer's value: a
// file without a header would show its first customer to who maps it.
func isValue(cell string) bool {
	plain := strings.NewReplacer(" ", "", "-", "").Replace(cell)
	long := len(plain) >= 8 && digits(plain, len(plain))
	return isResident(plain) || len(plain) == 18 && digits(plain[:17], 17) || isMobileNumber(cell) || isEmail(cell) || long || reads(longDate, cell)
}
