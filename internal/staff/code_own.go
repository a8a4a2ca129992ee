package staff

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/trail"
)

// OwnCodes is what somebody sees of the own one-time codes.
type OwnCodes struct {
	Since    *time.Time // since when sign-in asks for them; nil for not
	Pending  bool       // a secret waits to be confirmed
	Recovery int        // recovery codes left
}

// codeRow is the row of a person in staff_code.
type codeRow struct {
	Secret      []byte     `db:"secret"`
	ConfirmedAt *time.Time `db:"confirmed_at"`
	LastStep    int64      `db:"last_step"`
	Pending     []byte     `db:"pending"`
}

// Codes returns how the one-time codes of by stand.
func (d *Directory) Codes(ctx context.Context, by *Member) (OwnCodes, error) {
	var own OwnCodes
	err := d.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		row, err := codeOf(ctx, tx, by.ID)
		if err != nil {
			return err
		}
		own.Since, own.Pending = row.ConfirmedAt, row.Pending != nil
		own.Recovery, err = recoveryLeft(ctx, tx, by.ID)
		return err
	})
	if err != nil {
		return OwnCodes{}, fmt.Errorf("codes of %d: %w", by.ID, err)
	}
	return own, nil
}

// BeginCodes makes a secret for by, which waits to be confirmed; codes of before
// stay good until then. It asks for the password, so that an unlocked screen is
// not enough: a wrong one is an Invalid fault of the field old.
func (d *Directory) BeginCodes(ctx context.Context, by *Member, password string) error {
	who, err := d.checkOwn(ctx, by, password)
	if fault.KindOf(err) == fault.Invalid {
		err = invalid("old", "密码不对。")
	}
	if err != nil {
		return fmt.Errorf("begin codes of %d: %w", by.ID, err)
	}
	sealed, err := d.master.Seal(codePurpose(by.ID), []byte(newCodeSecret()))
	if err != nil {
		return fmt.Errorf("begin codes of %d: %w", by.ID, err)
	}
	const q = `
		INSERT INTO staff_code (staff_id, pending)
		VALUES ($1, $2)
		ON CONFLICT (staff_id) DO UPDATE
		SET pending = EXCLUDED.pending`
	err = d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		if err := who.stillOpen(ctx, tx, ""); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, q, by.ID, sealed)
		return err
	})
	if err != nil {
		return fmt.Errorf("begin codes of %d: %w", by.ID, err)
	}
	return nil
}

// PendingCodes returns the secret of by that waits to be confirmed, NotFound if
// none does.
func (d *Directory) PendingCodes(ctx context.Context, by *Member) (CodeSetUp, error) {
	var row codeRow
	err := d.db.Read(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		row, err = codeOf(ctx, tx, by.ID)
		return err
	})
	if err != nil {
		return CodeSetUp{}, fmt.Errorf("pending codes of %d: %w", by.ID, err)
	}
	if row.Pending == nil {
		return CodeSetUp{}, fault.New(fault.NotFound, "没有等待确认的动态码，请重新开始设置。")
	}
	secret, err := d.master.Open(codePurpose(by.ID), row.Pending)
	if err != nil {
		return CodeSetUp{}, fmt.Errorf("pending codes of %d: %w", by.ID, err)
	}
	return newCodeSetUp(by, string(secret))
}

// ConfirmCodes takes a code of the secret that waits: from now on signing in
// asks for codes of it. It returns the recovery codes, which are shown this once
// and kept hashed; those of before are worth nothing. A wrong code is an Invalid
// fault of the field code and counts like a wrong password.
func (d *Directory) ConfirmCodes(ctx context.Context, by *Member, code string) ([]string, error) {
	codes := newRecoveryCodes()
	act := func(tx *pg.Tx, row codeRow) (bool, error) {
		if row.Pending == nil {
			return false, fault.New(fault.Conflict, "没有等待确认的动态码，请重新开始设置。")
		}
		step, err := d.stepIn(by.ID, row.Pending, typedCode(code))
		if err != nil || step == 0 {
			return false, err
		}
		const q = `
			UPDATE staff_code
			SET secret = pending,
				pending = NULL,
				confirmed_at = now(),
				last_step = GREATEST(last_step, $2)
			WHERE staff_id = $1`
		if _, err := tx.Exec(ctx, q, by.ID, step); err != nil {
			return false, err
		}
		return true, keepRecovery(ctx, tx, by.ID, codes)
	}
	if err := d.withOwnCode(ctx, by, "设置动态码", act); err != nil {
		return nil, fmt.Errorf("confirm codes of %d: %w", by.ID, err)
	}
	return codes, nil
}

