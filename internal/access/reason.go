package access

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The length of a reason in characters, and how many different words' worth of
// characters it must say beyond filler.
const (
	minReason  = 10
	maxReason  = 500
	minMeaning = 5
)

// goodReason tells what a reason says, with an example.
const goodReason = "请写清为谁、办什么、凭什么单号，例如：客户来电要提前还房贷，需核对余额，工单 88131。"

// filler lists what people write when they have nothing to say: stripped, it
// must leave something. Longer words come before the words inside them.
func filler() []string {
	return []string{
		"联系方式", "交易流水", "了解一下", "看一下", "查一下", "用一下", "工作需要", "业务需要", "领导要求",
		"测试", "试试", "看看", "查看", "查询", "调阅", "调取", "了解", "需要", "申请", "审批", "批准", "同意", "通过",
		"谢谢", "领导", "主管", "麻烦", "尽快", "紧急", "工作", "业务", "客户", "资产", "流水", "证件", "信息", "资料",
		"情况", "数据", "事由", "原因", "理由", "其他", "内容", "请", "急", "因", "为", "的", "了", "要", "我", "您", "test",
	}
}

// ReasonFault returns what is wrong with a reason for looking at the customer
// with the name, as a sentence with a hint, or "" if nothing is. A reason is read
// by the approver and by inspectors years later, so one that says nothing is
// refused: too short, no words, one thing repeated, a run of keys, only filler or
// only the customer's name.
func ReasonFault(reason, name string) string {
	reason = strings.TrimSpace(reason)
	n := utf8.RuneCountInString(reason)
	switch {
	case n == 0:
		return "请填写事由。" + goodReason
	case n < minReason:
		return fmt.Sprintf("事由至少 %d 个字，现在 %d 个。%s", minReason, n, goodReason)
	case n > maxReason:
		return fmt.Sprintf("事由最多 %d 个字，现在 %d 个。", maxReason, n)
	}
	said := plain(reason)
	switch {
	case distinct(said) < minMeaning:
		return "事由看不出要办什么。" + goodReason
	case repeats(said):
		return "事由只是同一句话的重复。" + goodReason
	case distinct(strip(said, []string{plain(name)})) < minMeaning:
		return "事由只有客户姓名，没有说办什么。" + goodReason
	case distinct(withoutRuns(said)) < minMeaning || mashed(reason):
		return "事由像是随手敲的键盘。" + goodReason
	case distinct(strip(withoutRuns(said), append([]string{plain(name)}, filler()...))) < minMeaning:
		return "事由只是套话，没有说为什么现在要看。" + goodReason
	default:
		return ""
	}
}

// plain keeps the letters of s, folded to lower case and to half width. Digits
// say when and which, never what, so they do not count.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// distinct counts the different characters of s.
func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// repeats reports whether s is one short piece over and over.
func repeats(s string) bool {
	r := []rune(s)
	for size := 1; size <= len(r)/2; size++ {
		if len(r)%size == 0 && strings.Repeat(string(r[:size]), len(r)/size) == s {
			return true
		}
	}
	return false
}

// strip removes every occurrence of the words from s.
func strip(s string, words []string) string {
	for _, w := range words {
		if w != "" {
			s = strings.ReplaceAll(s, w, "")
		}
	}
	return s
}

// withoutRuns removes runs of four and more neighbouring keys or letters of the
// alphabet, in either direction.
func withoutRuns(s string) string {
	const shortest = 4
	rows := "qwertyuiop|asdfghjkl|zxcvbnm|abcdefghijklmnopqrstuvwxyz|qazwsxedcrfvtgbyhnujmikolp"
	rows += "|" + reversed(rows)
	var out []rune
	r := []rune(s)
	for i := 0; i < len(r); {
		end := i
		for end < len(r) && strings.Contains(rows, string(r[i:end+1])) {
			end++
		}
		if end-i < shortest {
			end = i + 1
			out = append(out, r[i])
		}
		i = end
	}
	return string(out)
}

func reversed(s string) string {
	r := []rune(s)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}

// mashed reports whether a text in Latin letters alone holds fewer than three
// different words with a vowel: keys hit at random.
func mashed(s string) bool {
	words := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if strings.ContainsFunc(w, func(r rune) bool { return r > unicode.MaxLatin1 }) {
			return false
		}
		if strings.ContainsAny(w, "aeiouy") {
			words[w] = true
		}
	}
	return len(words) < 3
}
