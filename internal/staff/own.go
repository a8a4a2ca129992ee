package staff

import (
	"context"
	"fmt"
	"strconv"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/trail"
)

// ChangePassword gives by another password, if old is the one so far, and ends
// every session of by; the web renews the one it is asked in. A wrong old
// password is an Invalid fault of the field old, a new one against CheckPassword
// of the field new.
func (d *Directory) ChangePassword(ctx context.Context, by *Member, old, pw string) error {
	if wrong := CheckPassword(pw, by.Username, by.No); wrong != "" {
		return fmt.Errorf("change password of %d: %w", by.ID, invalid("new", wrong))
	}
	if old == pw {
		return fmt.Errorf("change password of %d: %w", by.ID, invalid("new", "新密码与原密码相同。"))
	}
	who, err := d.checkOwn(ctx, by, old)
	if err != nil {
		return fmt.Errorf("change password of %d: %w", by.ID, err)
	}
	hash, err := d.hash(ctx, pw)
	if err != nil {
		return fmt.Errorf("change password of %d: %w", by.ID, err)
	}
	err = d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		if err := who.stillOpen(ctx, tx, ""); err != nil {
			return err
		}
		if err := setPassword(ctx, tx, by.ID, hash); err != nil {
			return err
		}
		if err := trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.StaffChanged, Detail: "修改本人密码"}); err != nil {
			return err
		}
		return tx.Notify(ctx, "staff", strconv.FormatInt(by.ID, 10))
	})
	d.Evict(by.ID) // the next page must not ask for another password again
	if err != nil {
		return fmt.Errorf("change password of %d: %w", by.ID, err)
	}
	return nil
}

// checkOwn verifies the password of somebody signed in and returns the account.
// Failures count like those of signing in, so an unlocked screen is no way to
// guess.
func (d *Directory) checkOwn(ctx context.Context, by *Member, pw string) (account, error) {
	who, err := d.lookUp(ctx, by.Username, "")
	if err != nil {
		return who, err
	}
	right, err := d.verify(ctx, who.Hash, pw)
	if err != nil || right {
		return who, err
	}
	err = d.judge(ctx, who, false, cleanAddress(by.Address))
	if fault.KindOf(err) == fault.Unauthenticated {
		err = invalid("old", "原密码不对。")
	}
	return who, err
}
