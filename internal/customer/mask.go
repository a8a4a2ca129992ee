package customer

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The masked forms follow the practice of JR/T 0171-2020 annex A: enough is
// kept to recognise a value one knows, never enough to use it. A mask has the
// same length whatever it hides, except where the length is fixed by a standard.

// stars hides a part whose length must not be told.
const stars = "****"

// MaskMobile keeps the first three and the last four digits of a mainland
// mobile number: 138****5678. Anything else is masked as a landline.
func MaskMobile(value string) string {
	digits := mobileDigits(value)
	if !isMobile(digits) {
		return MaskPhone(value)
	}
	return digits[:3] + stars + digits[7:]
}

// mobileDigits returns the digits of a number without the country code of China.
func mobileDigits(value string) string {
	digits := onlyDigits(value)
	for _, code := range []string{"0086", "86"} {
		if rest, ok := strings.CutPrefix(digits, code); ok && isMobile(rest) {
			return rest
		}
	}
	return digits
}

// isMobile reports whether digits are a mainland mobile number.
func isMobile(digits string) bool {
	return len(digits) == 11 && digits[0] == '1' && digits[1] >= '3'
}

// MaskPhone keeps the area code and the last two digits of a landline number:
// 021-******78. A number without a known area code keeps the last two only.
func MaskPhone(value string) string {
	digits := onlyDigits(value)
	if len(digits) < 7 {
		return stars
	}
	tail := digits[len(digits)-2:]
	area := areaCode(digits)
	if area == "" {
		return "******" + tail
	}
	return area + "-******" + tail
}

// areaCode returns the trunk code a number begins with: three digits for 010
// and 02x, four for the rest.
func areaCode(digits string) string {
	switch {
	case len(digits) < 10 || digits[0] != '0':
		return ""
	case digits[1] == '1' || digits[1] == '2':
		return digits[:3]
	default:
		return digits[:4]
	}
}

// MaskEmail keeps the first character and the domain: a***@example.com.
func MaskEmail(value string) string {
	at := strings.LastIndexByte(value, '@')
	if at < 1 || at == len(value)-1 {
		return stars
	}
	first, _ := utf8.DecodeRuneInString(value)
	return string(first) + "***" + strings.ToLower(value[at:])
}

// district finds province, city and district at the head of an address. Words
// of streets and houses end the search, so that a street is never kept.
const (
	areaWord = `[^\s\d０-９A-Za-z路街道号弄巷室栋]`
	district = `^(?:` + areaWord + `{2,7}?(?:省|自治区|特别行政区))?` +
		`(?:` + areaWord + `{1,7}?(?:市|自治州|地区|盟))?` +
		`(?:` + areaWord + `{0,7}?(?:区|县|市|旗))?`
)

var (
	districtPattern = regexp.MustCompile(district)
	numberPattern   = regexp.MustCompile(number)
)

// notDistrict are words that end like a district and are none.
func notDistrict() []string {
	return []string{"小区", "社区", "园区", "校区", "厂区", "片区", "景区", "库区", "营区", "宅区", "活区",
		"超市", "城市", "夜市", "集市", "门市", "菜市", "股市"}
}

// MaskAddress keeps province, city and district: 上海市浦东新区****.
func MaskAddress(value string) string {
	value = strings.TrimSpace(value)
	if value == "" {
		return ""
	}
	kept := districtPattern.FindString(value)
	for _, word := range notDistrict() {
		if strings.HasSuffix(kept, word) {
			return stars
		}
	}
	return kept + stars
}

// MaskCertificate keeps the first three and the last four characters of a
// resident identity number, 310***********1234, and the first and the last four
// of any other document, H****5678. It is the form of the file page.
func MaskCertificate(kind, number string) string {
	n := compact(number)
	switch {
	case kind == "resident_id" && len(n) >= 15:
		return n[:3] + "***********" + n[len(n)-4:]
	case len(n) >= 8:
		return n[:1] + stars + n[len(n)-4:]
	default:
		return stars
	}
}

// MaskCertificateShort keeps the first and the last character of a document's
// number: 3****************3. It is the form of lists.
func MaskCertificateShort(number string) string {
	n := compact(number)
	if len(n) < 8 {
		return stars
	}
	return n[:1] + "****************" + n[len(n)-1:]
}

// MaskAccount keeps the last four characters of the number of an account or a
// card, ****1234, and fewer of a short one.
func MaskAccount(number string) string {
	n := compact(number)
	switch {
	case len(n) >= 8:
		return stars + n[len(n)-4:]
	case len(n) >= 5:
		return stars + n[len(n)-2:]
	default:
		return stars
	}
}

// MaskName keeps the surname: 张**, 欧阳**. It is for people who do not look
// after the customer.
func MaskName(name string) string {
	name = strings.TrimSpace(name)
	if name == "" {
		return "**"
	}
	runes := []rune(name)
	if n := surnameLength(runes); n < len(runes) {
		return string(runes[:n]) + "**"
	}
	return string(runes[:1]) + "**"
}

// number finds what may be a mobile, certificate or card number in running text.
const number = `\d[\d -]{9,24}[\dXx]`

// MaskText masks mobile, certificate and card numbers inside free text, such as
// a note somebody typed them into.
func MaskText(text string) string {
	return numberPattern.ReplaceAllStringFunc(text, func(found string) string {
		n := compact(found)
		switch {
		case isMobile(mobileDigits(n)):
			return MaskMobile(n)
		case len(n) == 18 || len(n) == 15:
			return MaskCertificate("resident_id", n)
		case len(n) >= 13 && len(n) <= 19:
			return MaskAccount(n)
		default:
			return found
		}
	})
}

// Tail returns the last four characters of a number as search by tail compares
// them: upper-case letters and digits only. A number shorter than eight has no
// tail, because the tail would be most of it.
func Tail(number string) string {
	n := compact(number)
	if len(n) < 8 {
		return ""
	}
	return n[len(n)-4:]
}

// compact returns the ASCII letters and digits of s, upper-case, with
// full-width forms folded.
func compact(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		if r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return unicode.ToUpper(r)
		}
		return -1
	}, s)
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, compact(s))
}
