package bench

import (
	"context"
	"fmt"
)

// side is one of two things that are compared: it runs once and returns its
// figure.
type side func(ctx context.Context) (float64, error)

// alternate runs ours and peer in turn, rounds times, and returns the medians.
// Which goes first changes from round to round, so that neither always finds
// the machine warmer. Both run once before anything counts.
func alternate(ctx context.Context, rounds int, ours, peer side) (ourMedian, peerMedian float64, err error) {
	var figures [2][]float64
	sides := [2]side{ours, peer}
	for round := range rounds + 1 {
		for i := range sides {
			which := (i + round) % 2
			v, err := sides[which](ctx)
			if err != nil {
				return 0, 0, fmt.Errorf("round %d: %w", round, err)
			}
			if round > 0 {
				figures[which] = append(figures[which], v)
			}
		}
	}
	return median(figures[0]), median(figures[1]), nil
}
