package pg

import (
	"errors"

	"github.com/lib/pq"

	"liuhen/internal/fault"
)

// Constraints maps names of constraints to the fault that a violation means.
// Each domain owns one, beside its SQL.
type Constraints map[string]*fault.Error

// Fault returns the fault for the constraint that err violates, with err as its
// cause, or err itself if it violates none that is listed.
func (c Constraints) Fault(err error) error {
	var pe *pq.Error
	if !errors.As(err, &pe) || pe.Constraint == "" {
		return err
	}
	known, ok := c[pe.Constraint]
	if !ok {
		return err
	}
	f := *known
	f.Cause = err
	return &f
}
