package access

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"liuhen/internal/pg"
)

// Relation is how a person stands to a customer, as the policy asks it. The
// empty Relation is any.
type Relation string

// The relations. The first that holds is a person's (access_relation in SQL).
const (
	Managing Relation = "managing" // looks after the customer
	SameHome Relation = "branch"   // the customer is of the own branch or below
	Former   Relation = "former"   // looked after the customer before
	Stranger Relation = "other"    // none of these
)

// Relations lists every relation, nearest first.
func Relations() []Relation { return []Relation{Managing, SameHome, Former, Stranger} }

// Label returns the relation's name on screen.
func (r Relation) Label() string {
	switch r {
	case Managing:
		return "主办"
	case SameHome:
		return "同机构"
	case Former:
		return "曾服务"
	case Stranger:
		return "其他"
	default:
		return "不限"
	}
}

// relationsOf tells how a person stands to each of the customers.
func relationsOf(ctx context.Context, tx *pg.Tx, staffID int64, customers []int64) ([]Relation, error) {
	const q = `
		SELECT COALESCE(access_relation($1, c.id), '')
		FROM unnest($2::bigint[]) WITH ORDINALITY AS c (id, place)
		ORDER BY c.place`
	var list []Relation
	if err := tx.Select(ctx, &list, q, staffID, pq.Array(customers)); err != nil {
		return nil, fmt.Errorf("relations to customers: %w", err)
	}
	return list, nil
}
