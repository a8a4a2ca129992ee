package sourcing

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"strings"

	"liuhen/internal/fault"
)

// document is an opened file: its header and the records behind it.
type document struct {
	header  []string
	records records
}

// stored is a file as it is kept.
type stored interface {
	io.Reader
	io.ReaderAt
	Stat() (os.FileInfo, error)
}

// openDocument opens a workbook, at the named sheet or the first that is shown,
// or a text file, and reads the header.
func openDocument(in stored, sheet string) (*document, error) {
	magic := make([]byte, 4)
	if _, err := in.ReadAt(magic, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if string(magic) == "PK\x03\x04" {
		info, err := in.Stat()
		if err != nil {
			return nil, err
		}
		return openWorkbook(in, info.Size(), sheet)
	}
	return openText(in)
}

// openText looks through gzip and a byte order mark, finds the delimiter and
// reads the header.
func openText(in io.Reader) (*document, error) {
	r := bufio.NewReaderSize(in, 64<<10)
	if magic, err := r.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		unzipped, err := gzip.NewReader(r)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, "压缩文件打不开，请重新压缩（gzip）后再导入。", err)
		}
		r = bufio.NewReaderSize(unzipped, 64<<10)
	}
	if err := skipMark(r); err != nil {
		return nil, err
	}
	first, err := peekLine(r)
	if err != nil {
		return nil, err
	}
	return headed(newRecords(r, delimiter(first)))
}

// headed reads the header of a document.
func headed(rows records) (*document, error) {
	d := &document{records: rows}
	rec, err := rows.next()
	if errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, "文件是空的，没有可导入的内容。")
	}
	if err != nil {
		return nil, err
	}
	if err := notUTF8(rec); err != nil {
		return nil, err
	}
	if rec.defect != "" {
		return nil, fault.Newf(fault.Invalid, "读不懂表头：%s。请确认文件是 CSV 或 XLSX。", rec.defect)
	}
	for _, name := range rec.fields {
		d.header = append(d.header, tidy(name))
	}
	return d, nil
}

// skipMark drops the byte order mark of UTF-8 and refuses those of UTF-16 and
// the beginnings of files that are no text.
func skipMark(r *bufio.Reader) error {
	head, err := r.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return broken(err)
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		_, err = r.Discard(3)
		return err
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return fault.New(fault.Invalid, "第 1 行不是 UTF-8 编码（文件是 UTF-16）。请另存为「CSV UTF-8」后再导入。")
	case bytes.HasPrefix(head, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return fault.New(fault.Invalid, "这是旧版 Excel（.xls）或加了密码的工作簿，不是 CSV 也不是 XLSX。请另存为不加密的 .xlsx 后再导入。")
	case bytes.HasPrefix(head, []byte("%PDF")):
		return fault.New(fault.Invalid, "这是 PDF，不是 CSV。请从来源系统导出 CSV 后再导入。")
	}
	return nil
}

// peekLine returns the first line, or as much of it as fits the buffer.
func peekLine(r *bufio.Reader) ([]byte, error) {
	for n := 512; ; n *= 2 {
		b, err := r.Peek(min(n, 64<<10))
		if i := bytes.IndexByte(b, '\n'); i >= 0 {
			return b[:i], nil
		}
		if errors.Is(err, io.EOF) || len(b) == 64<<10 {
			return b, nil
		}
		if err != nil {
			return nil, broken(err)
		}
	}
}

// broken explains a stream that cannot be read, such as a cut gzip file.
func broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) ||
		strings.Contains(err.Error(), "flate:") {
		return fault.Wrap(fault.Invalid, "文件不完整或已损坏，请重新导出后再导入。", err)
	}
	return err
}

// delimiter is the one of comma, semicolon and tab that is most frequent
// outside quotes; comma if there is none.
func delimiter(line []byte) byte {
	var commas, semicolons, tabs int
	quoted := false
	for _, b := range line {
		switch {
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == ',':
			commas++
		case b == ';':
			semicolons++
		case b == '\t':
			tabs++
		}
	}
	switch {
	case semicolons > commas && semicolons >= tabs:
		return ';'
	case tabs > commas:
		return '\t'
	default:
		return ','
	}
}
