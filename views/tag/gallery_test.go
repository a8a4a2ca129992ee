package tagview_test

import (
	"testing"

	"liuhen/internal/htmlcheck"
	tagview "liuhen/views/tag"
)

func TestGallery(t *testing.T) {
	t.Parallel()
	htmlcheck.Specimens(t, tagview.Gallery())
}
