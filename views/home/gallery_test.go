package homeview_test

import (
	"testing"

	"liuhen/internal/htmlcheck"
	homeview "liuhen/views/home"
)

func TestGallery(t *testing.T) {
	t.Parallel()
	htmlcheck.Specimens(t, homeview.Gallery())
}
