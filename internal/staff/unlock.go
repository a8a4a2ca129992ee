package staff

import (
	"context"
	"fmt"
	"time"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/trail"
)

// Lockout is an account whose signing in is paused after too many failures.
type Lockout struct {
	StaffID  int64  `db:"id"`
	No       string `db:"no"`
	Name     string `db:"name"`
	Username string `db:"username"`
	Wait     time.Duration
}

// Lockouts returns the accounts of people that are paused now, by number; with a
// person's id only that one.
func (d *Directory) Lockouts(ctx context.Context, by *Member, person int64) ([]Lockout, error) {
	if err := mayManage(by); err != nil {
		return nil, fmt.Errorf("lockouts: %w", err)
	}
	const q = `
		SELECT
			s.id,
			s.no,
			s.name,
			s.username
		FROM staff AS s
		WHERE ($1::bigint = 0 OR s.id = $1::bigint)
			AND s.username IN (
				SELECT a.username
				FROM signin_attempt AS a
				WHERE NOT a.ok
					AND a.at > clock_timestamp() - interval '1 hour'
				GROUP BY a.username
				HAVING count(*) >= $2
			)
		ORDER BY s.no`
	var paused []Lockout
	err := d.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		var list []Lockout
		if err := tx.Select(ctx, &list, q, person, failuresPerAccount); err != nil {
			return err
		}
		for _, l := range list {
			ago, err := failuresOf(ctx, tx, l.Username)
			if err != nil {
				return err
			}
			if l.Wait = pause(ago, failuresPerAccount); l.Wait > 0 {
				paused = append(paused, l)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("lockouts: %w", err)
	}
	return paused, nil
}

// Unlock ends the pause of somebody's account: its failures no longer count, and
// stay on the trail. An account that is not paused is a Conflict, and so is the
// own one.
func (d *Directory) Unlock(ctx context.Context, by *Member, id int64) error {
	err := d.change(ctx, by, id, func(tx *pg.Tx, m *Member) (trail.Entry, error) {
		if m.ID == by.ID {
			return trail.Entry{}, fault.New(fault.Conflict, "不能解除自己账号的暂停，请由另一位管理员操作。")
		}
		ago, err := failuresOf(ctx, tx, m.Username)
		if err != nil {
			return trail.Entry{}, err
		}
		if pause(ago, failuresPerAccount) == 0 {
			return trail.Entry{}, fault.New(fault.Conflict, m.Name+"的登录没有暂停。")
		}
		const q = `
			DELETE FROM signin_attempt
			WHERE username = $1
				AND NOT ok`
		_, err = tx.Exec(ctx, q, m.Username)
		return trail.Entry{Action: trail.StaffUnlocked, Detail: fmt.Sprintf("解除%s（%s）的登录暂停", m.Name, m.No)}, err
	})
	if err != nil {
		return fmt.Errorf("unlock person %d: %w", id, err)
	}
	return nil
}

// WaitWords says how long the pause still lasts.
func (l Lockout) WaitWords() string { return waitWords(l.Wait) }
