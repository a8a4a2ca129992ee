package staff

import (
	"context"
	"fmt"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/seal"
)

// hashesAtOnce bounds the password hashes computed at one time, and with them
// the memory that a flood of sign-ins can take (each about 19 MiB).
const hashesAtOnce = 4

// Directory is the people of the institution: it signs them in and keeps who
// they are. It is safe for use by several goroutines.
type Directory struct {
	db      *pg.DB
	master  seal.MasterKey
	members *recent[int64, Member]
	hashing chan struct{}
}

// NewDirectory returns the directory kept in db, in which the secrets of one-time
// codes are sealed under master.
func NewDirectory(db *pg.DB, master seal.MasterKey) *Directory {
	return &Directory{db: db, master: master, members: newRecent[int64, Member](), hashing: make(chan struct{}, hashesAtOnce)}
}

// memberColumns are the columns of a Member, from staff AS s and branch AS b.
const memberColumns = `
			s.id,
			s.no,
			s.username,
			s.name,
			s.role,
			s.branch_id,
			b.name AS branch_name,
			COALESCE(s.superior_id, 0) AS superior_id,
			s.joined_on,
			s.disabled_at,
			s.must_change_password,
			code_confirmed_at(s.id) AS code_since,
			(
				SELECT p.code_required
				FROM signin_policy AS p
				WHERE p.role = s.role
			) AS code_required`

// Current returns the person with the id, disabled or not, in a copy of the
// caller's own. It remembers people for five seconds, so a page costs no query
// for who looks at it; Evict ends that at once. It returns a NotFound fault if
// there is no such person.
func (d *Directory) Current(ctx context.Context, id int64) (*Member, error) {
	m, ok, turn := d.members.get(id)
	if ok {
		return &m, nil
	}
	err := d.db.Read(ctx, pg.Nobody, func(tx *pg.Tx) error {
		found, err := member(ctx, tx, id)
		if err == nil {
			m = *found
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("current person %d: %w", id, err)
	}
	d.members.put(id, m, turn)
	return &m, nil
}

// Evict forgets what is remembered of the person. It is called for each
// notification of the topic staff.
func (d *Directory) Evict(id int64) { d.members.evictKey(id) }

// EvictAll forgets what is remembered of everybody, for when notifications may
// have been lost.
func (d *Directory) EvictAll() { d.members.evictAll() }

// member reads one person.
func member(ctx context.Context, tx *pg.Tx, id int64) (*Member, error) {
	const q = `
		SELECT` + memberColumns + `
		FROM staff AS s
		JOIN branch AS b ON b.id = s.branch_id
		WHERE s.id = $1`
	var m Member
	if err := tx.Get(ctx, &m, q, id); err != nil {
		return nil, pg.OrNotFound(err, "没有这个人。")
	}
	return &m, nil
}

// hash computes a password hash when it is this call's turn.
func (d *Directory) hash(ctx context.Context, pw string) (hash string, err error) {
	err = d.inTurn(ctx, func() error {
		hash, err = HashPassword(pw)
		return err
	})
	return hash, err
}

// verify compares a password with a hash when it is this call's turn.
func (d *Directory) verify(ctx context.Context, hash, pw string) (ok bool, err error) {
	err = d.inTurn(ctx, func() error {
		ok, err = VerifyPassword(hash, pw)
		return err
	})
	return ok, err
}

// inTurn runs work while fewer than hashesAtOnce others do.
func (d *Directory) inTurn(ctx context.Context, work func() error) error {
	select {
	case d.hashing <- struct{}{}:
		defer func() { <-d.hashing }()
		return work()
	case <-ctx.Done():
		return fault.Wrap(fault.Unavailable, "系统正忙，请稍后再试。", ctx.Err())
	}
}
