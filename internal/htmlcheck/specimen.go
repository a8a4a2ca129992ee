package htmlcheck

import (
	"testing"

	"liuhen/views/ui"
)

// Specimens renders each specimen of a views package, checks its structure and
// compares it with its golden file.
func Specimens(t *testing.T, list []ui.Specimen) {
	t.Helper()
	for _, s := range list {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			html := Render(t, s.Component)
			if s.Page {
				Page(t, html)
			} else {
				Fragment(t, html)
			}
			Golden(t, s.Name, html)
		})
	}
}
