package sourcing

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"liuhen/internal/fault"
)

// maxRecord is the longest record in bytes. A longer one is a sign of a quote
// that is never closed, or of a file that is no CSV.
const maxRecord = 1 << 20

// record is one row of a file. Its fields stay valid; the slice does not.
type record struct {
	line   int64 // of the file, where the record begins
	fields []string
	raw    []byte // valid until the next record
	defect string // why the row cannot be read, in words for the user
}

// records reads a file record by record, whatever it is written in.
type records interface {
	// next returns the next record, or io.EOF after the last.
	next() (record, error)
	// encoding says how the text read so far was written.
	encoding() Encoding
}

// csvRecords reads a CSV stream (RFC 4180, with any of comma, semicolon and tab
// between fields, and LF or CRLF after records). Blank lines are skipped.
type csvRecords struct {
	in     *bufio.Reader
	delim  byte
	enc    Encoding // empty until a line that is not ASCII
	line   int64    // lines read so far
	buf    []byte
	fields []string
}

func newRecords(in *bufio.Reader, delim byte) *csvRecords {
	return &csvRecords{in: in, delim: delim}
}

func (r *csvRecords) next() (record, error) {
	for {
		r.buf = r.buf[:0]
		start := r.line + 1
		if err := r.readLine(); err != nil {
			return record{}, err
		}
		line := trimNewline(r.buf)
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if bytes.IndexByte(line, '"') >= 0 {
			return r.quoted(start)
		}
		r.fields = r.fields[:0]
		rest := string(line)
		for {
			i := strings.IndexByte(rest, r.delim)
			if i < 0 {
				break
			}
			r.fields = append(r.fields, rest[:i])
			rest = rest[i+1:]
		}
		r.fields = append(r.fields, rest)
		return r.record(start, line), nil
	}
}

func (r *csvRecords) record(start int64, raw []byte) record {
	rec := record{line: start, fields: r.fields, raw: raw}
	if bytes.IndexByte(raw, 0) >= 0 {
		rec.defect = "含有空字符（NUL）"
	}
	return rec
}

// readLine appends the next line, with its newline, to buf, as UTF-8.
func (r *csvRecords) readLine() error {
	start := len(r.buf)
	for {
		piece, err := r.in.ReadSlice('\n')
		r.buf = append(r.buf, piece...)
		if len(r.buf) > maxRecord {
			return fault.Newf(fault.Invalid, "第 %d 行超过 1 MB，多半是引号没有闭合，或者文件不是 CSV。请检查后重新导出。", r.line+1)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err == nil, errors.Is(err, io.EOF) && len(piece) > 0:
			r.line++
			return r.understand(start)
		case errors.Is(err, io.EOF):
			return err
		default:
			return broken(err)
		}
	}
}

// quoted splits a record with quotes, reading on while one is open.
func (r *csvRecords) quoted(start int64) (record, error) {
	r.fields = r.fields[:0]
	defect := ""
	for at, state := 0, fieldMore; state == fieldMore; {
		var value string
		var err error
		if at < len(r.buf) && r.buf[at] == '"' {
			value, at, state, err = r.inQuotes(at + 1)
		} else {
			value, at, state = r.bare(at)
		}
		if err != nil {
			return record{}, err
		}
		switch state {
		case fieldOpen:
			defect = "引号没有闭合"
		case fieldBroken:
			defect = "引号后面还有内容"
		}
		r.fields = append(r.fields, value)
	}
	rec := r.record(start, r.buf)
	if rec.defect == "" {
		rec.defect = defect
	}
	return rec, nil
}

// fieldState says how a field ended.
type fieldState int

const (
	fieldMore   fieldState = iota // another field follows
	fieldLast                     // the record ends
	fieldOpen                     // the file ends inside quotes
	fieldBroken                   // something stands behind the closing quote
)

// bare reads a field without quotes around it.
func (r *csvRecords) bare(at int) (value string, next int, state fieldState) {
	end := max(at, len(trimNewline(r.buf)))
	if i := bytes.IndexByte(r.buf[at:end], r.delim); i >= 0 {
		return string(r.buf[at : at+i]), at + i + 1, fieldMore
	}
	return string(r.buf[at:end]), end, fieldLast
}

// inQuotes reads a field from behind its opening quote, over as many lines as
// it goes on.
func (r *csvRecords) inQuotes(i int) (value string, next int, state fieldState, err error) {
	var out []byte
	for {
		if i >= len(r.buf) {
			before := len(r.buf)
			if err := r.readLine(); errors.Is(err, io.EOF) && len(r.buf) == before {
				return string(out), i, fieldOpen, nil
			} else if err != nil {
				return "", i, fieldOpen, err
			}
		}
		c := r.buf[i]
		i++
		if c != '"' {
			out = append(out, c)
			continue
		}
		end := len(trimNewline(r.buf))
		switch {
		case i >= end:
			return string(out), end, fieldLast, nil
		case r.buf[i] == '"':
			out = append(out, '"')
			i++
		case r.buf[i] == r.delim:
			return string(out), i + 1, fieldMore, nil
		default:
			return string(out), end, fieldBroken, nil
		}
	}
}

func trimNewline(b []byte) []byte {
	b = bytes.TrimSuffix(b, []byte{'\n'})
	return bytes.TrimSuffix(b, []byte{'\r'})
}

// notUTF8 is the refusal of a record that is not UTF-8.
func notUTF8(rec record) error {
	if utf8.Valid(rec.raw) {
		return nil
	}
	return fault.New(fault.Invalid, fmt.Sprintf(
		"第 %d 行不是 UTF-8 编码。请另存为「CSV UTF-8」，或用 iconv -f GB18030 -t UTF-8 转换后再导入。", rec.line))
}
