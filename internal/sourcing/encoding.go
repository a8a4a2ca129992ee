package sourcing

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"liuhen/internal/fault"
)

// encoding returns how the lines so far were written; ASCII counts as UTF-8.
func (r *csvRecords) encoding() Encoding {
	if r.enc == GB18030 {
		return GB18030
	}
	return UTF8
}

// understand turns the line at start of buf into UTF-8. The first line that is
// not ASCII settles how the file is written; what does not fit from then on is
// damage and refuses the file, so that no text is ever half one and half the
// other.
func (r *csvRecords) understand(start int) error {
	line := r.buf[start:]
	if r.enc == "" {
		if ascii(line) {
			return nil
		}
		ahead, _ := r.in.Peek(r.in.Buffered()) // what is there already cannot fail
		r.enc = guess(line, ahead)
	}
	if r.enc == UTF8 {
		return nil
	}
	decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(line)
	if err != nil || bytes.ContainsRune(decoded, utf8.RuneError) {
		return fault.Newf(fault.Invalid, "第 %d 行既不是 UTF-8 也不是 GB18030 编码，文件可能已损坏。请重新导出后再导入。", r.line)
	}
	r.buf = append(r.buf[:start], decoded...)
	return nil
}

// guess tells UTF-8 from GB18030 by the first line that is not ASCII. Valid
// UTF-8 with a character of three bytes, as all Chinese ones are, is no
// accident; two GB18030 characters can look like UTF-8 of two bytes, so then
// what follows has a say.
func guess(line, ahead []byte) Encoding {
	if !utf8.Valid(line) {
		return GB18030
	}
	for _, r := range string(line) {
		if utf8.RuneLen(r) > 2 {
			return UTF8
		}
	}
	if i := bytes.LastIndexByte(ahead, '\n'); i >= 0 && !utf8.Valid(ahead[:i]) {
		return GB18030
	}
	return UTF8
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
