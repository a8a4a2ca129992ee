package approval

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// maxAway is the longest time one delegation may last, in days.
const maxAway = 180

// Delegation is who decides for somebody who is away.
type Delegation struct {
	ID        int64      `db:"id"`
	StaffID   int64      `db:"staff_id"`
	Staff     string     `db:"staff"`
	Deputy    string     `db:"deputy"` // empty: the next in line decides
	BeginsAt  time.Time  `db:"begins_at"`
	EndsAt    time.Time  `db:"ends_at"`
	Reason    string     `db:"reason"`
	RevokedAt *time.Time `db:"revoked_at"`
	Live      bool       `db:"live"` // it holds now
	Over      bool       `db:"over"` // revoked or past
}

// Away is what somebody says who goes away: by whom they are stood in for (0 for
// the next in line), from the first day to the last.
type Away struct {
	DeputyID    int64
	First, Last time.Time // midnights of the institution's clock
	Reason      string
}

// Deputy is somebody who may stand in.
type Deputy struct {
	ID     int64  `db:"id"`
	Name   string `db:"name"`
	No     string `db:"no"`
	Branch string `db:"branch"`
}

// Delegations is what concerns one approver.
type Delegations struct {
	Own     []Delegation // given by the person, latest first
	For     []Delegation // in which the person stands in, not over, soonest first
	Deputy  []Deputy     // who may stand in: able, of the same role
	Waiting int          // steps that wait for the person now
}

// Deputies keeps who stands in for whom.
type Deputies struct{ db *pg.DB }

// NewDeputies returns the deputies of the database.
func NewDeputies(db *pg.DB) *Deputies { return &Deputies{db: db} }

const delegationColumns = `
		SELECT
			d.id,
			d.staff_id,
			s.name AS staff,
			COALESCE(q.name, '') AS deputy,
			d.begins_at,
			d.ends_at,
			d.reason,
			d.revoked_at,
			d.revoked_at IS NULL AND d.begins_at <= now() AND d.ends_at > now() AS live,
			d.revoked_at IS NOT NULL OR d.ends_at <= now() AS over
		FROM delegation AS d
		JOIN staff AS s ON s.id = d.staff_id
		LEFT JOIN staff AS q ON q.id = d.deputy_id`

// Of returns what concerns by.
func (d *Deputies) Of(ctx context.Context, by *staff.Member) (Delegations, error) {
	if err := authz.Check(by, authz.Approve); err != nil {
		return Delegations{}, err
	}
	var all Delegations
	err := d.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		err := tx.Select(ctx, &all.Own, delegationColumns+`
		WHERE d.staff_id = $1
		ORDER BY
			d.begins_at DESC,
			d.id DESC
		LIMIT 50`, by.ID)
		if err != nil {
			return err
		}
		err = tx.Select(ctx, &all.For, delegationColumns+`
		WHERE d.deputy_id = $1
			AND d.revoked_at IS NULL
			AND d.ends_at > now()
		ORDER BY
			d.begins_at,
			d.id
		LIMIT 50`, by.ID)
		if err != nil {
			return err
		}
		const deputies = `
		SELECT
			s.id,
			s.name,
			s.no,
			b.name AS branch
		FROM staff AS s
		JOIN branch AS b ON b.id = s.branch_id
		WHERE s.role = $1
			AND s.id <> $2
			AND s.disabled_at IS NULL
		ORDER BY
			s.branch_id <> $3,
			s.no
		LIMIT 500`
		if err := tx.Select(ctx, &all.Deputy, deputies, string(by.Role), by.ID, by.BranchID); err != nil {
			return err
		}
		const waiting = `
		SELECT count(*)
		FROM approval_step AS s
		WHERE s.approver_id = $1
			AND s.state = 'pending'`
		return tx.Get(ctx, &all.Waiting, waiting, by.ID)
	})
	if err != nil {
		return Delegations{}, fmt.Errorf("delegations: %w", err)
	}
	return all, nil
}

