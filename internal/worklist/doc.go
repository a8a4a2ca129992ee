// Package worklist holds the read models that go across domains: the inbox of
// approvals and what an approver needs beside a request. It only reads; what
// changes anything is in the domain it belongs to. No value of a closed group is
// ever part of what it returns.
package worklist

import "liuhen/internal/pg"

// Lists reads the work that waits for somebody.
type Lists struct{ db *pg.DB }

// NewLists returns the lists over the database.
func NewLists(db *pg.DB) *Lists { return &Lists{db: db} }
