package consentview_test

import (
	"testing"

	"liuhen/internal/htmlcheck"
	consentview "liuhen/views/consent"
)

func TestGallery(t *testing.T) {
	t.Parallel()
	htmlcheck.Specimens(t, consentview.Gallery())
}
