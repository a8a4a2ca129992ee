package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tab is a browser tab on a gallery with a stream of events the test writes.
type tab struct {
	ctx    context.Context
	url    string
	events chan string
	over   atomic.Bool // the session: a stream is refused
	part   *part

	mu         sync.Mutex
	complaints []string
}

// TestInBrowser runs the page script in one Chromium, a tab each; without
// Chromium it is skipped, except in CI.
func TestInBrowser(t *testing.T) {
	if _, err := exec.LookPath("chromium"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("needs chromium: apt-get install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath("chromium"), chromedp.NoSandbox, chromedp.WindowSize(1366, 768))
	process, stop := chromedp.NewExecAllocator(t.Context(), options...)
	defer stop()
	ctx, closeBrowser := chromedp.NewContext(process)
	defer closeBrowser()
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		run  func(*testing.T, *tab)
	}{
		{"every page is quiet", quietPages},
		{"keys move and select", keysMoveAndSelect},
		{"search box is a combobox", searchBoxIsACombobox},
		{"help, tags and menu open and close", popsOpenAndClose},
		{"confirming repeats the verb", confirmRepeatsTheVerb},
		{"a grant seals itself and asks again", grantSealsItself},
		{"push reaches the parts it names", pushReachesParts},
		{"a lost connection is said", lostConnectionIsSaid},
		{"swaps keep the place", swapsKeepThePlace},
		{"pages fit a phone", pagesFitAPhone},
		{"the last push is never lost", lastPushIsNeverLost},
		{"a push waits for who writes", pushWaitsForWhoWrites},
		{"a refresh keeps the row the keys are on", refreshKeepsTheRow},
		{"after a decision the next item has the focus", nextItemHasTheFocus},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, open(t, ctx)) })
	}
}

// open opens a tab on a gallery of its own.
func open(t *testing.T, browser context.Context) *tab {
	t.Helper()
	b := &tab{events: make(chan string), part: &part{asked: make(chan int, 9), answer: make(chan int)}}
	mux := http.NewServeMux()
	mux.Handle("/", handler())
	mux.HandleFunc("GET /live", b.live)
	(&queue{items: []string{"甲", "乙", "丙", "丁"}}).routes(mux)
	b.part.routes(mux)
	server := httptest.NewServer(mux)
	ctx, closeTab := chromedp.NewContext(browser)
	b.url, b.ctx = server.URL, ctx
	t.Cleanup(func() { closeTab(); server.CloseClientConnections(); server.Close() })
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	call(t, b, log.Enable, cdp.Empty{})
	call(t, b, runtime.Enable, cdp.Empty{})
	return b
}

func call[P, R any](t *testing.T, b *tab, command cdp.Command[P, R], params P) {
	t.Helper()
	if _, err := chromedp.Call(b.ctx, command, params); err != nil {
		t.Fatal(err)
	}
}

// live streams what the test sends.
func (b *tab) live(w http.ResponseWriter, r *http.Request) {
	if b.over.Load() {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	_ = http.NewResponseController(w).Flush()
	for {
		select {
		case e := <-b.events:
			fmt.Fprint(w, e)
			_ = http.NewResponseController(w).Flush()
		case <-r.Context().Done():
			return
		}
	}
}

// hear collects errors and policy violations.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			b.complaints = append(b.complaints, e.Entry.Text+" "+e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, e.ExceptionDetails.Text)
	}
}

func (b *tab) do(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

func (b *tab) script(t *testing.T, text string) {
	t.Helper()
	b.do(t, chromedp.Evaluate[chromedp.Void](text))
}

func (b *tab) visit(t *testing.T, path string) {
	t.Helper()
	b.do(t, chromedp.Navigate(b.url+path))
}

// patience is how long a person waits for something to appear.
const patience = 15 * time.Second

// until waits for an expression to become true in the page.
func (b *tab) until(t *testing.T, expression string) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if err == nil && ok {
			return
		}
	}
	at, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`location.href + " " + document.activeElement.outerHTML.slice(0, 200)`))
	t.Fatalf("never true: %s\nat %s (%v)", expression, at, err)
}

