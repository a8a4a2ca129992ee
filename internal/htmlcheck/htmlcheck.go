// Package htmlcheck checks the structure every page keeps: one heading,
// labelled fields, named buttons, references that lead somewhere, and nothing
// the content security policy would refuse. It is test support.
package htmlcheck

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// Page reports every fault of a whole document.
func Page(t testing.TB, html string) {
	t.Helper()
	report(t, PageFaults(html))
}

// Fragment reports every fault of a part that is put into a page. What it
// refers to may stand elsewhere on that page, so references are not checked.
func Fragment(t testing.TB, html string) {
	t.Helper()
	report(t, FragmentFaults(html))
}

// PageFaults lists the faults of a whole document, one sentence each.
func PageFaults(html string) []string {
	c, err := parse(html)
	if err != nil {
		return []string{err.Error()}
	}
	c.document()
	c.parts(html)
	c.references()
	return c.faults
}

// FragmentFaults lists the faults of a part of a page.
func FragmentFaults(html string) []string {
	c, err := parse(html)
	if err != nil {
		return []string{err.Error()}
	}
	c.parts(html)
	return c.faults
}

func report(t testing.TB, faults []string) {
	t.Helper()
	for _, f := range faults {
		t.Error(f)
	}
}

// checker collects the faults of one document.
type checker struct {
	doc    *goquery.Document
	faults []string
}

func parse(html string) (*checker, error) {
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		return nil, err
	}
	return &checker{doc: doc}, nil
}

func (c *checker) fault(s *goquery.Selection, text string) {
	c.faults = append(c.faults, text+": "+excerpt(s))
}

// parts are the checks that hold for pages and fragments alike.
func (c *checker) parts(html string) {
	c.policy()
	c.nestedForms(html)
	c.fields()
	c.controls()
	c.uniqueIDs()
	c.symbols()
}

// excerpt is the start of an element, to find it again.
func excerpt(s *goquery.Selection) string {
	html, err := goquery.OuterHtml(s.First())
	if err != nil {
		return err.Error()
	}
	const most = 160
	if runes := []rune(html); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return html
}
