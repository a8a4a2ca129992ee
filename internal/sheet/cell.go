// Package sheet writes files for spreadsheets: CSV and XLSX, row by row, in
// which no cell can run.
package sheet

import "strings"

// Cell returns a cell that a spreadsheet shows and does not run: one that begins
// like a formula, in half or full width and after any blanks, gets an apostrophe
// before it (OWASP, CSV Injection).
func Cell(s string) string {
	first := strings.TrimLeft(s, " \u00a0\u3000")
	if first != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠|%", []rune(first)[0]) {
		return "'" + s
	}
	return s
}
