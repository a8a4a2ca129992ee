package bench

import (
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values []float64
		want   float64
	}{
		{nil, 0},
		{[]float64{3}, 3},
		{[]float64{9, 1, 5}, 5},
		{[]float64{4, 1, 3, 2}, 2.5},
	} {
		if got := median(c.values); got != c.want {
			t.Errorf("median(%v) = %v, want %v", c.values, got, c.want)
		}
	}
}

func TestPercentile(t *testing.T) {
	t.Parallel()
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(100 - i)
	}
	for _, c := range []struct {
		values []time.Duration
		p      float64
		want   time.Duration
	}{
		{nil, 99, 0},
		{[]time.Duration{7}, 99, 7},
		{hundred, 0, 1},
		{hundred, 50, 50},
		{hundred, 99, 99},
		{hundred, 100, 100},
		{[]time.Duration{3, 1, 2}, 99, 3},
	} {
		if got := percentile(c.values, c.p); got != c.want {
			t.Errorf("percentile of %d values, %v = %v, want %v", len(c.values), c.p, got, c.want)
		}
	}
}

func TestTheLayerIsTakenOffThePage(t *testing.T) {
	t.Parallel()
	// A page of 10 ms of which the layer takes 2 ms answers 125 times without it.
	if got := lessLayer(100, 1/0.003, 1/0.001); got < 124.9 || got > 125.1 {
		t.Errorf("lessLayer = %v", got)
	}
	if got := lessLayer(100, 1000, 900); got != 100 {
		t.Errorf("a layer that costs nothing: %v", got)
	}
}
