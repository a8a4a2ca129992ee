package accessview

import (
	"testing"
	"time"

	"liuhen/internal/access"
)

func TestWaitingIsSaidInWords(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0:                 "已等不到 1 分钟",
		59 * time.Second:  "已等不到 1 分钟",
		18 * time.Minute:  "已等 18 分",
		126 * time.Minute: "已等 2 时 06 分",
	} {
		if got := Waiting("已等", d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestWhatWasNeverOpenedIsNotSaidToBe(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]access.Status{
		"授权期间您没有打开过这一节":      {},
		"您打开过这一节，已记入留痕":      {Looked: true},
		"您看了 3 分 00 秒，已记入留痕": {Looked: true, Watched: 3 * time.Minute},
	} {
		if got := watched(s); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
