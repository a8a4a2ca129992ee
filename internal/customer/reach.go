package customer

import (
	"context"
	"fmt"
	"time"

	"liuhen/internal/pg"
)

// ContactPoint is one way to reach a customer, as one source knows it. It is of
// the group contact.
type ContactPoint struct {
	Kind     string    `db:"kind"` // mobile, phone, email, address
	Value    string    `db:"value"`
	Source   string    `db:"source"`
	SyncedAt time.Time `db:"synced_at"`
}

func loadContact(ctx context.Context, tx *pg.Tx, customer int64) ([]ContactPoint, error) {
	const q = `
		SELECT
			p.kind,
			p.value,
			s.name AS source,
			p.synced_at
		FROM contact_point AS p
		JOIN source_system AS s ON s.id = p.source_id
		WHERE p.customer_id = $1
		ORDER BY
			array_position(ARRAY['mobile', 'phone', 'email', 'address'], p.kind),
			p.synced_at DESC,
			p.id`
	var points []ContactPoint
	if err := tx.Select(ctx, &points, q, customer); err != nil {
		return nil, fmt.Errorf("contact points: %w", err)
	}
	return points, nil
}

// Document is an identity document, as one source knows it. It is of the group
// identity.
type Document struct {
	Kind      string     `db:"kind"` // resident_id, passport, permit, foreign_id
	Number    string     `db:"number"`
	BirthDate *time.Time `db:"birth_date"`
	Source    string     `db:"source"`
	SyncedAt  time.Time  `db:"synced_at"`
}

func loadIdentity(ctx context.Context, tx *pg.Tx, customer int64) ([]Document, error) {
	const q = `
		SELECT
			d.kind,
			d.number,
			d.birth_date,
			s.name AS source,
			d.synced_at
		FROM identity_document AS d
		JOIN source_system AS s ON s.id = d.source_id
		WHERE d.customer_id = $1
		ORDER BY
			d.synced_at DESC,
			d.id`
	var documents []Document
	if err := tx.Select(ctx, &documents, q, customer); err != nil {
		return nil, fmt.Errorf("documents: %w", err)
	}
	return documents, nil
}
