package e2e

import (
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/page"
)

// shot keeps a picture of the window in the folder E2E_SHOTS, if that is set.
func (w *window) shot(name string) {
	w.t.Helper()
	dir := os.Getenv("E2E_SHOTS")
	if dir == "" {
		return
	}
	picture := call(w, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng})
	if err := os.MkdirAll(dir, 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), picture.Data, 0o644); err != nil {
		w.t.Fatal(err)
	}
}
