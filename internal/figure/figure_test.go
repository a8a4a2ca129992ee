package figure_test

import (
	"testing"

	"liuhen/internal/figure"
)

func TestNumber(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 302418: "302,418", -1234567: "−1,234,567", -12: "−12"} {
		if got := figure.Number(n); got != want {
			t.Errorf("Number(%d) = %q, want %q", n, got, want)
		}
	}
}
