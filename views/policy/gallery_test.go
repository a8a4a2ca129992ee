package policyview_test

import (
	"testing"

	"liuhen/internal/htmlcheck"
	policyview "liuhen/views/policy"
)

func TestGallery(t *testing.T) {
	t.Parallel()
	htmlcheck.Specimens(t, policyview.Gallery())
}
