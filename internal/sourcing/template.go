package sourcing

import (
	"fmt"
	"strconv"
	"strings"
)

// rowNumber is the name under which a template reaches the number of the row,
// counted from 1 without the header.
const rowNumber = "$row"

// part is a piece of a template: words as they are, or a column.
type part struct {
	words  string
	column string
	table  string // looked up here when set
	width  int    // padded with zeros from the left to this width
}

// parseTemplate splits a template into its parts.
func parseTemplate(s string) ([]part, error) {
	var parts []part
	for s != "" {
		words, rest, found := strings.Cut(s, "{")
		if words != "" {
			parts = append(parts, part{words: words})
		}
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || name == "" {
			return nil, fmt.Errorf("template: { without a name and }")
		}
		p := part{column: name}
		if column, table, ok := strings.Cut(name, "@"); ok {
			p.column, p.table = column, table
		} else if column, width, ok := strings.Cut(name, "|"); ok {
			n, err := strconv.Atoi(width)
			if err != nil || n < 1 || n > 20 {
				return nil, fmt.Errorf("template: width %q", width)
			}
			p.column, p.width = column, n
		}
		parts = append(parts, p)
		s = after
	}
	return parts, nil
}

// pad puts zeros before s up to width.
func pad(s string, width int) string {
	if len(s) >= width {
		return s
	}
	return strings.Repeat("0", width-len(s)) + s
}
