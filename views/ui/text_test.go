package ui_test

import (
	"strings"
	"testing"
	"time"

	"liuhen/internal/htmlcheck"
	"liuhen/views/ui"
)

func TestClock(t *testing.T) {
	t.Parallel()
	tests := map[time.Duration]string{
		-time.Second:                    "已到期",
		0:                               "已到期",
		time.Millisecond:                "0:01",
		9 * time.Second:                 "0:09",
		24*time.Minute + 8*time.Second:  "24:08",
		59*time.Minute + 59*time.Second: "59:59",
		time.Hour:                       "1:00:00",
		6492 * time.Second:              "1:48:12",
		10*time.Hour + time.Second:      "10:00:01",
	}
	for d, want := range tests {
		if got := ui.Clock(d); got != want {
			t.Errorf("Clock(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	tests := map[int64]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 302418: "302,418", -1234567: "−1,234,567"}
	for n, want := range tests {
		if got := ui.Number(n); got != want {
			t.Errorf("Number(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestLeftWarnsInTheLastHalfHour(t *testing.T) {
	t.Parallel()
	now := ui.SpecimenTime()
	for d, want := range map[time.Duration]string{31 * time.Minute: `"left key"`, 30 * time.Minute: `"left warn"`} {
		if html := htmlcheck.Render(t, ui.Left(now.Add(d), now)); !strings.Contains(html, want) {
			t.Errorf("%v left: want %s in %s", d, want, html)
		}
	}
}

func TestProgressSaysSpeedAndTimeLeft(t *testing.T) {
	t.Parallel()
	tests := []struct {
		work ui.Work
		want []string
	}{
		{ui.Work{Done: 50, Total: 200, Unit: "行", PerSecond: 10}, []string{"25%", "50 / 200 行", "10 行/秒 · 剩约 16 秒"}},
		{ui.Work{Done: 1, Total: 72001, Unit: "行", PerSecond: 10}, []string{"0%", "剩约 2 小时 0 分"}},
		{ui.Work{Done: 0, Total: 6000, Unit: "行", PerSecond: 10}, []string{"剩约 10 分钟"}},
		{ui.Work{Done: 300, Total: 200, Unit: "行", PerSecond: 10}, []string{"100%", "10 行/秒<"}},
		{ui.Work{Done: 1200, Unit: "行"}, []string{"0%", "1,200 行"}},
	}
	for _, tt := range tests {
		html := htmlcheck.Render(t, ui.Progress(tt.work))
		for _, want := range tt.want {
			if !strings.Contains(html, want) {
				t.Errorf("%+v: want %q in %s", tt.work, want, html)
			}
		}
	}
}

func TestTextIsEscaped(t *testing.T) {
	t.Parallel()
	evil := `"><script>alert(1)</script>`
	html := htmlcheck.Render(t, ui.Field(ui.Input{ID: "a", Name: "a", Label: evil, Value: evil, Hint: evil, Placeholder: evil}))
	if strings.Contains(html, "<script") {
		t.Error(html)
	}
	html = htmlcheck.Render(t, ui.FoundList([]ui.Found{{URL: "javascript:alert(1)", Label: evil}}, ""))
	if strings.Contains(html, "<script") || strings.Contains(html, "javascript:") {
		t.Error(html)
	}
}
