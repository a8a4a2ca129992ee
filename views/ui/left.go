package ui

import (
	"fmt"
	"time"

	"liuhen/internal/figure"
)

// soon is how long before its end a grant is shown as running out.
const soon = 30 * time.Minute

// leftKind is the state of something that ends after d.
func leftKind(d time.Duration) Kind {
	if d <= soon {
		return Warn
	}
	return Key
}

// Clock writes a time left as 1:48:12, or 24:08 below an hour. Parts of a
// second count as a whole one, as on a clock that runs down.
func Clock(d time.Duration) string {
	if d <= 0 {
		return "已到期"
	}
	s := int64((d + time.Second - 1) / time.Second)
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// Number writes a whole number with thousands separated: 302,418.
func Number(n int64) string { return figure.Number(n) }
