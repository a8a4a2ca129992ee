package bench

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// subject is the customer a page was recorded with, in whose place pgbench
// draws another each time. The numbers of the range differ from the ids by a
// constant. The zero subject draws nobody.
type subject struct {
	id, no   int64
	from, to int64 // ids
}

// claim is the setting by which a recorded transaction says who acts.
var claim = regexp.MustCompile(`(liuhen\.actor = ')[^']*(')`)

// script turns recorded statements into a script for pgbench and the variables
// it needs. What a page sends in one message (BEGIN and the acting person) stays
// one round trip. claimed is the signed claim to act with.
func script(statements []statement, s subject, claimed string) (text string, variables map[string]string) {
	var b strings.Builder
	variables = map[string]string{}
	if s.id != 0 {
		fmt.Fprintf(&b, "\\set id random(%d, %d)\n\\set no :id + %d\n", s.from, s.to, s.no-s.id)
	}
	for i, st := range statements {
		st.text = claim.ReplaceAllString(st.text, "${1}"+claimed+"${2}")
		line := st.fill(func(k int, p param) string {
			switch {
			case p.null:
				return "NULL"
			case p.text == "": // which no variable of pgbench can be
				return "''"
			case s.id != 0 && p.text == strconv.FormatInt(s.id, 10):
				return ":id"
			case s.id != 0 && p.text == strconv.FormatInt(s.no, 10):
				return ":no"
			}
			name := fmt.Sprintf("s%dp%d", i, k)
			variables[name] = p.text
			return ":" + name
		})
		if begin, set, ok := strings.Cut(line, "; SET LOCAL "); ok && strings.HasPrefix(begin, "BEGIN") {
			fmt.Fprintf(&b, "\\startpipeline\n%s;\nSET LOCAL %s;\n\\endpipeline\n", begin, set)
			continue
		}
		fmt.Fprintf(&b, "%s;\n", strings.TrimRight(strings.TrimSpace(line), ";"))
	}
	return b.String(), variables
}
