package sourcing

import (
	"bytes"
	"errors"
	"io"

	"liuhen/internal/fault"
)

// maxCells is how many bytes the cells of a small file may hold in all.
const maxCells = 16 << 20

// Row is a row of a small file: the line it begins on, its cells, and what of it
// cannot be read, in words.
type Row struct {
	Line   int64
	Cells  []string
	Defect string
}

// Rows reads a whole small file as an import does: CSV in UTF-8 or GB18030, or
// the first visible sheet of an XLSX. It returns the header and at most most
// rows; more of them, a packed file and one that is neither are Invalid.
func Rows(file []byte, most int) (header []string, rows []Row, err error) {
	if bytes.HasPrefix(file, []byte{0x1f, 0x8b}) {
		return nil, nil, fault.New(fault.Invalid, "请先解压文件，再上传其中的 CSV 或 XLSX。")
	}
	var d *document
	if bytes.HasPrefix(file, []byte("PK\x03\x04")) {
		d, err = openWorkbook(bytes.NewReader(file), int64(len(file)), "")
	} else {
		d, err = openText(bytes.NewReader(file))
	}
	if err != nil {
		return nil, nil, err
	}
	for size := 0; ; {
		rec, err := d.records.next()
		if errors.Is(err, io.EOF) {
			return d.header, rows, nil
		}
		if err != nil {
			return nil, nil, err
		}
		if len(rows) == most {
			return nil, nil, fault.Newf(fault.Invalid, "文件超过 %d 行，请拆成几个文件。", most)
		}
		row := Row{Line: rec.line, Defect: rec.defect, Cells: make([]string, len(rec.fields))}
		for i, cell := range rec.fields {
			row.Cells[i] = tidy(cell)
			size += len(cell)
		}
		if size > maxCells {
			return nil, nil, tooLargeBook()
		}
		rows = append(rows, row)
	}
}
