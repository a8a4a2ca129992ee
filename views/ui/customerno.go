package ui

import (
	"html"
	"strings"
)

// customerNoHTML writes a customer number in two halves, as it is read aloud. The
// gap between them is one of the style and not a blank: what is copied, or looked
// for on the page, is the number.
func customerNoHTML(no string) string {
	if len(no) != 8 {
		return html.EscapeString(no)
	}
	return `<span class="cno">` + html.EscapeString(no[:4]) + `<span>` + html.EscapeString(no[4:]) + `</span></span>`
}

// AppendCustomerNo appends what CustomerNo shows, for pages that write their rows
// themselves.
func AppendCustomerNo(b []byte, no string) []byte { return append(b, customerNoHTML(no)...) }

// PlainCustomerNo is a customer number as it was typed, without the blanks and
// hyphens that people put into it.
func PlainCustomerNo(typed string) string {
	return strings.NewReplacer(" ", "", "\u3000", "", "\u00a0", "", "-", "").Replace(typed)
}
