package staff

import (
	"context"
	"fmt"
	"time"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
)

// The limits of failed sign-ins. A pause begins with the failure that reaches
// the limit within the window; tries during a pause are not judged, so they do
// not prolong it.
const (
	failuresPerAccount = 5
	failuresPerAddress = 30
	failureWindow      = 15 * time.Minute
	signInPause        = 15 * time.Minute
)

// Paused is the cause of the Throttled fault of SignIn: how long to wait.
type Paused struct{ Wait time.Duration }

// Error returns the cause for the log.
func (p *Paused) Error() string { return "sign-in is paused for " + p.Wait.String() }

// pause returns how long signing in stays paused, given how long ago the
// failures were, newest first, and how many are too many. Zero means not paused.
func pause(ago []time.Duration, limit int) time.Duration {
	if len(ago) < limit || ago[limit-1]-ago[0] > failureWindow {
		return 0
	}
	return max(0, signInPause-ago[0])
}

// waitWords says how long to wait, rounded up so that the promise holds.
func waitWords(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d 秒", int64((d+time.Second-1)/time.Second))
	}
	return fmt.Sprintf("%d 分钟", int64((d+time.Minute-1)/time.Minute))
}

// refuseWhilePaused returns a Throttled fault while the account or the address
// has failed too often.
func refuseWhilePaused(ctx context.Context, tx *pg.Tx, account, address string) error {
	byAccount, err := failuresOf(ctx, tx, account)
	if err != nil {
		return err
	}
	wait := pause(byAccount, failuresPerAccount)
	if address != "" {
		byAddress, err := failures(ctx, tx, `
			SELECT (extract(epoch FROM clock_timestamp() - a.at) * 1000)::bigint
			FROM signin_attempt AS a
			WHERE a.address = $1::inet
				AND NOT a.ok
				AND a.at > clock_timestamp() - interval '1 hour'
			ORDER BY
				a.at DESC,
				a.id DESC
			LIMIT $2`, address, failuresPerAddress)
		if err != nil {
			return err
		}
		wait = max(wait, pause(byAddress, failuresPerAddress))
	}
	if wait == 0 {
		return nil
	}
	return fault.Wrap(fault.Throttled, "登录失败次数过多，已暂停，请在 "+waitWords(wait)+"后再试。", &Paused{Wait: wait})
}

// failuresOf reads how long ago an account failed since it last succeeded, newest
// first, as far as it matters.
func failuresOf(ctx context.Context, tx *pg.Tx, account string) ([]time.Duration, error) {
	return failures(ctx, tx, `
		SELECT (extract(epoch FROM clock_timestamp() - a.at) * 1000)::bigint
		FROM signin_attempt AS a
		WHERE a.username = $1
			AND NOT a.ok
			AND a.at > clock_timestamp() - interval '1 hour'
			AND NOT EXISTS (
				SELECT
				FROM signin_attempt AS later
				WHERE later.username = a.username
					AND later.ok
					AND (later.at, later.id) > (a.at, a.id)
			)
		ORDER BY
			a.at DESC,
			a.id DESC
		LIMIT $2`, account, failuresPerAccount)
}

// failures reads how long ago failures were, newest first.
func failures(ctx context.Context, tx *pg.Tx, query, of string, limit int) ([]time.Duration, error) {
	var ms []int64
	if err := tx.Select(ctx, &ms, query, of, limit); err != nil {
		return nil, fmt.Errorf("failed sign-ins: %w", err)
	}
	ago := make([]time.Duration, len(ms))
	for i, m := range ms {
		ago[i] = time.Duration(m) * time.Millisecond
	}
	return ago, nil
}

// keepAttempt records a judged try.
func keepAttempt(ctx context.Context, tx *pg.Tx, account, address string, ok bool) error {
	const q = `
		INSERT INTO signin_attempt (
			username,
			address,
			ok
		)
		VALUES ($1, NULLIF($2, '')::inet, $3)`
	if _, err := tx.Exec(ctx, q, account, address, ok); err != nil {
		return fmt.Errorf("keep sign-in attempt: %w", err)
	}
	return nil
}

// oneAtATime makes the transactions that name the same thing wait for each other.
func oneAtATime(ctx context.Context, tx *pg.Tx, thing string) error {
	_, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, thing)
	return err
}