// ready waits until the page listens to keys and has put what it fetched in its
// place; nobody types faster than that.
func (b *tab) ready(t *testing.T) {
	t.Helper()
	b.until(t, `document.readyState === "complete" && !document.querySelector(".htmx-swapping, .htmx-settling")`)
}

// press presses keys that have no sign, such as kb.Escape.
func (b *tab) press(t *testing.T, keys string) {
	t.Helper()
	b.ready(t)
	b.do(t, chromedp.KeyEvent(keys))
}

// enter presses Enter as a keyboard does, sign and key in one.
func (b *tab) enter(t *testing.T) {
	t.Helper()
	b.ready(t)
	key := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: 13}
	call(t, b, input.DispatchKeyEvent, key)
	key.Type, key.Text = input.DispatchKeyEventTypeKeyUp, ""
	call(t, b, input.DispatchKeyEvent, key)
}

// write presses the keys of a text. Each sign belongs to its key press, as on
// a keyboard, so a page that takes the key also keeps the sign away.
func (b *tab) write(t *testing.T, text string) {
	t.Helper()
	b.ready(t)
	for _, r := range text {
		key := string(r)
		call(t, b, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: key, Text: key})
		call(t, b, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyUp, Key: key})
	}
}

// quiet fails when the browser complained.
func (b *tab) quiet(t *testing.T) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complaints {
		t.Error(c)
	}
}

