package bench

import (
	"fmt"
	"time"
)

// Size is how much data a measurement stands on and how long it takes.
type Size struct {
	Name      string
	Customers int // synthetic customers on top of the real ones
	Portfolio int // customers of one manager
	Granted   int // customers of which one person holds groups open: all four, of the first ten one
	Import    int // rows of the import
	Rounds    int
	Round     time.Duration // of one side of one round
	Looks     int           // requests of a round that compares two latencies
	Enforced  bool          // a missed target is an error
}

// Sizes lists the sizes by name: small for every day, full for the figures that
// are published, tiny for the test that only looks whether all lines are there.
func Sizes() []Size {
	return []Size{
		{"small", 50_000, 2_000, 25_008, 200_000, 3, 3 * time.Second, 400, true},
		{"full", 1_000_000, 2_000, 25_008, 1_000_000, 5, 8 * time.Second, 1_000, true},
		{"tiny", 2_000, 1_000, 500, 2_000, 1, 300 * time.Millisecond, 40, false},
	}
}

// ForTags returns the size for measuring tags: its target is set for a hundred
// thousand customers.
func (s Size) ForTags() Size {
	if s.Name == "small" {
		s.Customers = 100_000
	}
	s.Granted = 500
	return s
}

// grants is how many live grants that person holds.
func (s Size) grants() int { return s.Granted*4 - 10*3 }

// SizeNamed returns the size with the name.
func SizeNamed(name string) (Size, error) {
	for _, s := range Sizes() {
		if s.Name == name {
			return s, nil
		}
	}
	return Size{}, fmt.Errorf("没有 %q 这个规模：--size 应为 small 或 full", name)
}