// Delegate notes that by is away and who stands in. It returns Invalid on the
// fields deputy, first, last and reason, and Conflict with a time that is
// already delegated. What waits is moved by the Router when it begins.
func (d *Deputies) Delegate(ctx context.Context, by *staff.Member, away Away) error {
	if err := authz.Check(by, authz.Approve); err != nil {
		return err
	}
	begins, ends, err := away.checked(time.Now().In(pg.Zone()))
	if err != nil {
		return err
	}
	err = d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		const q = `
			INSERT INTO delegation (staff_id, deputy_id, begins_at, ends_at, reason)
			VALUES ($1, NULLIF($2::bigint, 0), greatest($3::timestamptz, now()), $4, $5)`
		if _, err := tx.Exec(ctx, q, by.ID, away.DeputyID, begins, ends, strings.TrimSpace(away.Reason)); err != nil {
			return delegationFault(err)
		}
		to := "不指定代理人，转给上一级"
		if away.DeputyID != 0 {
			if err := tx.Get(ctx, &to, `SELECT '代理人 ' || s.name || '（' || s.no || '）' FROM staff AS s WHERE s.id = $1`, away.DeputyID); err != nil {
				return err
			}
			if err := wake(ctx, tx, away.DeputyID); err != nil {
				return err
			}
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{
			Action: trail.DelegationGiven,
			Detail: fmt.Sprintf("%s 至 %s，%s：%s", away.First.Format(time.DateOnly), away.Last.Format(time.DateOnly), to, strings.TrimSpace(away.Reason)),
		})
	})
	if err != nil {
		return fmt.Errorf("delegate: %w", err)
	}
	return nil
}

// checked returns from when until when, or an Invalid fault. now is the time on
// the institution's clock.
func (a Away) checked(now time.Time) (begins, ends time.Time, err error) {
	var f fault.Fields
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	reason := strings.TrimSpace(a.Reason)
	n := utf8.RuneCountInString(reason)
	f.Require(!a.First.IsZero() && !a.First.Before(today), "first", "请选择开始日期，不早于今天。")
	f.Require(!a.Last.IsZero() && !a.Last.Before(a.First), "last", "请选择结束日期，不早于开始日期。")
	f.Require(a.Last.Sub(a.First) <= maxAway*24*time.Hour, "last", fmt.Sprintf("一次代理最长 %d 天。", maxAway))
	f.Require(n >= 2 && n <= 200 && !strings.ContainsFunc(reason, unicode.IsControl), "reason", "请写明原因，2 到 200 个字。")
	return a.First, a.Last.AddDate(0, 0, 1), f.Err()
}

func delegationFault(err error) error {
	return pg.Constraints{
		"delegation_same_role": fieldFault("deputy", "代理人须在岗，且与您角色相同。"),
		"delegation_not_self":  fieldFault("deputy", "代理人不能是自己。"),
		"delegation_deputy_fk": fieldFault("deputy", "没有这个人。"),
		"delegation_once":      fault.New(fault.Conflict, "这段日期里已经有一条代理，请先收回那一条。"),
	}.Fault(err)
}

func fieldFault(name, sentence string) *fault.Error {
	return &fault.Error{Kind: fault.Invalid, Sentence: sentence, Fields: []fault.Field{{Name: name, Sentence: sentence}}}
}

// Revoke ends a delegation of by at once. It returns NotFound for somebody
// else's and Conflict for one that is over.
func (d *Deputies) Revoke(ctx context.Context, by *staff.Member, id int64) error {
	if err := authz.Check(by, authz.Approve); err != nil {
		return err
	}
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		var one Delegation
		err := tx.Get(ctx, &one, delegationColumns+`
		WHERE d.id = $1
			AND d.staff_id = $2
		FOR UPDATE OF d`, id, by.ID)
		if err != nil {
			return pg.OrNotFound(err, "没有这条代理。")
		}
		if one.Over {
			return fault.New(fault.Conflict, "这条代理已经结束，不用收回。")
		}
		if _, err := tx.Exec(ctx, `UPDATE delegation SET revoked_at = now() WHERE id = $1`, id); err != nil {
			return err
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.DelegationEnded, Detail: "收回代理 " + strconv.FormatInt(id, 10)})
	})
	if err != nil {
		return fmt.Errorf("revoke delegation %d: %w", id, err)
	}
	return nil
}
