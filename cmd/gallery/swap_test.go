package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/chromedp/chromedp/kb"

	"liuhen/views/layout"
)

// queue is a list from which a post takes one item, the way the portal's own
// queues answer: 303 to the page, 422 with the form, 500 with a problem.
type queue struct{ items []string }

func (q *queue) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /queue", func(w http.ResponseWriter, r *http.Request) { q.page(w, r, "") })
	mux.HandleFunc("POST /queue/{item}", func(w http.ResponseWriter, r *http.Request) {
		switch item := r.PathValue("item"); item {
		case "乙":
			w.Header().Set("HX-Push-Url", "false")
			w.WriteHeader(http.StatusUnprocessableEntity)
			q.page(w, r, "乙须写意见")
		case "丁":
			w.WriteHeader(http.StatusInternalServerError)
			show(w, r, layout.Problem(layout.SpecimenFrame("没能完成"), layout.Fault{Title: "没能完成", Text: "系统出了故障。", Number: "7F3A"}))
		default:
			q.items = slices.DeleteFunc(q.items, func(s string) bool { return s == item })
			http.Redirect(w, r, "/queue?done="+item, http.StatusSeeOther)
		}
	})
}

func (q *queue) page(w http.ResponseWriter, r *http.Request, fault string) {
	frame := layout.SpecimenFrame("待办")
	if done := r.URL.Query().Get("done"); done != "" {
		frame.Flash = "已批准「" + done + "」"
	}
	var rows strings.Builder
	for _, item := range q.items {
		fmt.Fprintf(&rows, `<li data-item><a href="/queue?at=%[1]s">%[1]s</a><form method="post" action="/queue/%[1]s" hx-post="/queue/%[1]s"
			hx-target="#box" hx-select="#box" hx-select-oob="#flash:innerHTML,#nav" hx-push-url="true" hx-disabled-elt="find button"><button>批准%[1]s</button></form></li>`, item)
	}
	summary := ""
	if fault != "" {
		summary = `<div class="note bad" id="errors" tabindex="-1" autofocus><b>` + fault + `</b></div>`
	}
	show(w, r, framed(frame, templ.Raw(`<div id="box">`+summary+`<ul>`+rows.String()+`</ul></div>`)))
}

// swapsKeepThePlace proves the one pattern of forms: the list is swapped, the
// message said, the focus on the next item, faults in place, errors in #alerts.
func swapsKeepThePlace(t *testing.T, b *tab) {
	b.visit(t, "/queue")
	b.write(t, "j")
	b.press(t, kb.Tab)
	b.until(t, `document.activeElement.textContent === "批准甲"`)
	b.enter(t)
	b.until(t, `flash.innerText.includes("已批准「甲」") && location.search.startsWith("?done")`)
	b.until(t, `document.activeElement.textContent === "乙"`)
	b.press(t, kb.Tab)
	b.enter(t)
	b.until(t, `document.activeElement.id === "errors" && location.search.startsWith("?done")`)
	b.write(t, "jjj")
	b.until(t, `document.activeElement.textContent === "丁"`)
	b.press(t, kb.Tab)
	b.enter(t)
	b.until(t, `document.querySelector("#alerts #problem")?.innerText.includes("7F3A")`)
	b.until(t, `document.title === "待办 · 留痕"`)
	b.until(t, `document.querySelectorAll("h1").length === 1 && document.activeElement.textContent === "批准丁"`)
}
