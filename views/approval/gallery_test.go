package approvalview_test

import (
	"testing"

	"liuhen/internal/htmlcheck"
	approvalview "liuhen/views/approval"
)

func TestGallery(t *testing.T) {
	t.Parallel()
	htmlcheck.Specimens(t, approvalview.Gallery())
}