// RenewRecovery gives by new recovery codes for a one-time code; those of before
// are worth nothing. A wrong code is an Invalid fault of the field code.
func (d *Directory) RenewRecovery(ctx context.Context, by *Member, code string) ([]string, error) {
	codes := newRecoveryCodes()
	act := func(tx *pg.Tx, row codeRow) (bool, error) {
		if row.Secret == nil {
			return false, fault.New(fault.Conflict, "还没有设置动态码。")
		}
		ok, err := d.acceptStep(ctx, tx, by.ID, row, typedCode(code))
		if err != nil || !ok {
			return false, err
		}
		return true, keepRecovery(ctx, tx, by.ID, codes)
	}
	if err := d.withOwnCode(ctx, by, "换发恢复码", act); err != nil {
		return nil, fmt.Errorf("renew recovery codes of %d: %w", by.ID, err)
	}
	return codes, nil
}

// withOwnCode runs act, which says whether the code was right, and writes down
// what was done. A wrong code counts as a failed try of the account.
func (d *Directory) withOwnCode(ctx context.Context, by *Member, did string, act func(*pg.Tx, codeRow) (bool, error)) error {
	var wrong error
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		wrong = nil
		who := account{key: by.Username}
		if err := who.stillOpen(ctx, tx, ""); err != nil {
			return err
		}
		row, err := codeOf(ctx, tx, by.ID)
		if err != nil {
			return err
		}
		right, err := act(tx, row)
		if err != nil {
			return err
		}
		entry := trail.Entry{Action: trail.CodeSet, Detail: did}
		if !right {
			wrong = invalid("code", "动态码不对，或已经用过，请等下一个。")
			entry.Refused = true
			entry.Detail += "：动态码不对"
			if err := keepAttempt(ctx, tx, by.Username, cleanAddress(by.Address), false); err != nil {
				return err
			}
		}
		if err := trail.Write(ctx, tx, by.Who(), entry); err != nil {
			return err
		}
		return tx.Notify(ctx, "staff", strconv.FormatInt(by.ID, 10))
	})
	d.Evict(by.ID)
	return errors.Join(err, wrong)
}

// codeOf reads the row of a person; the zero row is none.
func codeOf(ctx context.Context, tx *pg.Tx, id int64) (codeRow, error) {
	const q = `
		SELECT
			c.secret,
			c.confirmed_at,
			c.last_step,
			c.pending
		FROM staff_code AS c
		WHERE c.staff_id = $1`
	var row codeRow
	err := tx.Get(ctx, &row, q, id)
	if pg.IsNoRows(err) {
		return codeRow{}, nil
	}
	return row, err
}

// stepIn returns the step of a typed code of a sealed secret, 0 if it is wrong.
func (d *Directory) stepIn(id int64, sealed []byte, typed string) (int64, error) {
	if !isOneTime(typed) {
		return 0, nil
	}
	secret, err := d.master.Open(codePurpose(id), sealed)
	if err != nil {
		return 0, err
	}
	return stepOf(string(secret), typed, time.Now())
}

// acceptStep accepts a typed code of the secret of a person, once: whoever comes
// second with the same code changes no row.
func (d *Directory) acceptStep(ctx context.Context, tx *pg.Tx, id int64, row codeRow, typed string) (bool, error) {
	step, err := d.stepIn(id, row.Secret, typed)
	if err != nil || step == 0 {
		return false, err
	}
	const q = `
		UPDATE staff_code
		SET last_step = $2
		WHERE staff_id = $1
			AND last_step < $2`
	n, err := tx.Exec(ctx, q, id, step)
	return n == 1, err
}

// codePurpose ties a sealed secret to its person.
func codePurpose(id int64) string { return "totp " + strconv.FormatInt(id, 10) }
