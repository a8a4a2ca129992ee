package staffing

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"sync"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Account is somebody imported, with the first password, which is known here and
// nowhere else.
type Account struct {
	staff.NewMember
	Waits bool // for a second person
	hash  string
}

// Imported is what became of a file of people.
type Imported struct {
	Accounts []Account
	Outcome  Outcome // of those who wait; zero if nobody does
	Created  int
}

// Import takes the rows of a file over that stand new or second: the first are
// added, the second proposed in one request, all or nothing, once. Each gets a
// password of the own that must be changed at the first sign-in; it is in the
// result and kept nowhere. What has changed since the file was looked at, a file
// already imported and one with nothing to import are a Conflict.
func (o *Office) Import(ctx context.Context, by *staff.Member, id int64) (Imported, error) {
	seen, err := o.Roll(ctx, by, id)
	if err != nil {
		return Imported{}, err
	}
	if err := importable(seen); err != nil {
		return Imported{}, fmt.Errorf("import people %d: %w", id, err)
	}
	accounts, err := o.accounts(ctx, seen)
	if err != nil {
		return Imported{}, fmt.Errorf("import people %d: %w", id, err)
	}
	done := Imported{Accounts: accounts}
	err = o.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		done.Created, done.Outcome = 0, Outcome{}
		if err := authz.Check(by, authz.ManageStaff); err != nil {
			return err
		}
		if err := staff.Hold(ctx, tx); err != nil {
			return err
		}
		now, err := roll(ctx, tx, id, `
		FOR UPDATE OF i`)
		if err != nil {
			return err
		}
		if err := importable(now); err != nil {
			return err
		}
		if !slices.EqualFunc(now.chosen(), seen.chosen(), func(a, b Judged) bool { return a.member == b.member && a.Standing == b.Standing }) {
			return fault.New(fault.Conflict, "人员或机构刚刚有变化，请刷新后重新核对。")
		}
		return done.save(ctx, tx, by, now)
	})
	if err != nil {
		return Imported{}, fmt.Errorf("import people %d: %w", id, staff.Violation(err))
	}
	return done, nil
}

// chosen are the rows that an import takes over.
func (r Roll) chosen() []Judged {
	var list []Judged
	for _, row := range r.Rows {
		if row.Standing == StandsNew || row.Standing == StandsSecond {
			list = append(list, row)
		}
	}
	return list
}

func importable(r Roll) error {
	switch {
	case r.AppliedAt != nil:
		return notAgain(r)
	case !r.Open():
		return fault.New(fault.Conflict, "这个文件里没有可导入的人员。")
	}
	return nil
}

// hashLanes is how many passwords an import hashes at once; it leaves turns to
// people who sign in meanwhile.
const hashLanes = 2

// accounts makes a password for each row to be imported.
func (o *Office) accounts(ctx context.Context, r Roll) ([]Account, error) {
	rows := r.chosen()
	list := make([]Account, len(rows))
	failed := make([]error, hashLanes)
	var lanes sync.WaitGroup
	for lane := range hashLanes {
		lanes.Go(func() {
			for i := lane; i < len(rows) && failed[lane] == nil; i += hashLanes {
				list[i], failed[lane] = o.account(ctx, rows[i])
			}
		})
	}
	lanes.Wait()
	return list, errors.Join(failed...)
}

func (o *Office) account(ctx context.Context, row Judged) (a Account, err error) {
	a = Account{NewMember: row.member, Waits: row.Standing == StandsSecond}
	if a.Password, err = firstPassword(); err != nil {
		return a, err
	}
	a.hash, err = o.people.HashFirst(ctx, a.Password)
	return a, err
}

// firstPassword is twelve characters that are not mistaken for each other, about
// 59 bits.
func firstPassword() (string, error) {
	const signs = "abcdefghjkmnpqrstuvwxyz23456789"
	var b []byte
	for i := range 12 {
		if i > 0 && i%4 == 0 {
			b = append(b, '-')
		}
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(signs))))
		if err != nil {
			return "", err
		}
		b = append(b, signs[n.Int64()])
	}
	return string(b), nil
}

// save adds and proposes the people, closes the file and says so on the trail.
func (d *Imported) save(ctx context.Context, tx *pg.Tx, by *staff.Member, r Roll) error {
	var lines []line
	for _, a := range d.Accounts {
		if !a.Waits {
			if _, err := staff.Hire(ctx, tx, by, a.NewMember, a.hash); err != nil {
				return err
			}
			d.Created++
			continue
		}
		l := line{what: "hire", hire: a.NewMember, hash: a.hash, to: a.Post(), many: true}
		var err error
		if l.place, err = staff.Placed(ctx, tx, 0, l.to); err != nil {
			return err
		}
		lines = append(lines, l)
	}
	if len(lines) > 0 {
		var err error
		title := fmt.Sprintf("批量新增人员：%d 人（%s）", len(lines), r.FileName)
		if d.Outcome, err = submit(ctx, tx, by, title, lines); err != nil {
			return err
		}
	}
	const q = `
		UPDATE staff_import
		SET applied_at = now(),
			created = $2,
			asked = $3,
			approval_id = NULLIF($4::bigint, 0)
		WHERE id = $1`
	if _, err := tx.Exec(ctx, q, r.ID, d.Created, len(lines), d.Outcome.Approval); err != nil {
		return err
	}
	detail := fmt.Sprintf("%s（摘要 %s…）：新增 %d 人，%d 人待复核，%d 人已存在，%d 行有问题",
		r.FileName, r.SHA256[:12], d.Created, len(lines), r.Count(StandsThere), r.Count(StandsRefused))
	entry := trail.Entry{Action: trail.StaffImported, ApprovalID: d.Outcome.Approval, Detail: detail}
	if err := trail.Write(ctx, tx, by.Who(), entry); err != nil {
		return err
	}
	return tx.Notify(ctx, "roll", number(r.ID))
}

// number writes an id or a count.
func number(n int64) string { return strconv.FormatInt(n, 10) }
