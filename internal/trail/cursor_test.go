package trail

import (
	"testing"
	"time"
)

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
