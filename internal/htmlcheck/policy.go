package htmlcheck

import (
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"liuhen/static"
)

// policy checks for what the content security policy refuses: code and style
// inside the page, and anything from another host.
func (c *checker) policy() {
	c.doc.Find("style, iframe, object, embed, base").Each(func(_ int, s *goquery.Selection) {
		c.fault(s, "element is not allowed by the policy")
	})
	c.doc.Find("script").Each(func(_ int, s *goquery.Selection) {
		if s.AttrOr("src", "") == "" || strings.TrimSpace(s.Text()) != "" {
			c.fault(s, "script inside the page")
		}
	})
	c.doc.Find("*").Each(func(_ int, s *goquery.Selection) {
		for _, a := range s.Nodes[0].Attr {
			if why := refused(goquery.NodeName(s), a); why != "" {
				c.fault(s, why)
			}
		}
	})
}

// refused says why an attribute would not work under the policy, or nothing.
func refused(element string, a html.Attribute) string {
	value := strings.ToLower(strings.TrimSpace(a.Val))
	switch {
	case a.Key == "style":
		return "style attribute"
	case strings.HasPrefix(a.Key, "on"), strings.HasPrefix(a.Key, "hx-on"), strings.HasPrefix(a.Key, "data-hx-on"):
		return "code in attribute " + a.Key
	case leads(a.Key) && strings.HasPrefix(value, "javascript:"):
		return "javascript: address"
	case strings.HasPrefix(a.Key, "hx-") && strings.HasPrefix(value, "js:"):
		return "code in attribute " + a.Key
	case a.Key == "hx-trigger" && strings.Contains(a.Val, "["):
		return "hx-trigger has a filter, which needs eval"
	case loads(element, a.Key) && !strings.HasPrefix(value, "/"), loads(element, a.Key) && strings.HasPrefix(value, "//"):
		return "file from another place"
	}
	return ""
}

// leads tells whether the attribute is an address that a browser goes to.
func leads(attr string) bool {
	switch attr {
	case "href", "src", "action", "formaction", "xlink:href", "hx-get", "hx-post":
		return true
	}
	return false
}

// loads tells whether the attribute makes the browser fetch a file.
func loads(element, attr string) bool {
	switch attr {
	case "src":
		return true
	case "href":
		return element == "link" || element == "use"
	}
	return false
}

// symbols checks that each icon is in the sprite.
func (c *checker) symbols() {
	sprite := string(static.Read(static.Icons))
	c.doc.Find("use").Each(func(_ int, s *goquery.Selection) {
		file, id, _ := strings.Cut(s.AttrOr("href", ""), "#")
		if file != static.URL(static.Icons) || !strings.Contains(sprite, `id="`+id+`"`) {
			c.fault(s, "icon is not in the sprite")
		}
	})
}
