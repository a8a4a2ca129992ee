package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/chromedp/chromedp"

	"liuhen/views/layout"
)

// part is a live part of a page whose answers the test holds back: it hears of
// every request, and then says with which status it is answered.
type part struct {
	asked    chan int
	answer   chan int
	count    atomic.Int64
	contents string
}

func (p *part) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /part", func(w http.ResponseWriter, r *http.Request) {
		frame := layout.SpecimenFrame("推送")
		frame.Flash = r.URL.Query().Get("flash")
		show(w, r, framed(frame, templ.Raw(p.html()+`<p id="heard" data-live-on="import">未</p>`)))
	})
	mux.HandleFunc("GET /part/again", func(w http.ResponseWriter, r *http.Request) {
		p.asked <- int(p.count.Add(1))
		select {
		case status := <-p.answer:
			w.WriteHeader(status)
			fmt.Fprint(w, p.html())
		case <-r.Context().Done():
		}
	})
}

func (p *part) html() string {
	return fmt.Sprintf(`<section class="card" id="part" data-live-on="grant:7" hx-get="/part/again" hx-trigger="live"><b>第 %d 次</b>%s</section>`,
		p.count.Load(), p.contents)
}

// push tells the page that the part has changed and waits until it has heard.
func (b *tab) push(t *testing.T) {
	t.Helper()
	b.script(t, `heard.textContent = "未"; heard.addEventListener("live", () => { heard.textContent = "已" }, { once: true })`)
	for _, e := range []string{"event: grant\ndata: 7\n\n", "event: import\ndata: 1\n\n"} {
		select {
		case b.events <- e:
		case <-time.After(5 * time.Second):
			t.Fatal("the page does not listen")
		}
	}
	b.until(t, `heard.textContent === "已"`)
}

// asks waits for the request number n of the part.
func (b *tab) asks(t *testing.T, n int) {
	t.Helper()
	select {
	case got := <-b.part.asked:
		if got != n {
			t.Fatalf("request %d, want %d", got, n)
		}
	case <-time.After(5 * time.Second):
		t.Fatalf("request %d never comes", n)
	}
}

// silent proves that the part does not ask.
func (b *tab) silent(t *testing.T) {
	t.Helper()
	select {
	case n := <-b.part.asked:
		t.Fatalf("request %d comes", n)
	case <-time.After(1500 * time.Millisecond): // longer than the page's own tick
	}
}

// lastPushIsNeverLost tells the page of changes while the answer to an earlier
// one is under way: it must ask once more when that has arrived, or failed.
func lastPushIsNeverLost(t *testing.T, b *tab) {
	b.visit(t, "/part")
	b.push(t)
	b.asks(t, 1)
	b.push(t)
	b.push(t)
	b.part.answer <- http.StatusOK
	b.asks(t, 2)
	b.push(t)
	b.part.answer <- http.StatusInternalServerError
	b.asks(t, 3)
	b.part.answer <- http.StatusOK
	b.until(t, `part.querySelector("b").textContent === "第 3 次"`)
	b.silent(t)
}

// pushWaitsForWhoWrites holds pushes back from what a person writes: a form that
// came back with faults, one the person stands in, and one that was begun while
// the answer was under way.
func pushWaitsForWhoWrites(t *testing.T, b *tab) {
	b.part.contents = `<form><div class="field"><textarea class="in" id="why">看看</textarea></div></form>`
	b.visit(t, "/part")
	b.script(t, `part.querySelector(".field").classList.add("bad")`)
	b.push(t)
	b.silent(t)
	b.script(t, `part.querySelector(".field").classList.remove("bad")`)
	b.asks(t, 1)
	b.part.answer <- http.StatusOK
	b.until(t, `part.querySelector("b").textContent === "第 1 次"`)

	b.do(t, chromedp.Focus("#why"))
	b.push(t)
	b.silent(t)
	b.script(t, `document.activeElement.blur()`)
	b.asks(t, 2)
	b.do(t, chromedp.Focus("#why"))
	b.write(t, "一句")
	b.part.answer <- http.StatusOK
	b.until(t, `!document.querySelector("#part.htmx-request")`)
	b.silent(t)
	b.until(t, `why.value.includes("一句") && document.activeElement === why`)
	b.script(t, `why.value = why.defaultValue; why.blur()`)
	b.asks(t, 3)
	b.part.answer <- http.StatusOK
	b.until(t, `part.querySelector("b").textContent === "第 3 次"`)
	b.quiet(t)
}

// rows is a list of which the second is open.
func rows(names ...string) string {
	var list strings.Builder
	for i, name := range names {
		current := ""
		if i == 1 {
			current = ` aria-current="true"`
		}
		fmt.Fprintf(&list, `<li data-item%s><a href="/part?at=%[2]s">%[2]s</a></li>`, current, name)
	}
	return `<ul>` + list.String() + `</ul>`
}

// refreshKeepsTheRow moves with the keys while the list fetches itself again.
func refreshKeepsTheRow(t *testing.T, b *tab) {
	b.part.contents = rows("甲", "乙", "丙", "丁")
	b.visit(t, "/part")
	b.push(t)
	b.asks(t, 1)
	b.write(t, "jj")
	b.until(t, `document.activeElement.textContent === "丁"`)
	b.part.contents = rows("新", "甲", "乙", "丙", "丁")
	b.part.answer <- http.StatusOK
	b.until(t, `part.querySelector("b").textContent === "第 1 次" && document.activeElement.textContent === "丁"`)
	b.push(t)
	b.asks(t, 2)
	b.write(t, "k")
	b.part.answer <- http.StatusOK
	b.until(t, `part.querySelector("b").textContent === "第 2 次" && document.activeElement.textContent === "丙"`)
	b.quiet(t)
}

// nextItemHasTheFocus arrives on an item: with a message of what was done, its
// heading takes the focus, and the keys go on from its row; without one nothing
// does.
func nextItemHasTheFocus(t *testing.T, b *tab) {
	b.part.contents = rows("甲", "乙", "丙") + `<h2 data-arrive>乙的申请</h2>`
	b.visit(t, "/part?flash=ok")
	b.until(t, `document.activeElement.textContent === "乙的申请"`)
	b.write(t, "j")
	b.until(t, `document.activeElement.textContent === "丙"`)
	b.visit(t, "/part")
	b.until(t, `document.activeElement === document.body`)
	b.quiet(t)
}
