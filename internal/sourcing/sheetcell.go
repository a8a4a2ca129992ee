package sourcing

import (
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// cell reads a cell to its end. Of a formula the result counts that was stored
// with it. A value that the workbook itself does not hold is a defect.
func (s *sheetRecords) cell(start xml.StartElement) (value, defect string, err error) {
	var text strings.Builder
	formula, result, inside, phonetic := false, false, false, false
	for {
		token, err := s.xml.RawToken()
		if err != nil {
			return "", "", bookError(noEnd(err))
		}
		switch t := token.(type) {
		case xml.StartElement:
			formula = formula || t.Name.Local == "f"
			phonetic = phonetic || t.Name.Local == "rPh"
			result = result || t.Name.Local == "v"
			inside = t.Name.Local == "v" || t.Name.Local == "t"
		case xml.CharData:
			if inside && !phonetic {
				text.Write(t)
			}
		case xml.EndElement:
			inside = false
			switch t.Name.Local {
			case "rPh":
				phonetic = false
			case "c":
				value, defect = s.book.value(start, text.String())
				if formula && !result {
					defect = "是没有算出结果的公式，请在 Excel 里打开并保存一次，或改成数值"
				}
				return value, defect, nil
			}
		}
	}
}

// value makes the text of a cell from what is stored.
func (w *workbook) value(cell xml.StartElement, stored string) (value, defect string) {
	switch attribute(cell, "t") {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(stored))
		if err != nil || i < 0 || i >= len(w.strings) {
			return "", "的文字在工作簿里找不到"
		}
		return w.strings[i], ""
	case "inlineStr", "str", "d":
		return stored, ""
	case "e":
		return "", "的公式出错（" + errorWord(stored) + "）"
	case "b":
		if stored == "1" {
			return "TRUE", ""
		}
		return "FALSE", ""
	}
	if stored == "" {
		return "", ""
	}
	style, _ := strconv.Atoi(attribute(cell, "s")) // none is the first
	return w.number(stored, style >= 0 && style < len(w.dates) && w.dates[style])
}

// number writes a number as it was meant: fifteen digits, as Excel keeps them,
// or a date. A longer one has lost its last digits long ago.
func (w *workbook) number(stored string, date bool) (value, defect string) {
	f, err := strconv.ParseFloat(strings.TrimSpace(stored), 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return "", "的数字读不懂"
	}
	if date {
		return w.date(f)
	}
	if math.Abs(f) >= 1e15 {
		return "", "的数字超过 15 位，Excel 已丢失末几位；请把这一列设为文本格式后重新导出"
	}
	f, err = strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64)
	if err != nil {
		return "", "的数字读不懂"
	}
	return strconv.FormatFloat(f, 'f', -1, 64), ""
}

// date writes a day count as a date, with its time if it has one.
func (w *workbook) date(f float64) (value, defect string) {
	if f < 0 || f > 2_958_466 { // the last day is 9999-12-31
		return "", "不是有效的日期"
	}
	t, err := excelize.ExcelDateToTime(f, w.since04)
	if err != nil {
		return "", "不是有效的日期"
	}
	t = t.Round(time.Second)
	switch {
	case f < 1 && f > 0:
		return t.Format("15:04:05"), ""
	case f == math.Trunc(f):
		return t.Format("2006-01-02"), ""
	default:
		return t.Format("2006-01-02 15:04:05"), ""
	}
}

// errorWord keeps an error's name and nothing that only looks like one.
func errorWord(s string) string {
	for _, word := range []string{"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"} {
		if s == word {
			return word
		}
	}
	return "错误值"
}
