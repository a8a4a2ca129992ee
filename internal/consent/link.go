package consent

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"liuhen/internal/authz"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Purpose is why a link was made.
type Purpose string

// The purposes.
const (
	Ask    Purpose = "ask"    // the house asks
	Change Purpose = "change" // the customer wanted it
)

// LinkDays is how long a link opens the customer's page.
const LinkDays = 30

// Link is a link to a customer's own page. Of its token only the hash is kept.
type Link struct {
	ID        int64      `db:"id"`
	Purpose   Purpose    `db:"purpose"`
	MadeBy    string     `db:"made_by"`
	MadeAt    time.Time  `db:"made_at"`
	ExpiresAt time.Time  `db:"expires_at"`
	OpenedAt  *time.Time `db:"opened_at"`
}

// newToken returns 160 bits of chance as they stand in an address.
func newToken() string {
	b := make([]byte, 20)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// MakeLink makes a link to the own page of the customer with the number, opening
// it for LinkDays, and puts on the ledger that it was served. The token is returned
// this once and kept nowhere. It is for who looks after the customer; to ask within
// QuietDays of a refusal is a Conflict, as is asking without a wording in force.
func (d *Desk) MakeLink(ctx context.Context, by *staff.Member, no string, why Purpose) (token string, err error) {
	if err := authz.Check(by, authz.NoteCustomers); err != nil {
		return "", fmt.Errorf("make consent link: %w", err)
	}
	if why != Ask && why != Change {
		var f fault.Fields
		f.Add("purpose", "请选择生成链接的原因。")
		return "", fmt.Errorf("make consent link: %w", f.Err())
	}
	err = d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		ref, err := customer.Locate(ctx, tx, by, no)
		if err != nil {
			return err
		}
		token = newToken()
		hash := sha256.Sum256([]byte(token))
		if _, err := tx.Exec(ctx, `SELECT make_consent_link($1, $2, $3, $4)`, ref.ID, hash[:], string(why), LinkDays); err != nil {
			return violation(err)
		}
		entry := trail.Entry{Action: trail.ConsentLinked, CustomerID: ref.ID, CustomerNo: ref.No, Detail: why.Label()}
		if err := trail.Write(ctx, tx, by.Who(), entry); err != nil {
			return err
		}
		return announce(ctx, tx, ref.ManagerID, ref.No)
	})
	if err != nil {
		return "", d.refused(ctx, by, no, fmt.Errorf("make consent link: %w", err))
	}
	return token, nil
}

// Label says why the link was made.
func (p Purpose) Label() string {
	if p == Ask {
		return "主动征询"
	}
	return "客户要求查看或更改"
}

// EndLink ends a link of the customer with the number at once. It is for who looks
// after the customer and for compliance; one that is over is a Conflict.
func (d *Desk) EndLink(ctx context.Context, by *staff.Member, no string, id int64) error {
	if err := authz.Check(by, authz.SeeCustomers); err != nil {
		return fmt.Errorf("end consent link: %w", err)
	}
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		ref, err := customer.Locate(ctx, tx, by, no)
		if err != nil {
			return err
		}
		var of int64
		const q = `SELECT COALESCE((SELECT revoke_consent_link(l.id) FROM consent_link AS l WHERE l.id = $1 AND l.customer_id = $2), 0)`
		if err := tx.Get(ctx, &of, q, id, ref.ID); err != nil {
			return err
		}
		if of == 0 {
			return fault.New(fault.Conflict, "这个链接已经失效，或不由您停用。")
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.ConsentLinkEnded, CustomerID: ref.ID, CustomerNo: ref.No})
	})
	if err != nil {
		return d.refused(ctx, by, no, fmt.Errorf("end consent link: %w", err))
	}
	return nil
}

// links loads the live links of a customer, newest first.
func links(ctx context.Context, tx *pg.Tx, customerID int64) ([]Link, error) {
	const q = `
		SELECT
			l.id,
			l.purpose,
			s.name AS made_by,
			l.made_at,
			l.expires_at,
			l.opened_at
		FROM consent_link AS l
		JOIN staff AS s ON s.id = l.made_by
		WHERE l.customer_id = $1
			AND l.revoked_at IS NULL
			AND l.expires_at > now()
		ORDER BY l.id DESC
		LIMIT 20`
	var list []Link
	err := tx.Select(ctx, &list, q, customerID)
	return list, err
}
