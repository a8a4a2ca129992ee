package staff

import (
	"context"
	"fmt"
	"time"

	"liuhen/internal/pg"
)

// The ends of a session, whichever comes first.
const (
	// SessionLimit is how long after sign-in a session ends in any case.
	SessionLimit = 12 * time.Hour
	// SessionIdle is how long after the last request it ends. That request is
	// written down once a minute, so a session may end up to a minute earlier.
	SessionIdle = 30 * time.Minute
)

// SessionStaff is the key under which a session's data hold the id of who is
// signed in, an int64.
const SessionStaff = "staff"

// Sessions keeps the sessions of the web in PostgreSQL. It has the methods of
// scs.CtxStore; tokens reach it hashed. A session is read at most once in five
// seconds and written once a minute, and ends at once for everybody when it is
// deleted or its person is disabled.
type Sessions struct {
	db     *pg.DB
	recent *recent[string, session]
}

// session is what is remembered of one.
type session struct {
	StaffID int64  `db:"staff_id"`
	Data    []byte `db:"data"`
	Stale   bool   `db:"stale"` // the last request was written down over a minute ago
}

// NewSessions returns the sessions kept in db.
func NewSessions(db *pg.DB) *Sessions {
	return &Sessions{db: db, recent: newRecent[string, session]()}
}

// FindCtx returns the data of a session that has not ended.
func (s *Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	have, ok, turn := s.recent.get(token)
	if ok {
		return have.Data, true, nil
	}
	have, found, err = s.read(ctx, token)
	if err != nil || !found {
		return nil, false, err
	}
	s.recent.put(token, have, turn)
	return have.Data, true, nil
}

func (s *Sessions) read(ctx context.Context, token string) (session, bool, error) {
	const find = `
		SELECT
			COALESCE(x.staff_id, 0) AS staff_id,
			x.data,
			x.seen_at < now() - interval '1 minute' AS stale
		FROM session AS x
		LEFT JOIN staff AS s ON s.id = x.staff_id
		WHERE x.token = $1
			AND x.expires_at > now()
			AND x.seen_at > now() - make_interval(secs => $2)
			AND s.disabled_at IS NULL`
	var have session
	err := s.db.Read(ctx, pg.Nobody, func(tx *pg.Tx) error {
		return tx.Get(ctx, &have, find, storable(token), SessionIdle.Seconds())
	})
	if pg.IsNoRows(err) {
		return session{}, false, nil
	}
	if err != nil {
		return session{}, false, fmt.Errorf("find session: %w", err)
	}
	if _, err := identityOf(have.Data); err != nil {
		return session{}, false, nil // of an older release: sign in again
	}
	if !have.Stale {
		return have, true, nil
	}
	const seen = `
		UPDATE session
		SET seen_at = now()
		WHERE token = $1`
	err = s.db.InTx(ctx, pg.Nobody, func(tx *pg.Tx) error {
		_, err := tx.Exec(ctx, seen, storable(token))
		return err
	})
	if err != nil {
		return session{}, false, fmt.Errorf("keep session alive: %w", err)
	}
	return have, true, nil
}

// CommitCtx keeps the data of a session. One that has been deleted meanwhile, or
// whose person is disabled, stays ended, whatever a request still under way
// commits; no commit moves the end of a session further away.
func (s *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	const q = `
		INSERT INTO session AS x (
			token,
			staff_id,
			data,
			expires_at,
			handle,
			address,
			agent
		)
		SELECT
			$1,
			NULLIF($2::bigint, 0),
			$3::bytea,
			LEAST($4::timestamptz, now() + make_interval(secs => $5)),
			NULLIF($6::bigint, 0),
			NULLIF($7, '')::inet,
			$8
		WHERE $2::bigint = 0
			OR EXISTS (
				SELECT
				FROM staff AS s
				WHERE s.id = $2::bigint
					AND s.disabled_at IS NULL
			)
		ON CONFLICT (token) DO UPDATE
		SET staff_id = EXCLUDED.staff_id,
			data = EXCLUDED.data,
			handle = EXCLUDED.handle,
			address = EXCLUDED.address,
			agent = EXCLUDED.agent,
			expires_at = LEAST(x.expires_at, EXCLUDED.expires_at),
			seen_at = now()
		WHERE x.expires_at > now()`
	is, err := identityOf(data)
	if err != nil {
		return fmt.Errorf("keep session: %w", err)
	}
	err = s.change(ctx, token, func(tx *pg.Tx) error {
		_, err := tx.Exec(ctx, q, storable(token), is.staffID, data, expiry, SessionLimit.Seconds(), is.handle, is.address, is.agent)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep session: %w", err)
	}
	return nil
}

// DeleteCtx ends a session; ending one that is not there does nothing. The row
// stays for a while, empty, so that no commit brings the session back.
func (s *Sessions) DeleteCtx(ctx context.Context, token string) error {
	const q = `
		UPDATE session
		SET expires_at = now(),
			data = ''
		WHERE token = $1
			AND expires_at > now()`
	err := s.change(ctx, token, func(tx *pg.Tx) error {
		_, err := tx.Exec(ctx, q, storable(token))
		return err
	})
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// change changes one session and makes every process forget it.
func (s *Sessions) change(ctx context.Context, token string, act func(*pg.Tx) error) error {
	defer s.Evict(token)
	return s.db.InTx(ctx, pg.Nobody, func(tx *pg.Tx) error {
		if err := act(tx); err != nil {
			return err
		}
		return tx.Notify(ctx, "session", storable(token))
	})
}

// Find is FindCtx without a deadline.
func (s *Sessions) Find(token string) (data []byte, found bool, err error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a deadline.
func (s *Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a deadline.
func (s *Sessions) Delete(token string) error {
	return s.DeleteCtx(context.Background(), token)
}

// Evict forgets what is remembered of a session, for the topic session.
func (s *Sessions) Evict(token string) { s.recent.evictKey(token) }

// EvictStaff forgets the sessions of a person, for the topic staff.
func (s *Sessions) EvictStaff(id int64) {
	s.recent.evict(func(_ string, x session) bool { return x.StaffID == id })
}

// EvictAll forgets every session, for when notifications may have been lost.
func (s *Sessions) EvictAll() { s.recent.evictAll() }

// storable makes a token that PostgreSQL can compare: hashed ones stay as they
// are, and none of ours looks like the rest.
func storable(token string) string {
	for i := range len(token) {
		if token[i] == 0 || token[i] >= 0x80 {
			return "?"
		}
	}
	return token
}