func quietPages(t *testing.T, b *tab) {
	for _, scheme := range []string{"light", "dark"} {
		call(t, b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		for _, a := range areas() {
			for _, s := range a.specimens {
				b.visit(t, address(a, s))
				b.until(t, `[...document.querySelectorAll("[data-live-on], [data-seals]")].every((e) => e.id)`)
				b.until(t, `[...document.querySelectorAll("use")].every((u) => u.getBoundingClientRect().width > 0 || !u.checkVisibility())`)
			}
		}
	}
	b.quiet(t)
}

func keysMoveAndSelect(t *testing.T, b *tab) {
	b.visit(t, "/ui/list")
	b.until(t, `document.querySelector("[data-bulk]").hidden`)
	b.write(t, "j")
	b.until(t, `document.activeElement.textContent === "甲明远"`)
	b.write(t, "j")
	b.until(t, `document.activeElement.textContent === "乙思齐"`)
	b.write(t, "x")
	b.until(t, `document.querySelector("[data-checked]").textContent === "1"`)
	b.write(t, "k")
	b.until(t, `document.activeElement.textContent === "甲明远"`)
	b.write(t, "/")
	b.until(t, `document.activeElement.id === "find"`)
	b.write(t, "jx?")
	b.until(t, `document.activeElement.value === "jx?" && !document.querySelector("dialog[open]")`)
	b.quiet(t)
}

func searchBoxIsACombobox(t *testing.T, b *tab) {
	b.visit(t, "/layout/page")
	b.write(t, "/")
	b.write(t, "jmy")
	b.until(t, `document.querySelector("#find").getAttribute("aria-expanded") === "true" && found.children.length === 2`)
	b.press(t, kb.ArrowDown+kb.ArrowDown)
	b.until(t, `document.getElementById(document.querySelector("#find").getAttribute("aria-activedescendant")).textContent.includes("甲孟宜")`)
	b.press(t, kb.Escape)
	b.until(t, `found.hidden && document.activeElement.id === "find"`)
	b.press(t, kb.ArrowDown)
	b.enter(t)
	b.until(t, `location.pathname === "/layout/page" && !document.activeElement.matches("#find")`)
	b.quiet(t)
}

func popsOpenAndClose(t *testing.T, b *tab) {
	b.visit(t, "/ui/tags")
	b.write(t, "?")
	b.until(t, `help.open`)
	b.press(t, kb.Escape)
	b.until(t, `!help.open`)
	b.do(t, chromedp.Focus("summary.tag"))
	b.enter(t)
	b.until(t, `document.querySelector("main details").open`)
	b.press(t, kb.Escape)
	b.until(t, `!document.querySelector("main details").open && document.activeElement.matches("summary.tag")`)
	b.do(t, chromedp.Click(".menu summary"), chromedp.Click("h1"))
	b.until(t, `!document.querySelector(".menu").open`)
	b.quiet(t)
}

func confirmRepeatsTheVerb(t *testing.T, b *tab) {
	b.visit(t, "/ui/chips")
	b.script(t, `document.querySelector("main form").addEventListener("submit", (e) => { e.preventDefault(); window.sent = e.submitter.textContent })`)
	b.do(t, chromedp.Click("[data-confirm]"))
	b.until(t, `document.querySelector("#confirm").open`)
	b.until(t, `document.querySelector("#confirm-go").textContent === "拒绝 3 件" && window.sent === undefined`)
	b.enter(t)
	b.until(t, `!document.querySelector("#confirm").open && window.sent === undefined`)
	b.do(t, chromedp.Click("[data-confirm]"), chromedp.Click("#confirm-go"))
	b.until(t, `window.sent === "拒绝 3 件"`)
	b.quiet(t)
}

func grantSealsItself(t *testing.T, b *tab) {
	b.visit(t, "/ui/grants")
	b.script(t, `window.asked = [];
		for (const s of document.querySelectorAll("[data-seals]")) s.addEventListener("live", () => asked.push(s.querySelector("h2").textContent));
		document.querySelectorAll("[data-expires]")[1].dataset.expires = Number(document.body.dataset.now) + 2`)
	b.until(t, `document.querySelectorAll("[data-seals]")[1].children.length === 1`)
	b.until(t, `document.querySelectorAll("[data-seals]")[1].textContent.includes("已到期") && asked.join() === "联系方式"`)
	b.until(t, `document.querySelectorAll("[data-seals]")[0].children.length === 2`)
	b.quiet(t)
}

func pushReachesParts(t *testing.T, b *tab) {
	b.visit(t, "/ui/grants")
	b.script(t, `window.asked = 0; document.querySelector("[data-live-on]").addEventListener("live", () => asked++)`)
	b.events <- "event: grant\ndata: 90000002\n\n"
	b.events <- "event: grant\ndata: 90000001\n\n"
	b.until(t, `asked === 1`)
	b.script(t, `document.querySelector("[data-live-on] .body").innerHTML = "<textarea id=t></textarea>"; t.value = "半句"`)
	b.events <- "event: grant\ndata: 90000001\n\n"
	b.events <- "event: grant\ndata: 90000002\n\n"
	time.Sleep(1500 * time.Millisecond) // longer than the page's own tick
	b.until(t, `asked === 1`)
	b.script(t, `t.value = ""`)
	b.until(t, `asked === 2`)
	b.events <- "event: session\ndata: ended\n\n" // another one of the same person's: the page stays
	b.until(t, `asked === 3`)
	b.over.Store(true)
	b.events <- "event: session\ndata: ended\n\n"
	b.until(t, `location.pathname === "/login"`)
}

func lostConnectionIsSaid(t *testing.T, b *tab) {
	b.visit(t, "/ui/grants")
	b.script(t, `document.querySelector("[data-live-on]").addEventListener("live", () => { window.heard = true })`)
	b.events <- "event: grant\ndata: 90000001\n\n"
	b.until(t, `window.heard`)
	b.script(t, `dispatchEvent(new Event("offline"))`)
	b.until(t, `document.querySelector("#net").innerText.includes("网络已断开")`)
	b.script(t, `dispatchEvent(new Event("online"))`)
	b.until(t, `document.querySelector("#net").innerText.trim() === ""`)
	b.quiet(t)
}

func TestEverySpecimenIsServed(t *testing.T) {
	t.Parallel()
	h := handler()
	for _, a := range areas() {
		for _, s := range a.specimens {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address(a, s), nil))
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "</html>") {
				t.Errorf("%s: status %d", address(a, s), w.Code)
			}
		}
	}
}
