package sourcing

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"liuhen/internal/fault"
)

// What is class C3 (JR/T 0171-2020 4.2: passwords, card verification codes,
// track data, biometrics) is never taken in: a file that has it is refused as a
// whole, before any row is read.

// secretColumns refuses a header that names C3 data, mapped or not.
func secretColumns(header []string) error {
	var found []string
	for _, name := range header {
		if isSecret(name) {
			found = append(found, "「"+name+"」")
		}
	}
	if len(found) == 0 {
		return nil
	}
	return fault.Newf(fault.Invalid, "整个文件被拒收：列%s属于 C3 类信息（密码、卡片验证码、磁道、生物特征），任何情况下不得导入。请让来源系统去掉后重新导出。",
		strings.Join(found, "、")).Because("c3")
}

// isSecret reports whether a column's name speaks of C3 data.
func isSecret(name string) bool {
	for _, word := range []string{"密码", "口令", "磁道", "磁条", "指纹", "人脸", "面部", "虹膜", "声纹", "掌纹", "静脉", "生物特征", "生物识别", "验证码", "安全码", "校验码"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	flat := strings.ToLower(strings.Join(nameWords(name), ""))
	for _, word := range []string{"password", "passwd", "passcode", "passphrase", "fingerprint", "biometric", "faceprint", "faceid", "voiceprint", "palmprint", "trackdata", "magstripe", "pinblock", "cvv", "cvn", "cvc2"} {
		if strings.Contains(flat, word) {
			return true
		}
	}
	return slices.ContainsFunc(nameWords(name), func(word string) bool {
		return slices.Contains([]string{"pwd", "pin", "pins", "cvc", "cav", "track", "track1", "track2", "track3", "face", "iris", "otp"}, strings.ToLower(word))
	})
}

// nameWords splits a column's name where case, a digit's end or punctuation
// does: cardPIN_code is card, PIN, code.
func nameWords(name string) []string {
	var words []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			words = append(words, string(word))
			word = word[:0]
		}
	}
	var last rune
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
		case unicode.IsUpper(r) && unicode.IsLower(last):
			flush()
			word = append(word, r)
		default:
			word = append(word, r)
		}
		last = r
	}
	flush()
	return words
}

// tracks finds what is read from a card's magnetic stripe (ISO/IEC 7813).
type tracks struct{ first, second *regexp.Regexp }

func newTracks() tracks {
	return tracks{
		first:  regexp.MustCompile(`B\d{12,19}\^[^^]{2,26}\^\d{4}`),
		second: regexp.MustCompile(`\b\d{12,19}=\d{7,}`),
	}
}

// refuse refuses a record that holds track data.
func (t tracks) refuse(rec record) error {
	first := bytes.IndexByte(rec.raw, '^') >= 0 && t.first.Match(rec.raw)
	second := bytes.IndexByte(rec.raw, '=') >= 0 && t.second.Match(rec.raw)
	if !first && !second {
		return nil
	}
	return fault.Newf(fault.Invalid, "整个文件被拒收：第 %d 行的内容像银行卡磁道数据，属于 C3 类信息，任何情况下不得导入。请让来源系统去掉后重新导出。", rec.line).Because("c3")
}
