package staff

import (
	"testing"
	"time"
)

func TestPause(t *testing.T) {
	t.Parallel()
	m := time.Minute
	tests := []struct {
		name string
		ago  []time.Duration
		want time.Duration
	}{
		{"no failures", nil, 0},
		{"one too few", []time.Duration{0, m, 2 * m, 3 * m}, 0},
		{"five at once", []time.Duration{0, 0, 0, 0, 0}, 15 * m},
		{"five within the window", []time.Duration{3 * m, 4 * m, 5 * m, 6 * m, 7 * m}, 12 * m},
		{"exactly the window", []time.Duration{0, m, 2 * m, 3 * m, 15 * m}, 15 * m},
		{"wider than the window", []time.Duration{0, m, 2 * m, 3 * m, 15*m + 1}, 0},
		{"the pause is over", []time.Duration{15 * m, 15 * m, 16 * m, 17 * m, 18 * m}, 0},
		{"nearly over", []time.Duration{15*m - 1, 15 * m, 16 * m, 17 * m, 18 * m}, 1},
		{"the first failure after a pause", []time.Duration{0, 16 * m, 17 * m, 18 * m, 19 * m}, 0},
	}
	for _, tt := range tests {
		if got := pause(tt.ago, 5); got != tt.want {
			t.Errorf("%s: pause = %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestWaitWordsPromiseNoLess(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		1:                            "1 秒",
		59*time.Second + 1:           "60 秒",
		time.Minute:                  "1 分钟",
		11*time.Minute + time.Second: "12 分钟",
		15 * time.Minute:             "15 分钟",
	} {
		if got := waitWords(d); got != want {
			t.Errorf("waitWords(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestAddressesAreCleanOrUnknown(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"192.0.2.7":        "192.0.2.7",
		"::ffff:192.0.2.7": "192.0.2.7",
		"fe80::1%eth0":     "fe80::1",
		"2001:db8::1":      "2001:db8::1",
		"":                 "",
		"@":                "",
		"192.0.2.7:80":     "",
		"'; DROP TABLE--":  "",
	} {
		if got := cleanAddress(s); got != want {
			t.Errorf("cleanAddress(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestTypedNamesAreRead(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		" Manager1 ": "manager1",
		"３００１":       "3001",
		"a\x00b":     "a?b",
		"\xff":       "?",
		"   ":        "",
	} {
		if got := typedName(s); got != want {
			t.Errorf("typedName(%q) = %q, want %q", s, got, want)
		}
	}
}
