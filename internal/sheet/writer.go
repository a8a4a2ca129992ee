package sheet

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/xuri/excelize/v2"
)

// Format is a kind of file.
type Format string

// The formats.
const (
	XLSX Format = "xlsx"
	CSV  Format = "csv"
)

// Formats lists every format.
func Formats() []Format { return []Format{XLSX, CSV} }

// Known reports whether f is one of Formats.
func (f Format) Known() bool { return slices.Contains(Formats(), f) }

// Label returns the format's name on screen.
func (f Format) Label() string { return strings.ToUpper(string(f)) }

// Type returns the media type of a file of the format.
func (f Format) Type() string {
	if f == CSV {
		return "text/csv; charset=utf-8"
	}
	return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}

// Writer writes a file row by row. Nothing is complete before Close.
type Writer interface {
	// Row writes one row; every cell goes through Cell.
	Row(cells ...string) error
	// Close completes the file. It does not close what it is written to.
	Close() error
}

// New returns a writer of a file of the format; mark is printed at the head of
// each page of an XLSX file.
func New(f Format, w io.Writer, mark string) (Writer, error) {
	if f == CSV {
		return newCSV(w)
	}
	return newXLSX(w, mark)
}

// csvFile is UTF-8 with a byte order mark, which a spreadsheet needs to know it.
type csvFile struct{ out *csv.Writer }

func newCSV(w io.Writer) (Writer, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, fmt.Errorf("begin csv: %w", err)
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return &csvFile{out}, nil
}

// Row writes one row.
func (f *csvFile) Row(cells ...string) error {
	list := make([]string, len(cells))
	for i, c := range cells {
		list[i] = Cell(c)
	}
	return f.out.Write(list)
}

// Close completes the file.
func (f *csvFile) Close() error {
	f.out.Flush()
	return f.out.Error()
}

type xlsxFile struct {
	w    io.Writer
	book *excelize.File
	rows *excelize.StreamWriter
	at   int
}

func newXLSX(w io.Writer, mark string) (Writer, error) {
	const name = "Sheet1"
	book := excelize.NewFile()
	// & begins a code of the header, so one that is text stands twice.
	head := "&C" + strings.ReplaceAll(mark, "&", "&&")
	if err := book.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddHeader: head, OddFooter: head}); err != nil {
		return nil, errors.Join(fmt.Errorf("begin xlsx: %w", err), book.Close())
	}
	rows, err := book.NewStreamWriter(name)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("begin xlsx: %w", err), book.Close())
	}
	return &xlsxFile{w: w, book: book, rows: rows}, nil
}

// Row writes one row; characters that XML cannot hold are left out.
func (f *xlsxFile) Row(cells ...string) error {
	f.at++
	list := make([]any, len(cells))
	for i, c := range cells {
		list[i] = Cell(printable(c))
	}
	return f.rows.SetRow(fmt.Sprintf("A%d", f.at), list)
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || r == unicode.ReplacementChar || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, s)
}

// Close completes the file.
func (f *xlsxFile) Close() error {
	err := f.rows.Flush()
	if err == nil {
		_, err = f.book.WriteTo(f.w)
	}
	return errors.Join(err, f.book.Close())
}
