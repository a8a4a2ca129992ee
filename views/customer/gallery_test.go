package customerview_test

import (
	"html"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"liuhen/internal/customer"
	"liuhen/internal/htmlcheck"
	customerview "liuhen/views/customer"
)

func TestGallery(t *testing.T) {
	t.Parallel()
	htmlcheck.Specimens(t, customerview.Gallery())
}

func TestMoney(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"1234567.89": "1,234,567.89", "-1234.50": "−1,234.50", "0.00": "0.00", "-0.01": "−0.01",
		"999": "999", "1000": "1,000", "-100": "−100", "98765432109876.54": "98,765,432,109,876.54", "": "",
	} {
		if got := customerview.Money(in); got != want {
			t.Errorf("Money(%q) = %q, want %q", in, got, want)
		}
	}
}

// The rows of the list are the one view written by hand: whatever stands in a
// row is text, as templ would have written it.
func TestRowsWriteTextAsTemplDoes(t *testing.T) {
	t.Parallel()
	for _, evil := range []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='x`, `&lt;`, "顾明远", "a\"b'c<d>e&f"} {
		row := customer.Row{No: evil, Name: evil, MobileMask: evil, Branch: evil, Manager: evil, LastContactVia: customer.Via(evil), Tags: []string{evil}}
		got := htmlcheck.Render(t, customerview.List(customerview.ListPage{Branches: true, Page: customer.Page{Rows: []customer.Row{row}}}))
		body := got[strings.Index(got, "<tbody>"):strings.Index(got, "</tbody>")]
		if n := strings.Count(body, templ.EscapeString(evil)); n < 6 {
			t.Errorf("%q stands %d times in the row, want 6", evil, n)
		}
		if evil != html.EscapeString(evil) && strings.Contains(body, evil) {
			t.Errorf("%q stands in the row as markup", evil)
		}
	}
}

func BenchmarkRows(b *testing.B) {
	page := customerview.ListPage{}
	for range 50 {
		page.Page.Rows = append(page.Page.Rows, customer.Row{No: "90000001", Name: "甲明远", MobileMask: "138****0000", Branch: "滨江支行"})
	}
	component := customerview.List(page)
	b.ReportAllocs()
	for b.Loop() {
		if err := component.Render(b.Context(), discard{}); err != nil {
			b.Fatal(err)
		}
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
