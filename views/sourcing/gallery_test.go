package sourcingview_test

import (
	"testing"

	"liuhen/internal/htmlcheck"
	sourcingview "liuhen/views/sourcing"
)

func TestGallery(t *testing.T) {
	t.Parallel()
	htmlcheck.Specimens(t, sourcingview.Gallery())
}
