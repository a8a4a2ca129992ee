package accountview_test

import (
	"testing"

	"liuhen/internal/htmlcheck"
	accountview "liuhen/views/account"
)

func TestGallery(t *testing.T) {
	t.Parallel()
	htmlcheck.Specimens(t, accountview.Gallery())
}
