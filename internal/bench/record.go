package bench

import (
	"regexp"
	"strconv"
	"strings"
)

// statement is one statement as a page sent it.
type statement struct {
	text   string
	params []param // $1 first
}

// param is a value in the server's notation; null has no text.
type param struct {
	text string
	null bool
}

// recorded reads the statements, in their order, out of what the server logged
// with log_statement = all.
func recorded(log string) []statement {
	var all []statement
	for _, entry := range logEntries(log) {
		switch {
		case entry.level == "LOG" && strings.HasPrefix(entry.text, "statement: "):
			all = append(all, statement{text: strings.TrimPrefix(entry.text, "statement: ")})
		case entry.level == "LOG" && strings.HasPrefix(entry.text, "execute "):
			if _, text, ok := strings.Cut(entry.text, ": "); ok {
				all = append(all, statement{text: text})
			}
		case entry.level == "DETAIL" && len(all) > 0:
			if _, values, ok := strings.Cut(entry.text, "arameters: "); ok {
				all[len(all)-1].params = readParams(values)
			}
		}
	}
	return all
}

// entry is one entry of the log.
type entry struct {
	level string
	text  string
}

// entryStart is the beginning of an entry under the default log_line_prefix.
var entryStart = regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ [^ ]+ \[\d+\] (?:[^ ]+ )?([A-Z]+):  `)

// logEntries splits a log into entries. The server begins every further line of
// an entry with a tab.
func logEntries(log string) []entry {
	var entries []entry
	for line := range strings.Lines(log) {
		line = strings.TrimSuffix(line, "\n")
		if m := entryStart.FindStringSubmatch(line); m != nil {
			entries = append(entries, entry{level: m[1], text: line[len(m[0]):]})
		} else if rest, ok := strings.CutPrefix(line, "\t"); ok && len(entries) > 0 {
			entries[len(entries)-1].text += "\n" + rest
		}
	}
	return entries
}

// readParams reads "$1 = 'a”b', $2 = NULL".
func readParams(values string) []param {
	var params []param
	for values != "" {
		_, rest, ok := strings.Cut(values, " = ")
		if !ok {
			break
		}
		if after, isNull := strings.CutPrefix(rest, "NULL"); isNull {
			params = append(params, param{null: true})
			values = after
			continue
		}
		text, after := unquote(rest)
		params = append(params, param{text: text})
		values = after
	}
	return params
}

// unquote reads a quoted value at the beginning of s and returns what follows.
func unquote(s string) (text, rest string) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		if s[i] != '\'' {
			b.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == '\'' {
			b.WriteByte('\'')
			i++
			continue
		}
		return b.String(), s[i+1:]
	}
	return b.String(), ""
}

// placeholder is a parameter in the text of a statement.
var placeholder = regexp.MustCompile(`\$(\d+)`)

// fill replaces the placeholders of the text by what with says of the parameter
// with the index, from 0.
func (s statement) fill(with func(i int, p param) string) string {
	return placeholder.ReplaceAllStringFunc(s.text, func(found string) string {
		n, err := strconv.Atoi(found[1:])
		if err != nil || n < 1 || n > len(s.params) {
			return found
		}
		return with(n-1, s.params[n-1])
	})
}
