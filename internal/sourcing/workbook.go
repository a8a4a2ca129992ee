package sourcing

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"liuhen/internal/fault"
)

// What a part of a workbook may unpack to, in bytes. A sheet is read as a
// stream and may be long; what is kept in memory may not.
const (
	maxSheet   = 2 << 30
	maxStrings = 96 << 20
	maxPart    = 8 << 20
	maxRow     = 4 << 20 // of XML between two rows
)

// workbook is an XLSX file (ISO/IEC 29500) opened for reading one sheet. It is
// read here and not with excelize: that gives cells either as displayed, which
// rounds amounts and writes dates as 01-02-06, or as bare numbers that no
// longer say they are dates.
type workbook struct {
	zip     *zip.Reader
	strings []string
	dates   []bool // by style
	since04 bool   // dates count from 1904
}

// openWorkbook opens the first sheet that is not hidden and reads its header.
func openWorkbook(in io.ReaderAt, size int64) (*document, error) {
	archive, err := zip.NewReader(in, size)
	if err != nil {
		return nil, brokenBook(err)
	}
	w := &workbook{zip: archive}
	sheet, err := w.contents()
	if err != nil {
		return nil, err
	}
	if err := w.readStrings(); err != nil {
		return nil, err
	}
	if err := w.readStyles(); err != nil {
		return nil, err
	}
	f, err := w.open(sheet, maxSheet)
	if err != nil {
		return nil, err
	}
	return headed(newSheetRecords(w, f))
}

func brokenBook(err error) error {
	return fault.Wrap(fault.Invalid, "工作簿打不开：不是有效的 XLSX 文件，或者已损坏。请在 Excel 里另存为 .xlsx 或「CSV UTF-8」后再导入。", err)
}

// open opens a part; reading more than limit of it is refused.
func (w *workbook) open(name string, limit int64) (*capped, error) {
	for _, f := range w.zip.File {
		if !strings.EqualFold(f.Name, name) {
			continue
		}
		if f.UncompressedSize64 > uint64(limit) {
			return nil, tooLargeBook()
		}
		r, err := f.Open()
		if err != nil {
			return nil, brokenBook(err)
		}
		return &capped{in: r, left: limit, row: maxRow}, nil
	}
	return nil, brokenBook(fmt.Errorf("no part %s", name))
}

func tooLargeBook() error {
	return fault.New(fault.Invalid, "工作簿解开后太大。请拆成几个文件，或改用 CSV 导入。")
}

// capped refuses to read on past its limits: a small archive can unpack to
// anything.
type capped struct {
	in   io.ReadCloser
	left int64
	row  int64 // until the next row must have begun; not held when negative
}

func (c *capped) Read(b []byte) (int, error) {
	n, err := c.in.Read(b)
	c.left -= int64(n)
	c.row -= int64(n)
	if c.left < 0 || c.row < 0 {
		return 0, tooLargeBook()
	}
	return n, err
}

// decode reads a small part into v.
func (w *workbook) decode(name string, v any) (err error) {
	f, err := w.open(name, maxPart)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.in.Close()) }()
	f.row = maxPart
	if err := xml.NewDecoder(f).Decode(v); err != nil {
		return bookError(err)
	}
	return nil
}

// bookError tells a limit from damage.
func bookError(err error) error {
	if f := fault.As(err); f != nil {
		return f
	}
	return brokenBook(err)
}

// contents finds the part of the first sheet that is shown.
func (w *workbook) contents() (string, error) {
	var book struct {
		Properties struct {
			Since04 bool `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			State string `xml:"state,attr"`
			ID    string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
			Other string `xml:"http://purl.oclc.org/ooxml/officeDocument/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var links struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := w.decode("xl/workbook.xml", &book); err != nil {
		return "", err
	}
	if err := w.decode("xl/_rels/workbook.xml.rels", &links); err != nil {
		return "", err
	}
	w.since04 = book.Properties.Since04
	for _, s := range book.Sheets {
		if s.State != "" && s.State != "visible" {
			continue
		}
		for _, l := range links.List {
			if l.ID == or(s.ID, s.Other) {
				if strings.HasPrefix(l.Target, "/") {
					return l.Target[1:], nil
				}
				return path.Join("xl", l.Target), nil
			}
		}
	}
	return "", fault.New(fault.Invalid, "工作簿里没有可见的工作表。")
}
