package account_test

import (
	"testing"

	"liuhen/internal/htmlcheck"
	"liuhen/views/account"
)

func TestGallery(t *testing.T) {
	t.Parallel()
	htmlcheck.Specimens(t, account.Gallery())
}
