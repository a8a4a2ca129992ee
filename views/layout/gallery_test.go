package layout_test

import (
	"testing"

	"liuhen/internal/htmlcheck"
	"liuhen/views/layout"
)

func TestGallery(t *testing.T) {
	t.Parallel()
	htmlcheck.Specimens(t, layout.Gallery())
}
