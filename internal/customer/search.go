package customer

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"liuhen/internal/seal"
)

// term is what somebody typed into a search, read as what it can mean. Each
// meaning is a condition on customer AS c.
type term struct {
	meanings []meaning
	typed    string // for the trail; empty where it may be a closed value
}

// meaning is one way to read a term. Rank orders the results of several.
type meaning struct {
	rank      int
	kind      string // what is searched by, for the trail
	condition string // each ? is one of args
	args      []any
}

// The ranks of results.
const (
	rankNumber = iota + 1
	rankToken
	rankName
	rankInitials
	rankNumberBegins
	rankTail
	rankInside
)

// longestTerm is how much of what was typed is looked at, in characters.
const longestTerm = 60

// readTerm reads what was typed. Whatever it is it has a meaning, unless nothing
// of it is text.
func readTerm(typed string, key seal.SearchKey) term {
	q := cleanTerm(typed)
	n := compact(q)
	var t term
	switch {
	case q == "":
		return t
	case isNumber(q):
		t = readNumber(n, key)
	case isLatin(q):
		t = readLatin(q, n, key)
	}
	if len(t.meanings) == 0 {
		t.typed = MaskText(q)
		t.add(rankName, "姓名", `c.name LIKE ?`, escapeLike(q)+"%")
		t.add(rankInside, "姓名", `c.name LIKE ?`, "%"+escapeLike(q)+"%")
	}
	return t
}

// cleanTerm drops what is no text, control characters and outer spaces, and
// cuts the rest to longestTerm.
func cleanTerm(typed string) string {
	q := strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(typed, ""))
	q = strings.TrimSpace(q)
	if r := []rune(q); len(r) > longestTerm {
		q = strings.TrimSpace(string(r[:longestTerm]))
	}
	return q
}

// readNumber reads digits, with an X that may end a resident identity number.
func readNumber(n string, key seal.SearchKey) term {
	var t term
	if isNo(n) {
		t.typed = n
		t.add(rankNumber, "客户号", `c.no = ?`, n)
	} else if len(n) < 8 && onlyDigits(n) == n {
		t.typed = n
		rest := 8 - len(n)
		t.add(rankNumberBegins, "客户号", `c.no BETWEEN ? AND ?`, n+strings.Repeat("0", rest), n+strings.Repeat("9", rest))
	}
	if len(n) == 4 {
		t.typed = ""
		t.add(rankTail, "手机尾号", `c.mobile_tail = ?`, n)
		t.add(rankTail, "证件尾号", `c.certificate_tail = ?`, n)
	}
	if len(n) >= 7 {
		if mobile := mobileDigits(n); isMobile(mobile) {
			t.typed = ""
			t.add(rankToken, "完整手机号", `c.mobile_token = ?`, MobileToken(key, n))
		}
		t.add(rankToken, "完整证件号", `c.certificate_token = ?`, CertificateToken(key, n))
	}
	return t
}

// readLatin reads letters, perhaps with digits: a reading, initials, a Latin
// name, the number of a passport, or the tail of a number that ends in X.
func readLatin(q, n string, key seal.SearchKey) term {
	t := term{typed: MaskText(q)}
	letters := strings.ToLower(n)
	if n != "" && onlyDigits(n) == "" {
		t.add(rankInitials, "拼音首字母", `c.initials LIKE ?`, letters+"%")
		t.add(rankInitials, "拼音", `c.pinyin LIKE ?`, letters+"%")
	}
	if digits := onlyDigits(n); len(digits) >= 5 {
		t.typed = ""
		t.add(rankToken, "完整证件号", `c.certificate_token = ?`, CertificateToken(key, n))
	}
	t.add(rankName, "姓名", `c.name LIKE ?`, escapeLike(q)+"%")
	return t
}

func (t *term) add(rank int, kind, condition string, args ...any) {
	t.meanings = append(t.meanings, meaning{rank, kind, condition, args})
}

// kinds names what the term is searched by, each once.
func (t term) kinds() []string {
	var kinds []string
	for _, m := range t.meanings {
		if !slices.Contains(kinds, m.kind) {
			kinds = append(kinds, m.kind)
		}
	}
	return kinds
}

// isNumber reports whether q consists of digits, as numbers are typed, with at
// most one X at the end.
func isNumber(q string) bool {
	n := compact(q)
	body := strings.TrimSuffix(n, "X")
	return body != "" && onlyDigits(body) == body && !strings.ContainsFunc(q, func(r rune) bool {
		return !unicode.IsDigit(r) && !strings.ContainsRune(" -+xX（）()　ｘＸ－", r)
	})
}

// isLatin reports whether q consists of ASCII letters and digits and of what
// stands between the syllables of a reading.
func isLatin(q string) bool {
	return compact(q) != "" && !strings.ContainsFunc(q, func(r rune) bool {
		return r >= utf8.RuneSelf || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" '.-", r)
	})
}

// escapeLike makes the wildcards of LIKE ordinary characters.
func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// cleanText drops bytes that are no text and control characters other than line
// breaks, which the database would refuse or a page could not show.
func cleanText(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) && r != '\n' {
			return -1
		}
		return r
	}, strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n"))
}
