package staffview_test

import (
	"testing"

	"liuhen/internal/htmlcheck"
	staffview "liuhen/views/staff"
)

func TestGallery(t *testing.T) {
	t.Parallel()
	htmlcheck.Specimens(t, staffview.Gallery())
}
