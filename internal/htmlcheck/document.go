package htmlcheck

import (
	"fmt"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// document checks what a page has exactly once.
func (c *checker) document() {
	if lang := c.doc.Find("html").AttrOr("lang", ""); lang != "zh-CN" {
		c.faults = append(c.faults, fmt.Sprintf("html lang is %q, want zh-CN", lang))
	}
	title := strings.TrimSpace(c.doc.Find("head title").Text())
	if !strings.HasSuffix(title, " · 留痕") || strings.HasPrefix(title, " ·") {
		c.faults = append(c.faults, fmt.Sprintf("title %q does not read X · 留痕", title))
	}
	for _, name := range []string{"h1", "main", `meta[name=viewport]`} {
		if n := c.doc.Find(name).Length(); n != 1 {
			c.faults = append(c.faults, fmt.Sprintf("%d %s elements, want 1", n, name))
		}
	}
	c.headings()
}

// headings checks that no level of heading is skipped on the way down.
func (c *checker) headings() {
	last := 0
	c.doc.Find("h1, h2, h3, h4, h5, h6").Each(func(_ int, s *goquery.Selection) {
		level := int(goquery.NodeName(s)[1] - '0')
		if last > 0 && level > last+1 {
			c.fault(s, fmt.Sprintf("heading jumps from h%d to h%d", last, level))
		}
		last = level
	})
}

// references checks that attributes naming an id name one of the page.
func (c *checker) references() {
	for _, attr := range []string{"for", "aria-controls", "aria-labelledby", "aria-describedby", "data-open", "list", "form"} {
		c.doc.Find("[" + attr + "]").Each(func(_ int, s *goquery.Selection) {
			for id := range strings.FieldsSeq(s.AttrOr(attr, "")) {
				c.wantID(s, attr, id)
			}
		})
	}
	for _, attr := range []string{"hx-target", "hx-indicator", "hx-select-oob", "hx-disabled-elt"} {
		c.doc.Find("[" + attr + "]").Each(func(_ int, s *goquery.Selection) {
			for part := range strings.SplitSeq(s.AttrOr(attr, ""), ",") {
				selector, _, _ := strings.Cut(strings.TrimSpace(part), ":")
				if id, ok := strings.CutPrefix(selector, "#"); ok && !strings.ContainsAny(id, " .[>") {
					c.wantID(s, attr, id)
				}
			}
		})
	}
	c.doc.Find(`a[href^="#"]`).Each(func(_ int, s *goquery.Selection) {
		c.wantID(s, "href", strings.TrimPrefix(s.AttrOr("href", ""), "#"))
	})
}

func (c *checker) wantID(s *goquery.Selection, attr, id string) {
	found := c.doc.Find("[id]").FilterFunction(func(_ int, e *goquery.Selection) bool {
		return e.AttrOr("id", "") == id
	})
	if found.Length() == 0 {
		c.fault(s, fmt.Sprintf("%s names %q, which is not on the page", attr, id))
	}
}

// uniqueIDs checks that no id is used twice.
func (c *checker) uniqueIDs() {
	seen := map[string]bool{}
	c.doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "")
		if id == "" || strings.ContainsAny(id, " \t\n") {
			c.fault(s, "id is empty or has a space")
		}
		if seen[id] {
			c.fault(s, fmt.Sprintf("id %q is used twice", id))
		}
		seen[id] = true
	})
}
