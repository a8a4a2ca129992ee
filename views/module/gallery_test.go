package moduleview_test

import (
	"testing"

	"liuhen/internal/htmlcheck"
	moduleview "liuhen/views/module"
)

func TestGallery(t *testing.T) {
	t.Parallel()
	htmlcheck.Specimens(t, moduleview.Gallery())
}
