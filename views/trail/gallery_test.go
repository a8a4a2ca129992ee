package trailview_test

import (
	"testing"

	"liuhen/internal/htmlcheck"
	trailview "liuhen/views/trail"
)

func TestGallery(t *testing.T) {
	t.Parallel()
	htmlcheck.Specimens(t, trailview.Gallery())
}
