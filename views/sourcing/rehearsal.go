package sourcingview

import (
	"fmt"
	"strings"

	"liuhen/internal/sourcing"
	"liuhen/views/ui"
)

// sheets are the sheets of the draft's workbook.
func (p DraftPage) sheets() []ui.Choice {
	var list []ui.Choice
	for i, name := range p.Editor.Sheets {
		label := name
		if strings.TrimSpace(name) == "" {
			label = fmt.Sprintf("第 %d 张，没有名称", i+1)
		}
		list = append(list, ui.Choice{Name: "sheet", Value: name, Label: label, Checked: i == 0})
	}
	return list
}

// soundText sums up the first rows of a dry run.
func soundText(v *sourcing.Preview) string {
	return fmt.Sprintf("看了前 %d 行，其中 %d 行可以采用；先列 %d 行", v.Looked, v.Sound, len(v.Rows))
}

// taken says where a column goes.
func taken(c sourcing.PreviewColumn) string {
	text := c.Entity + " · " + c.Field
	if c.Column != "" && c.Column != c.Field {
		text += "（" + c.Column + "）"
	}
	return text
}

// problemLines writes the first lines that have a problem.
func problemLines(p sourcing.Problem) string { return lines(p.Lines, int(p.Count)) }

// made says what a mapping is and, where people made it, who did and when.
func made(m *sourcing.Mapping, remembered []sourcing.Remembered) string {
	for _, r := range remembered {
		if r.Name == m.Name {
			return fmt.Sprintf("第 %d 版，%s，%s", r.Version, r.CreatedName, moment(r.CreatedAt))
		}
	}
	return strings.TrimSpace(m.About)
}
