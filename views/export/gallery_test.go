package exportview_test

import (
	"testing"

	"liuhen/internal/htmlcheck"
	exportview "liuhen/views/export"
)

func TestGallery(t *testing.T) {
	t.Parallel()
	htmlcheck.Specimens(t, exportview.Gallery())
}
