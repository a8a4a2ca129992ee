package sourcing

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"liuhen/internal/fault"
)

// maxColumns is the widest sheet that Excel writes.
const maxColumns = 16384

// sheetRecords reads the rows of a sheet. Empty rows are skipped, a row's line
// is its number in the sheet. Cells behind the header's last that are empty
// do not count.
type sheetRecords struct {
	book   *workbook
	in     *capped
	xml    *xml.Decoder
	line   int64
	width  int // of the header; 0 before it
	head   int64
	fields []string
}

func newSheetRecords(w *workbook, in *capped) *sheetRecords {
	return &sheetRecords{book: w, in: in, xml: xml.NewDecoder(in)}
}

func (s *sheetRecords) encoding() Encoding { return XLSX }

// next returns the next row that holds anything.
func (s *sheetRecords) next() (record, error) {
	for {
		s.in.row = maxRow
		token, err := s.xml.RawToken()
		if errors.Is(err, io.EOF) {
			return record{}, errors.Join(err, s.in.in.Close())
		}
		if err != nil {
			return record{}, bookError(err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "row":
			rec, err := s.row(start)
			if err != nil || len(rec.fields) > 0 || rec.defect != "" {
				return rec, err
			}
		case "mergeCell":
			if err := s.merged(attribute(start, "ref")); err != nil {
				return record{}, err
			}
		}
	}
}

// merged refuses cells that are merged in or below the header: only the first
// of them holds the value, so the others' rows would silently lack it.
func (s *sheetRecords) merged(ref string) error {
	first, last, _ := strings.Cut(ref, ":")
	_, row := place(last)
	if row < s.head || first == last {
		return nil
	}
	return fault.Newf(fault.Invalid, "工作表里有合并的单元格（%s 到 %s）。合并后只有第一格有内容，其余行会缺值。请取消合并并补全后再导入。", first, last)
}

// row reads a row to its end.
func (s *sheetRecords) row(start xml.StartElement) (record, error) {
	s.line++
	if n, err := strconv.ParseInt(attribute(start, "r"), 10, 64); err == nil {
		s.line = n
	}
	rec := record{line: s.line}
	s.fields = s.fields[:0]
	for at := 0; ; {
		token, err := s.xml.RawToken()
		if err != nil {
			return rec, bookError(noEnd(err))
		}
		switch t := token.(type) {
		case xml.EndElement:
			if t.Name.Local == "row" {
				return s.whole(rec, attribute(start, "hidden")), nil
			}
		case xml.StartElement:
			if t.Name.Local != "c" {
				continue
			}
			if column, _ := place(attribute(t, "r")); column >= 0 {
				at = column
			}
			value, defect, err := s.cell(t)
			if err != nil {
				return rec, err
			}
			if defect != "" && rec.defect == "" {
				rec.defect = columnName(at) + " 列" + defect
			}
			if value != "" && at < maxColumns {
				for len(s.fields) <= at {
					s.fields = append(s.fields, "")
				}
				s.fields[at] = value
			}
			at++
		}
	}
}

// noEnd makes of the end of the file inside a row what it is.
func noEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// whole makes the record of a row. The first is the header and sets the width.
func (s *sheetRecords) whole(rec record, hidden string) record {
	if len(s.fields) == 0 && rec.defect == "" {
		return rec
	}
	if s.width == 0 {
		s.width, s.head = len(s.fields), rec.line
	}
	for len(s.fields) < s.width {
		s.fields = append(s.fields, "")
	}
	rec.fields, rec.raw = s.fields, []byte(strings.Join(s.fields, "\t"))
	switch {
	case rec.defect != "":
	case rec.line > s.head && (hidden == "1" || hidden == "true"):
		rec.defect = "这一行在工作表里是隐藏的；要导入请先取消隐藏或筛选"
	case !utf8.Valid(rec.raw) || strings.ContainsRune(string(rec.raw), 0):
		rec.defect = "含有无效的字符"
	}
	return rec
}

// attribute returns an attribute of an element, or nothing.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// place reads a cell's reference: AB12 is column 27 (from 0), row 12; a column
// of -1 is none.
func place(ref string) (column int, row int64) {
	i := 0
	for ; i < len(ref) && i < 4 && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		column = column*26 + int(ref[i]-'A') + 1
	}
	row, _ = strconv.ParseInt(ref[i:], 10, 64) // 0 for what is no number
	return column - 1, row
}

// columnName is the name of a column over the sheet: 27 is AB.
func columnName(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}
