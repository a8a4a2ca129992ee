package bench

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// writeTable writes the lines as a table whose columns also line up where a
// terminal draws Chinese characters two cells wide.
func writeTable(out io.Writer, lines []Line) error {
	rows := [][]string{{"项目", "本系统", "对照", "单位", "比值", "目标", "达标", "规模"}}
	for _, l := range lines {
		rows = append(rows, l.cells())
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], cellWidth(cell))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-cellWidth(cell)+2))
			}
		}
		if _, err := fmt.Fprintln(out, b.String()); err != nil {
			return err
		}
	}
	return nil
}

func (l Line) cells() []string {
	peer, ratio, target := "—", "—", l.Bound.sign()+" "+figure(l.Target)
	if l.Peer != nil {
		peer = figure(*l.Peer)
	}
	if l.Ratio != nil {
		ratio = figure(*l.Ratio)
	} else {
		target += " " + l.Unit
	}
	verdict := "否"
	if l.OK {
		verdict = "是"
	}
	if l.Bound == "" {
		target, verdict = "—", "—"
	}
	return []string{l.What, figure(l.Ours), peer, l.Unit, ratio, target, verdict, l.Size}
}

// figure writes a number without an exponent.
func figure(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// cellWidth counts the cells a terminal needs for s: two for a Chinese
// character or full-width sign.
func cellWidth(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x2E80 && r <= 0xFFDC {
			n++
		}
	}
	return n
}
