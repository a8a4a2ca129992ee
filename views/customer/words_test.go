package customerview

import (
	"testing"
	"time"

	"liuhen/internal/customer"
)

func TestOriginsOfOneMomentStandTogether(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	early, late := now.Add(-8*time.Hour), now.Add(-time.Hour)
	for want, blocks := range map[string][]customer.Block{
		"":                    nil,
		"核心 · 今天 02:00 同步":    {{Source: "核心", SyncedAt: early}},
		"核心、基金 · 今天 02:00 同步": {{Source: "核心", SyncedAt: early}, {Source: "基金", SyncedAt: early.Add(time.Second)}},
		"基金 · 今天 09:00 同步，核心 · 今天 02:00 同步": {{Source: "基金", SyncedAt: late}, {Source: "核心", SyncedAt: early}},
	} {
		if got := origin(blocks, now); got != want {
			t.Errorf("origin = %q, want %q", got, want)
		}
	}
}

func TestAnAuthorIsStaffOrSource(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]customer.Consultation{
		"甲一 · 核心系统": {Staff: "甲一", Source: "核心系统"},
		"甲一":        {Staff: "甲一"},
		"核心系统":      {Source: "核心系统"},
		"—":         {},
	} {
		if got := author(c); got != want {
			t.Errorf("author = %q, want %q", got, want)
		}
	}
}
