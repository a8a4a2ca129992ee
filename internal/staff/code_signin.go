package staff

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/trail"
)

// CodeWanted is the cause of the Unauthenticated fault of SignIn when the
// password was right and a one-time code is asked for besides. It is handed back
// to SignInCode.
type CodeWanted struct {
	StaffID int64
	Mark    string // of the password that was right; another password makes it worthless
}

// Error returns the cause for the log.
func (w *CodeWanted) Error() string { return fmt.Sprintf("a one-time code of %d is wanted", w.StaffID) }

// mark names the password of an account without telling it.
func (a account) mark() string {
	sum := sha256.Sum256([]byte("mark\x00" + a.Hash))
	return hex.EncodeToString(sum[:8])
}

// errTooLate says that the first step of signing in must be done again.
func errTooLate() error {
	return fault.New(fault.Conflict, "登录已超时，请重新输入工号和密码。")
}

// SignInCode finishes signing in with a one-time code, or with a recovery code
// when the phone is lost. A wrong one is an Unauthenticated fault and counts like
// a wrong password, so the pauses of SignIn hold here too; a password changed
// meanwhile, or an account disabled, is a Conflict.
func (d *Directory) SignInCode(ctx context.Context, w CodeWanted, code, address string) (*Member, error) {
	typed, address := typedCode(code), cleanAddress(address)
	if typed == "" {
		return nil, fmt.Errorf("sign in %d: %w", w.StaffID, invalid("code", "请填写动态码或恢复码。"))
	}
	var in Member
	var refusal error
	err := d.db.InTx(ctx, pg.Actor(w.StaffID), func(tx *pg.Tx) error {
		refusal = nil
		who, err := accountWith(ctx, tx, w.StaffID)
		if err != nil {
			return err
		}
		if who.mark() != w.Mark || !who.Active() || who.CodeSince == nil {
			return errTooLate()
		}
		if err := who.stillOpen(ctx, tx, address); err != nil {
			return err
		}
		ok, how, err := d.acceptCode(ctx, tx, who.ID, typed)
		if err != nil {
			return err
		}
		if err := keepAttempt(ctx, tx, who.key, address, ok); err != nil {
			return err
		}
		in = who.Member
		in.Address = address
		if ok {
			return trail.Write(ctx, tx, in.Who(), trail.Entry{Action: trail.SignedIn, Detail: how})
		}
		refusal = fault.New(fault.Unauthenticated, "动态码不对，或已经用过，请等下一个。")
		return trail.Write(ctx, tx, in.Who(), trail.Entry{Action: trail.SignInRefused, Refused: true, Detail: "动态码不对"})
	})
	if err == nil {
		err = refusal
	}
	if err != nil {
		return nil, fmt.Errorf("sign in %d: %w", w.StaffID, err)
	}
	d.Evict(in.ID)
	return &in, nil
}

// acceptCode accepts a one-time or a recovery code and says how one came in.
func (d *Directory) acceptCode(ctx context.Context, tx *pg.Tx, id int64, typed string) (ok bool, how string, err error) {
	if isOneTime(typed) {
		row, err := codeOf(ctx, tx, id)
		if err != nil || row.Secret == nil {
			return false, "", err
		}
		ok, err = d.acceptStep(ctx, tx, id, row, typed)
		return ok, "密码与动态码", err
	}
	if ok, err = useRecovery(ctx, tx, id, typed); err != nil || !ok {
		return false, "", err
	}
	left, err := recoveryLeft(ctx, tx, id)
	return true, fmt.Sprintf("密码与恢复码，还剩 %d 个", left), err
}

// accountWith returns the account of a person.
func accountWith(ctx context.Context, tx *pg.Tx, id int64) (account, error) {
	const q = `
		SELECT` + memberColumns + `,
			s.password_hash
		FROM staff AS s
		JOIN branch AS b ON b.id = s.branch_id
		WHERE s.id = $1`
	var a account
	if err := tx.Get(ctx, &a, q, id); err != nil {
		if pg.IsNoRows(err) {
			return a, errTooLate()
		}
		return a, err
	}
	a.key = a.Username
	return a, nil
}

// ResetCodes takes the one-time and recovery codes from somebody who lost them
// and ends every session they have. Nobody does it to the own account; somebody
// without codes is a Conflict.
func (d *Directory) ResetCodes(ctx context.Context, by *Member, id int64) error {
	err := d.change(ctx, by, id, func(tx *pg.Tx, m *Member) (trail.Entry, error) {
		if m.ID == by.ID {
			return trail.Entry{}, fault.New(fault.Conflict, "不能重置自己的动态码，请由另一位管理员操作。")
		}
		var had bool
		if err := tx.Get(ctx, &had, `SELECT reset_code($1)`, id); err != nil {
			return trail.Entry{}, err
		}
		if !had {
			return trail.Entry{}, fault.New(fault.Conflict, m.Name+"没有设置动态码。")
		}
		if err := endSessions(ctx, tx, id); err != nil {
			return trail.Entry{}, err
		}
		return trail.Entry{Action: trail.CodeReset, Detail: fmt.Sprintf("重置%s（%s）的动态码", m.Name, m.No)}, nil
	})
	if err != nil {
		return fmt.Errorf("reset codes of %d: %w", id, err)
	}
	return nil
}
