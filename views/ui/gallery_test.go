package ui_test

import (
	"testing"

	"liuhen/internal/htmlcheck"
	"liuhen/views/ui"
)

func TestGallery(t *testing.T) {
	t.Parallel()
	htmlcheck.Specimens(t, ui.Gallery())
}
