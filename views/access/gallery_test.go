package accessview_test

import (
	"testing"

	"liuhen/internal/htmlcheck"
	accessview "liuhen/views/access"
)

func TestGallery(t *testing.T) {
	t.Parallel()
	htmlcheck.Specimens(t, accessview.Gallery())
}
