package customer

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Consultation is what was talked about with a customer. Numbers that somebody
// typed into it are masked: it is open with the basic group.
type Consultation struct {
	ID     int64     `json:"id"`
	At     time.Time `json:"at"`
	Via    Via       `json:"via"`
	Body   string    `json:"body"`
	Staff  string    `json:"staff"`  // who wrote it; empty for one that was imported
	Source string    `json:"source"` // where it was imported from; empty for one written here
}

// NoteInput is a consultation to keep.
type NoteInput struct {
	Via  Via
	Body string
}

// longestNote is the longest body of a consultation, in characters.
const longestNote = 2000

// checked returns the input without what is no text, or an Invalid fault with
// the fields via and body.
func (in NoteInput) checked() (NoteInput, error) {
	in.Body = strings.TrimSpace(cleanText(in.Body))
	var f fault.Fields
	f.Require(in.Via.Known(), "via", "请选择沟通方式。")
	f.Require(in.Body != "", "body", "请写下咨询内容。")
	n := utf8.RuneCountInString(in.Body)
	f.Require(n <= longestNote, "body", fmt.Sprintf("咨询内容最多 %d 字，现在 %d 字。", longestNote, n))
	return in, f.Err()
}

// Note keeps a consultation of now, which becomes the customer's last contact,
// and puts it on record. It returns Forbidden for a role that keeps none,
// Invalid with the fields via and body, and NotFound outside the scope.
func (b *Book) Note(ctx context.Context, by *staff.Member, no string, in NoteInput) error {
	if err := authz.Check(by, authz.NoteCustomers); err != nil {
		return err
	}
	in, invalid := in.checked()
	err := b.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		ref, err := Locate(ctx, tx, by, no)
		if err != nil {
			return err
		}
		if invalid != nil {
			return invalid
		}
		return keepNote(ctx, tx, by, ref, in)
	})
	if err != nil {
		return b.refused(ctx, by, no, fmt.Errorf("note on customer: %w", err))
	}
	return nil
}

func keepNote(ctx context.Context, tx *pg.Tx, by *staff.Member, ref Ref, in NoteInput) error {
	const insert = `
		INSERT INTO consultation (
			customer_id,
			at,
			via,
			body,
			staff_id
		)
		VALUES ($1, now(), $2, $3, $4)`
	if _, err := tx.Exec(ctx, insert, ref.ID, string(in.Via), in.Body, by.ID); err != nil {
		return fmt.Errorf("insert: %w", err)
	}
	const contact = `
		UPDATE customer
		SET last_contact_at = now(),
			last_contact_via = $2
		WHERE id = $1
			AND (last_contact_at IS NULL OR last_contact_at < now())`
	if _, err := tx.Exec(ctx, contact, ref.ID, string(in.Via)); err != nil {
		return fmt.Errorf("last contact: %w", err)
	}
	return trail.Write(ctx, tx, by.Who(), trail.Entry{
		Action:     trail.ConsultationKept,
		CustomerID: ref.ID,
		CustomerNo: ref.No,
		Detail:     in.Via.Label(),
	})
}

// consultationsSQL reads the latest consultations of customer $1, newest first.
const consultationsSQL = `
		SELECT
			n.id,
			n.at,
			n.via,
			n.body,
			COALESCE(w.name, '') AS staff,
			COALESCE(s.name, '') AS source
		FROM consultation AS n
		LEFT JOIN staff AS w ON w.id = n.staff_id
		LEFT JOIN source_system AS s ON s.id = n.source_id
		WHERE n.customer_id = $1
		ORDER BY
			n.at DESC,
			n.id DESC
		LIMIT 5`
