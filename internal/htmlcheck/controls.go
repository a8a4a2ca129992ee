package htmlcheck

import (
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// fields checks that every field a person fills has a label.
func (c *checker) fields() {
	c.doc.Find("input, select, textarea").Each(func(_ int, s *goquery.Selection) {
		switch s.AttrOr("type", "text") {
		case "hidden", "submit", "button", "reset":
			return
		}
		if !c.labelled(s) {
			c.fault(s, "field without a label")
		}
	})
}

func (c *checker) labelled(s *goquery.Selection) bool {
	if strings.TrimSpace(s.AttrOr("aria-label", "")) != "" || s.AttrOr("aria-labelledby", "") != "" {
		return true
	}
	if words(s.Closest("label")) != "" {
		return true
	}
	id, ok := s.Attr("id")
	return ok && words(c.doc.Find("label").FilterFunction(func(_ int, l *goquery.Selection) bool {
		return l.AttrOr("for", "") == id
	})) != ""
}

// controls checks the names of what can be pressed, pictures and forms.
func (c *checker) controls() {
	c.doc.Find("button, a[href], summary, progress, [role=option], dialog, svg[role=img]").Each(func(_ int, s *goquery.Selection) {
		if !named(s) {
			c.fault(s, "no name to be heard")
		}
	})
	c.doc.Find("img").Each(func(_ int, s *goquery.Selection) {
		if _, ok := s.Attr("alt"); !ok {
			c.fault(s, "picture without alt")
		}
	})
	c.doc.Find("form").Each(func(_ int, s *goquery.Selection) {
		method := strings.ToLower(s.AttrOr("method", "get"))
		if method == "post" && s.AttrOr("action", "") == "" {
			c.fault(s, "form posts without an action")
		}
		if hasAny(s, "hx-post", "hx-put", "hx-delete", "hx-patch") && method != "post" {
			c.fault(s, "form works only with scripts")
		}
	})
	c.doc.Find("[hx-get], [hx-post], [hx-put], [hx-patch], [hx-delete]").Each(func(_ int, s *goquery.Selection) {
		if !focusable(s) && s.AttrOr("hx-trigger", "") == "" {
			c.fault(s, "request from an element no key can reach")
		}
	})
}

// named tells whether an element has an accessible name.
func named(s *goquery.Selection) bool {
	for _, attr := range []string{"aria-label", "aria-labelledby", "title"} {
		if strings.TrimSpace(s.AttrOr(attr, "")) != "" {
			return true
		}
	}
	if goquery.NodeName(s) == "dialog" {
		return false
	}
	return words(s) != "" || s.Find("img[alt]").Not(`[alt=""]`).Length() > 0
}

// words is the text of a selection that is not hidden from readers.
func words(s *goquery.Selection) string {
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		for _, a := range n.Attr {
			if a.Key == "aria-hidden" && a.Val == "true" {
				return
			}
		}
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			walk(child)
		}
	}
	for _, n := range s.Nodes {
		walk(n)
	}
	return strings.TrimSpace(b.String())
}

func focusable(s *goquery.Selection) bool {
	switch goquery.NodeName(s) {
	case "a", "button", "form", "input", "select", "textarea":
		return true
	}
	return false
}

func hasAny(s *goquery.Selection, attrs ...string) bool {
	for _, a := range attrs {
		if _, ok := s.Attr(a); ok {
			return true
		}
	}
	return false
}

// nestedForms looks at the text itself, because a parser silently drops a form
// inside a form.
func (c *checker) nestedForms(text string) {
	depth := 0
	tokens := html.NewTokenizer(strings.NewReader(text))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken:
			if name, _ := tokens.TagName(); string(name) == "form" {
				if depth++; depth > 1 {
					c.faults = append(c.faults, "form inside a form")
				}
			}
		case html.EndTagToken:
			if name, _ := tokens.TagName(); string(name) == "form" {
				depth--
			}
		}
	}
}
