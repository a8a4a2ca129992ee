package bench

import (
	"context"
	"fmt"
)

// side is one of two things that are compared: it runs once and returns its
// figure.
type side func(ctx context.Context) (float64, error)

// alternate runs ours and peer in turn, rounds times, and returns the medians.
func alternate(ctx context.Context, rounds int, ours, peer side) (ourMedian, peerMedian float64, err error) {
	medians, err := inTurn(ctx, rounds, ours, peer)
	if err != nil {
		return 0, 0, err
	}
	return medians[0], medians[1], nil
}

// inTurn runs the sides in turn, rounds times, and returns the median of each.
// Which goes first changes from round to round, so that none always finds the
// machine warmer. All run once before anything counts.
func inTurn(ctx context.Context, rounds int, sides ...side) ([]float64, error) {
	figures := make([][]float64, len(sides))
	for round := range rounds + 1 {
		for i := range sides {
			which := (i + round) % len(sides)
			v, err := sides[which](ctx)
			if err != nil {
				return nil, fmt.Errorf("round %d: %w", round, err)
			}
			if round > 0 {
				figures[which] = append(figures[which], v)
			}
		}
	}
	medians := make([]float64, len(sides))
	for i, list := range figures {
		medians[i] = median(list)
	}
	return medians, nil
}
