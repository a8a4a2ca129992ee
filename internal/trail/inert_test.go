package trail

import (
	"testing"
	"time"
)

func TestCellsAreInert(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"":                   "",
		"查看档案":               "查看档案",
		"10000001":           "10000001",
		"2026-11-23":         "2026-11-23",
		"=1+1":               "'=1+1",
		"+86":                "'+86",
		"-1":                 "'-1",
		"@SUM(A1)":           "'@SUM(A1)",
		"\t=1":               "'\t=1",
		"\r=1":               "'\r=1",
		"\n=1":               "'\n=1",
		"  =1":               "'  =1",
		"　＝1":                "'　＝1",
		"＋1":                 "'＋1",
		"%0A=1":              "'%0A=1",
		"a=1":                "a=1",
		"'=already harmless": "'=already harmless",
	} {
		if got := inert(cell); got != want {
			t.Errorf("inert(%q) = %q, want %q", cell, got, want)
		}
	}
}

func TestCursorsSurviveTheAddress(t *testing.T) {
	t.Parallel()
	c := cursor{at: time.Date(2026, 11, 23, 2, 42, 0, 123456000, time.UTC), id: 987654321}
	got, err := readCursor(c.String())
	if err != nil || !got.at.Equal(c.at) || got.id != c.id {
		t.Errorf("read %+v, %v", got, err)
	}
}

func TestQueriesAreSettled(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("CST", 8*3600)
	now := time.Date(2026, 11, 22, 17, 0, 0, 0, time.UTC) // the 23rd in Shanghai
	on := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, zone) }
	tests := []struct{ q, want Query }{
		{Query{}, Query{From: on(17), To: on(23)}},
		{Query{From: on(1)}, Query{From: on(1), To: on(23)}},
		{Query{To: on(10)}, Query{From: on(4), To: on(10)}},
		{Query{From: on(28)}, Query{From: on(28), To: on(28)}},
	}
	for _, tt := range tests {
		got, err := tt.q.settled(zone, now)
		if err != nil || !got.From.Equal(tt.want.From) || !got.To.Equal(tt.want.To) {
			t.Errorf("%+v settled to %+v, %v", tt.q, got, err)
		}
	}
}
