package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// window is one person's browser window, with cookies of its own.
type window struct {
	t    *testing.T
	ctx  context.Context
	home string

	mu         sync.Mutex
	complaints []string
	tolerated  []string
}

// size is how large a window is, in CSS pixels.
type size struct{ width, height int64 }

var (
	desktop = size{1440, 900}
	phone   = size{390, 844}
)

// window opens a window; when the test ends it must not have complained.
func (s *stage) window(t *testing.T) *window {
	t.Helper()
	ctx, closeWindow := chromedp.NewContext(s.browser, chromedp.WithNewBrowserContext())
	w := &window{t: t, ctx: ctx, home: s.url}
	t.Cleanup(func() {
		w.quiet()
		closeWindow()
	})
	if err := chromedp.Listen(ctx, w.hear); err != nil {
		t.Fatal(err)
	}
	call(w, log.Enable, cdp.Empty{})
	call(w, runtime.Enable, cdp.Empty{})
	call(w, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	w.resize(desktop)
	w.scheme("light")
	return w
}

// call sends a command of the protocol that the window must accept.
func call[P, R any](w *window, command cdp.Command[P, R], params P) R {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 30*time.Second)
	defer cancel()
	result, err := chromedp.Call(ctx, command, params)
	if err != nil {
		w.t.Fatal(err)
	}
	return result
}

func (w *window) resize(to size) {
	w.t.Helper()
	call(w, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: to.width, Height: to.height, DeviceScaleFactor: 1, Mobile: to == phone,
	})
}

// scheme sets the colours the person prefers, light or dark. Motion is off, so
// that no colour is half-way when it is measured.
func (w *window) scheme(name string) {
	w.t.Helper()
	call(w, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: name},
		{Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// hear collects what the browser complains of: errors in the console,
// exceptions, violations of the policy, answers that are errors.
func (w *window) hear(event any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Source == log.EntrySourceSecurity {
			w.complaints = append(w.complaints, e.Entry.Text+" "+e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		w.complaints = append(w.complaints, text)
	case *runtime.EventConsoleAPICalled:
		if leftEarly(e) {
			return
		}
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			var text []string
			for _, a := range e.Args {
				text = append(text, fmt.Sprint(string(a.Value), a.Description))
			}
			w.complaints = append(w.complaints, "console."+string(e.Type)+" "+strings.Join(text, " "))
		}
	}
}

// leftEarly tells what htmx says when the person leaves a page while a part of
// it is being fetched: nothing is wrong then.
func leftEarly(e *runtime.EventConsoleAPICalled) bool {
	if len(e.Args) == 0 {
		return false
	}
	said := string(e.Args[0].Value)
	return strings.HasPrefix(said, `"htmx:afterRequest`) || strings.HasPrefix(said, `"htmx:sendAbort`)
}

// provoked waits for a complaint that holds the text and forgives it, and those
// like it.
func (w *window) provoked(text string) {
	w.t.Helper()
	for range 100 {
		w.mu.Lock()
		before := len(w.complaints)
		w.complaints = slices.DeleteFunc(w.complaints, func(c string) bool { return strings.Contains(c, text) })
		found := len(w.complaints) < before
		w.mu.Unlock()
		if found {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	w.t.Errorf("the browser never said %q", text)
}

// tolerate forgives complaints that hold the text and may or may not come.
func (w *window) tolerate(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tolerated = append(w.tolerated, text)
}

// quiet fails when the browser complained.
func (w *window) quiet() {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.complaints {
		if !slices.ContainsFunc(w.tolerated, func(text string) bool { return strings.Contains(c, text) }) {
			w.t.Errorf("the browser says: %s", c)
		}
	}
	w.complaints = nil
}
