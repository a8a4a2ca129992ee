// Package staffing is what takes two people, or a whole office, to change about
// people: roles and accounts that may approve or administer (an administrator
// proposes, compliance agrees), how roles sign in, leaving and moving with a handover of customers,
// and people brought in from a file. Who somebody is, and how they sign in, is in
// package staff.
package staffing

import (
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// Office is where people are changed.
type Office struct {
	db     *pg.DB
	people *staff.Directory
}

// NewOffice returns the office over the database and its directory of people.
func NewOffice(db *pg.DB, people *staff.Directory) *Office { return &Office{db: db, people: people} }
