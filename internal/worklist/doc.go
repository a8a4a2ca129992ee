// Package worklist holds the read models that go across domains: the inbox of
// approvals and what an approver needs beside a request. It only reads; what
// changes anything is in the domain it belongs to. No value of a closed group is
// ever part of what it returns.
package worklist

import (
	"liuhen/internal/access"
	"liuhen/internal/pg"
)

// Lists reads the work that waits for somebody.
type Lists struct {
	db       *pg.DB
	policies *access.Policies
}

// NewLists returns the lists over the database; what stands out is told by the
// policy in force.
func NewLists(db *pg.DB, policies *access.Policies) *Lists { return &Lists{db: db, policies: policies} }
