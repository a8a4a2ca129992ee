package sheet_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"

	"liuhen/internal/sheet"
)

func TestCellsAreInert(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"":                   "",
		"查看档案":               "查看档案",
		"10000001":           "10000001",
		"2026-11-23":         "2026-11-23",
		"=1+1":               "'=1+1",
		"+86":                "'+86",
		"-1":                 "'-1",
		"@SUM(A1)":           "'@SUM(A1)",
		"\t=1":               "'\t=1",
		"\r=1":               "'\r=1",
		"\n=1":               "'\n=1",
		"  =1":               "'  =1",
		"　＝1":                "'　＝1",
		"＋1":                 "'＋1",
		"－1":                 "'－1",
		"＠x":                 "'＠x",
		"%0A=1":              "'%0A=1",
		"a=1":                "a=1",
		"'=already harmless": "'=already harmless",
	} {
		if got := sheet.Cell(cell); got != want {
			t.Errorf("Cell(%q) = %q, want %q", cell, got, want)
		}
	}
}

func TestFilesAreReadBackAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	rows := [][]string{{"姓名", "备注"}, {"甲\x00明远", "=1+1"}, {"乙,思\"齐", "<b>&amp;"}}
	for _, format := range sheet.Formats() {
		var file bytes.Buffer
		w, err := sheet.New(format, &file, "甲一 & 乙二")
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if err := w.Row(r...); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if format == sheet.CSV {
			want := "\ufeff姓名,备注\r\n甲\x00明远,'=1+1\r\n\"乙,思\"\"齐\",<b>&amp;\r\n"
			if file.String() != want {
				t.Errorf("csv %q, want %q", file.String(), want)
			}
			continue
		}
		book, err := excelize.OpenReader(&file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := book.GetRows("Sheet1")
		want := [][]string{{"姓名", "备注"}, {"甲明远", "'=1+1"}, {"乙,思\"齐", "<b>&amp;"}}
		if err != nil || !slices.EqualFunc(got, want, slices.Equal[[]string]) {
			t.Errorf("xlsx %q, %v, want %q", got, err, want)
		}
		for _, cell := range []string{"B2", "A2"} {
			if formula, err := book.GetCellFormula("Sheet1", cell); formula != "" || err != nil {
				t.Errorf("%s runs %q, %v", cell, formula, err)
			}
		}
	}
}
