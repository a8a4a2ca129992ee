package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// patience is how long a person waits for something to appear.
const patience = 10 * time.Second

// eyes are what an expression in a page can use: elements that are shown, by
// selector and by words.
const eyes = `
const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0;
const words = (e) => (e.getAttribute("aria-label") || e.innerText || e.textContent || "").replace(/\s+/g, " ").trim();
const all = (css, text = "") => [...document.querySelectorAll(css)].filter((e) => shown(e) && words(e).includes(text));
const one = (css, text = "") => all(css, text)[0];
const text = (css) => { const e = document.querySelector(css); return e ? words(e) : ""; };
`

// eval returns the value of an expression in the page.
func eval[T any](w *window, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T]("(() => {"+eyes+"return ("+expression+");})()"))
}

// look returns the value of an expression that the page must be able to tell.
func look[T any](w *window, expression string) T {
	w.t.Helper()
	v, err := eval[T](w, expression)
	if err != nil {
		w.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// script runs statements in the page.
func (w *window) script(statements string) {
	w.t.Helper()
	look[bool](w, "(() => {"+statements+"; return true;})()")
}

// until waits for an expression to become true in the page.
func (w *window) until(expression string) {
	w.t.Helper()
	if !w.soon(expression) {
		w.t.Fatalf("never true: %s\n%s", expression, w.where())
	}
}

// soon reports whether an expression becomes true in the page.
func (w *window) soon(expression string) bool {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if ok, err := eval[bool](w, "Boolean("+expression+")"); err == nil && ok {
			return true
		}
	}
	return false
}

// sees waits until the words stand in the element.
func (w *window) sees(css, words string) {
	w.t.Helper()
	w.until(fmt.Sprintf("one(%s, %s)", quote(css), quote(words)))
}

// where tells a failed test what the window shows.
func (w *window) where() string {
	at, err := eval[string](w, `location.href + " · " + document.title + "\nfocus: " + document.activeElement?.outerHTML.slice(0, 300)
		+ "\nalerts: " + text("#alerts") + text("#errors") + "\nmain: " + text("main").slice(0, 700)`)
	if err != nil {
		return err.Error()
	}
	return at
}

// visit opens an address of the portal.
func (w *window) visit(path string) {
	w.t.Helper()
	w.do(chromedp.Navigate(w.home + path))
}

func (w *window) do(actions ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		w.t.Fatalf("%v\n%s", err, w.where())
	}
}

// click presses the first shown element of the selector that says the words,
// with the mouse, where nothing lies over it.
func (w *window) click(css, words string) {
	w.t.Helper()
	type spot struct {
		X, Y  float64
		Clear bool
		Over  string
	}
	find := fmt.Sprintf(`(() => {
		const e = one(%s, %s);
		if (!e || e.disabled) return { X: 0, Y: 0, Clear: false, Over: "nothing of the kind" };
		const spot = () => {
			const r = e.getClientRects()[0], x = r.x + r.width / 2, y = r.y + r.height / 2, hit = document.elementFromPoint(x, y);
			return { X: x, Y: y, Clear: Boolean(hit) && (e.contains(hit) || hit.closest("label")?.control === e), Over: hit?.outerHTML.slice(0, 200) ?? "outside the window" };
		};
		if (!spot().Clear) e.scrollIntoView({ block: "nearest" });
		if (!spot().Clear) e.scrollIntoView({ block: "center" });
		return spot();
	})()`, quote(css), quote(words))
	w.ready()
	var at spot
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		var err error
		if at, err = eval[spot](w, find); err == nil && at.Clear {
			w.do(chromedp.MouseClickXY(at.X, at.Y))
			return
		}
	}
	w.t.Fatalf("cannot press %s 「%s」: under the mouse is %s\n%s", css, words, at.Over, w.where())
}

// fill writes into a field, instead of what is there.
func (w *window) fill(css, words string) {
	w.t.Helper()
	w.click(css, "")
	w.until(fmt.Sprintf(`document.activeElement?.matches(%s)`, quote(css)))
	w.script(`document.activeElement.select?.()`)
	w.write(words)
}

// ready waits until the page listens to keys and buttons and has put what it
// fetched in its place; nobody is faster than that.
func (w *window) ready() {
	w.t.Helper()
	w.until(`document.readyState === "complete" && !document.querySelector(".htmx-swapping, .htmx-settling")`)
}

// press presses keys that have no sign, such as kb.Escape.
func (w *window) press(keys string, options ...chromedp.KeyOption) {
	w.t.Helper()
	w.ready()
	w.do(chromedp.KeyEvent(keys, options...))
}

// enter presses Enter as a keyboard does, sign and key in one.
func (w *window) enter() {
	w.t.Helper()
	w.ready()
	w.stroke(input.DispatchKeyEventParams{Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: 13})
}

// space presses the space bar.
func (w *window) space() {
	w.t.Helper()
	w.ready()
	w.stroke(input.DispatchKeyEventParams{Key: " ", Code: "Space", Text: " ", WindowsVirtualKeyCode: 32})
}

// write presses the keys of a text. Each sign belongs to its key press, as on a
// keyboard, so a page that takes the key also keeps the sign away.
func (w *window) write(text string) {
	w.t.Helper()
	w.ready()
	for _, r := range text {
		w.stroke(input.DispatchKeyEventParams{Key: string(r), Text: string(r)})
	}
}

func (w *window) stroke(key input.DispatchKeyEventParams) {
	w.t.Helper()
	key.Type = input.DispatchKeyEventTypeKeyDown
	call(w, input.DispatchKeyEvent, key)
	key.Type, key.Text = input.DispatchKeyEventTypeKeyUp, ""
	call(w, input.DispatchKeyEvent, key)
}

// quote writes a value of Go as one of JavaScript.
func quote(s any) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // strings always have a form in JSON
	}
	return string(b)
}
