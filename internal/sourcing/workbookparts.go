package sourcing

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
)

// readStrings reads the texts that cells share; a workbook may have none.
func (w *workbook) readStrings() (err error) {
	const name = "xl/sharedStrings.xml"
	if !slices.ContainsFunc(w.zip.File, func(f *zip.File) bool { return strings.EqualFold(f.Name, name) }) {
		return nil
	}
	f, err := w.open(name, maxStrings)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.in.Close()) }()
	d := xml.NewDecoder(f)
	var text strings.Builder
	inText, phonetic := false, false
	for {
		f.row = maxRow
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return bookError(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			inText = t.Name.Local == "t"
			phonetic = phonetic || t.Name.Local == "rPh"
		case xml.CharData:
			if inText && !phonetic {
				text.Write(t)
			}
		case xml.EndElement:
			inText = false
			switch t.Name.Local {
			case "rPh":
				phonetic = false
			case "si":
				w.strings = append(w.strings, text.String())
				text.Reset()
			}
		}
	}
}

// readStyles finds out which styles show a number as a date or a time.
func (w *workbook) readStyles() error {
	const name = "xl/styles.xml"
	if !slices.ContainsFunc(w.zip.File, func(f *zip.File) bool { return strings.EqualFold(f.Name, name) }) {
		return nil
	}
	var sheet struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := w.decode(name, &sheet); err != nil {
		return err
	}
	own := map[int]bool{}
	for _, f := range sheet.Formats {
		own[f.ID] = dateFormat(f.Code)
	}
	for _, c := range sheet.Cells {
		date, ours := own[c.Format]
		w.dates = append(w.dates, ours && date || !ours && builtInDate(c.Format))
	}
	return nil
}

// builtInDate reports whether a format that every workbook has is one of a date
// (ISO/IEC 29500-1, 18.8.30, with those of Chinese editions).
func builtInDate(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
}

// dateFormat reports whether a format code writes a date or a time: one of the
// letters y, m, d, h, s outside quotes, brackets and escapes.
func dateFormat(code string) bool {
	quoted, bracket, skip := false, false, false
	for _, r := range code {
		switch {
		case skip:
			skip = false
		case quoted:
			quoted = r != '"'
		case bracket:
			bracket = r != ']'
		case r == '"':
			quoted = true
		case r == '[':
			bracket = true
		case r == '\\' || r == '_' || r == '*':
			skip = true
		case strings.ContainsRune("yYmMdDhHsS", r):
			return true
		case r == ';':
			return false // the first section is that of positive numbers
		}
	}
	return false
}
