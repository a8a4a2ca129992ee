package staff

import (
	"context"
	"fmt"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/trail"
)

// ResetPassword gives somebody else a password, told to them in person, and ends
// every session they have; it must be changed at the next sign-in. Nobody resets the own password: changing it asks for
// the old one. A password against CheckPassword is an Invalid fault of the field
// password.
func (d *Directory) ResetPassword(ctx context.Context, by *Member, id int64, pw string) error {
	if err := mayManage(by); err != nil {
		return fmt.Errorf("reset password of %d: %w", id, err)
	}
	who, err := d.Current(ctx, id)
	if err != nil {
		return fmt.Errorf("reset password of %d: %w", id, err)
	}
	if wrong := CheckPassword(pw, who.Username, who.No); wrong != "" {
		return fmt.Errorf("reset password of %d: %w", id, invalid("password", wrong))
	}
	hash, err := d.hash(ctx, pw)
	if err != nil {
		return fmt.Errorf("reset password of %d: %w", id, err)
	}
	err = d.change(ctx, by, id, func(tx *pg.Tx, m *Member) (trail.Entry, error) {
		if m.ID == by.ID {
			return trail.Entry{}, fault.New(fault.Conflict, "本人的密码请在「修改密码」中更换。")
		}
		if err := setPassword(ctx, tx, id, hash); err != nil {
			return trail.Entry{}, err
		}
		return trail.Entry{Action: trail.StaffChanged, Detail: fmt.Sprintf("重设%s（%s）的密码", m.Name, m.No)}, nil
	})
	if err != nil {
		return fmt.Errorf("reset password of %d: %w", id, err)
	}
	return nil
}

// setPassword saves the hash and ends every session of the person. One that an
// administrator sets must be changed at the next sign-in: the trigger staff_guard
// sees to it.
func setPassword(ctx context.Context, tx *pg.Tx, id int64, hash string) error {
	const q = `
		UPDATE staff
		SET password_hash = $2,
			must_change_password = false
		WHERE id = $1`
	if _, err := tx.Exec(ctx, q, id, hash); err != nil {
		return err
	}
	return endSessions(ctx, tx, id)
}

// endSessions ends every session of the person.
func endSessions(ctx context.Context, tx *pg.Tx, id int64) error {
	const sessions = `
		UPDATE session
		SET expires_at = now(),
			data = ''
		WHERE staff_id = $1
			AND expires_at > now()`
	_, err := tx.Exec(ctx, sessions, id)
	return err
}
