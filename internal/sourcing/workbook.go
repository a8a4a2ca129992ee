package sourcing

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
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
	sheets  []bookSheet
}

// openWorkbook opens a sheet, by its name or the first that is not hidden, and
// reads its header.
func openWorkbook(in io.ReaderAt, size int64, sheet string) (*document, error) {
	w, err := readBook(in, size)
	if err != nil {
		return nil, err
	}
	at, err := w.find(sheet)
	if err != nil {
		return nil, err
	}
	if err := w.readStrings(); err != nil {
		return nil, err
	}
	if err := w.readStyles(); err != nil {
		return nil, err
	}
	f, err := w.open(at, maxSheet)
	if err != nil {
		return nil, err
	}
	return headed(newSheetRecords(w, f))
}

// readBook reads what a workbook holds.
func readBook(in io.ReaderAt, size int64) (*workbook, error) {
	archive, err := zip.NewReader(in, size)
	if err != nil {
		return nil, brokenBook(err)
	}
	w := &workbook{zip: archive}
	return w, w.contents()
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

// bookSheet is a sheet that is shown, and the part it is in.
type bookSheet struct{ name, part string }

// contents finds the sheets that are shown.
func (w *workbook) contents() error {
	var book struct {
		Properties struct {
			Since04 bool `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string `xml:"name,attr"`
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
		return err
	}
	if err := w.decode("xl/_rels/workbook.xml.rels", &links); err != nil {
		return err
	}
	w.since04 = book.Properties.Since04
	for _, s := range book.Sheets {
		if s.State != "" && s.State != "visible" {
			continue
		}
		for _, l := range links.List {
			if l.ID != or(s.ID, s.Other) {
				continue
			}
			part := path.Join("xl", l.Target)
			if strings.HasPrefix(l.Target, "/") {
				part = l.Target[1:]
			}
			w.sheets = append(w.sheets, bookSheet{plain(s.Name), part})
			break
		}
	}
	return nil
}

// find returns the part of the named sheet, or of the first that is shown.
func (w *workbook) find(sheet string) (string, error) {
	for _, s := range w.sheets {
		if sheet == "" || s.name == sheet {
			return s.part, nil
		}
	}
	if sheet != "" {
		return "", fault.Newf(fault.Invalid, "工作簿里没有名为「%s」的可见工作表。", sheet)
	}
	return "", fault.New(fault.Invalid, "工作簿里没有可见的工作表。")
}

// sheetsOf lists the sheets of a kept workbook that are shown; a file that is
// none has no sheets.
func sheetsOf(file string) (list []string, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	magic := make([]byte, 4)
	if _, err := f.ReadAt(magic, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if string(magic) != "PK\x03\x04" {
		return nil, nil
	}
	w, err := readBook(f, info.Size())
	if err != nil {
		return nil, err
	}
	for _, s := range w.sheets {
		list = append(list, s.name)
	}
	return list, nil
}
