package customerview

import (
	"context"
	"io"
	"strconv"

	"github.com/a-h/templ"

	"liuhen/internal/customer"
	"liuhen/internal/href"
	"liuhen/views/ui"
)

// rows writes the body of the list. A page has fifty rows of ten cells, and
// appending bytes costs a tenth of what a component for each cell does; so this
// is the one place where a view is written by hand. Whatever is a value goes
// through text, and nothing else may be appended but constants.
func (p ListPage) rows() templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		b := make([]byte, 0, 700*len(p.Page.Rows))
		for _, r := range p.Page.Rows {
			b = p.row(b, r)
		}
		_, err := w.Write(b)
		return err
	})
}

// tagsInRow is how many tags a row shows; the rest is a number.
const tagsInRow = 2

func (p ListPage) row(b []byte, r customer.Row) []byte {
	b = append(b, `<tr data-item><td class="no-phone"><input type="checkbox" name="customer" form="chosen" value="`...)
	b = text(b, r.No)
	b = append(b, `" aria-label="选择 `...)
	b = text(b, r.Name)
	b = append(b, `"></td><td><a class="who" href="`...)
	b = text(b, href.Customer(r.No))
	b = append(b, `">`...)
	b = text(b, r.Name)
	b = append(b, `</a></td><td class="soft nw">`...)
	b = ui.AppendCustomerNo(b, r.No)
	b = append(b, `</td><td class="nw">`...)
	b = text(b, grade(r.Grade))
	if customer.GradeOver(r.GradeUntil, p.Now) {
		b = append(b, ` <span class="badge warn plain">已过期</span>`...)
	}
	b = append(b, `</td>`...)
	if !p.TagsOff {
		b = tags(b, r.Tags)
	}
	b = append(b, `<td class="masked nw no-phone">`...)
	b = text(b, or(r.MobileMask))
	b = append(b, `</td><td class="nw no-phone">`...)
	b = text(b, customer.BandLabel(r.AssetBand))
	if p.Branches {
		b = append(b, `</td><td class="no-phone">`...)
		b = text(b, r.Branch)
		b = append(b, `</td><td class="soft nw no-phone">`...)
		b = text(b, or(r.Manager))
	}
	b = append(b, `</td><td class="soft nw no-phone">`...)
	b = text(b, day(r.OpenedOn))
	b = append(b, `</td><td class="num">`...)
	b = text(b, lastContact(r.LastContactAt, p.Now))
	b = append(b, `</td><td class="soft nw no-phone">`...)
	b = text(b, or(r.LastContactVia.Label()))
	return append(b, "</td></tr>\n"...)
}

// tags appends the cell of a customer's tags.
func tags(b []byte, names []string) []byte {
	b = append(b, `<td class="no-phone"><span class="row tight nowrap">`...)
	for i, name := range names {
		if i == tagsInRow {
			b = append(b, `<span class="mute s">+`...)
			b = strconv.AppendInt(b, int64(len(names)-tagsInRow), 10)
			b = append(b, `</span>`...)
			break
		}
		b = append(b, `<span class="tag">`...)
		b = text(b, name)
		b = append(b, `</span>`...)
	}
	return append(b, `</span></td>`...)
}

// text appends a value so that it is text in an element and in a quoted
// attribute alike.
func text(b []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		var entity string
		switch s[i] {
		case '&':
			entity = "&amp;"
		case '<':
			entity = "&lt;"
		case '>':
			entity = "&gt;"
		case '"':
			entity = "&#34;"
		case '\'':
			entity = "&#39;"
		default:
			continue
		}
		b = append(b, s[from:i]...)
		b = append(b, entity...)
		from = i + 1
	}
	return append(b, s[from:]...)
}
