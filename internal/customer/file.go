package customer

import (
	"context"
	"fmt"
	"time"

	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// File is a customer's file as who acts may see it.
type File struct {
	Ref
	Basic
	Blocks        []Block // where each block came from, newest first
	Changes       []Change
	Assessments   []Assessment // newest first
	Consultations []Consultation
	Sections      []Section
	Events        Timeline
	Viewers       []Viewer
}

// Basic is the open block of a file.
type Basic struct {
	Gender         *string    `db:"gender"` // female, male
	BirthBand      *int16     `db:"birth_band"`
	Occupation     string     `db:"occupation"`
	Residence      string     `db:"residence"`
	OpenedOn       *time.Time `db:"opened_on"`
	Branch         string     `db:"branch"`
	Manager        string     `db:"manager"`
	ManagedSince   *time.Time `db:"managed_since"`
	Grade          *int16     `db:"grade"`
	GradedOn       *time.Time `db:"graded_on"`
	GradeUntil     *time.Time `db:"grade_until"`
	AssetBand      *int16     `db:"-"` // with the closed groups
	LastContactAt  *time.Time `db:"last_contact_at"`
	LastContactVia Via        `db:"last_contact_via"`
	Notes          int64      `db:"notes"` // how many consultations there are
	Views          int64      `db:"views"` // how many views in thirty days
}

// Assessment is a risk assessment of the customer.
type Assessment struct {
	Grade      int16     `json:"grade"`
	AssessedOn time.Time `json:"assessed_on"`
	ValidUntil time.Time `json:"valid_until"`
	Method     string    `json:"method"`
	Source     string    `json:"source"`
}

// GradeOver reports whether a risk grade that is valid until a day, that day
// included, counts no longer at now. A grade without an end is never over.
func GradeOver(until *time.Time, now time.Time) bool {
	return until != nil && until.Format(time.DateOnly) < now.Format(time.DateOnly)
}

// Part reads what another domain keeps of a customer, within the transaction
// that reads the file and in the name of who looks at it: a page that shows both
// asks the database once.
type Part func(ctx context.Context, tx *pg.Tx, of Ref) error

// read runs the parts of a page.
func read(ctx context.Context, tx *pg.Tx, of Ref, parts []Part) error {
	for _, part := range parts {
		if err := part(ctx, tx, of); err != nil {
			return err
		}
	}
	return nil
}

// File returns the file of the customer with the number, reads the other parts
// of its page, and puts the look on record, together with the closed groups that
// a live grant of by opened. It returns NotFound, and records the try, for a
// customer outside the scope.
func (b *Book) File(ctx context.Context, by *staff.Member, no string, parts ...Part) (File, error) {
	var file File
	err := b.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		ref, err := Locate(ctx, tx, by, no)
		if err != nil {
			return err
		}
		file = File{Ref: ref}
		if err := file.load(ctx, tx); err != nil {
			return err
		}
		if err := read(ctx, tx, ref, parts); err != nil {
			return err
		}
		look := trail.Entry{Action: trail.FileViewed, CustomerID: ref.ID, CustomerNo: ref.No}
		if err := trail.Write(ctx, tx, by.Who(), look); err != nil {
			return err
		}
		return revealed(ctx, tx, by, file.Sections)
	})
	if err != nil {
		return File{}, b.refused(ctx, by, no, fmt.Errorf("file of customer: %w", err))
	}
	return file, nil
}

// load reads the file: all that is open, its short lists and which groups are
// open in one statement, because each is a way to the server and back; then the
// values of the groups that are.
func (f *File) load(ctx context.Context, tx *pg.Tx) error {
	q := `
		SELECT
			c.gender,
			c.birth_band,
			c.occupation,
			c.residence,
			c.opened_on,
			b.name AS branch,
			COALESCE(m.name, '') AS manager,
			c.managed_since,
			c.grade,
			c.graded_on,
			c.grade_until,
			c.last_contact_at,
			c.last_contact_via,
			(SELECT count(*) FROM consultation AS n WHERE n.customer_id = c.id) AS notes,
			(
				SELECT count(*)
				FROM trail AS t
				WHERE t.customer_id = c.id
					AND t.at > now() - interval '30 days'
					AND t.action = ANY(string_to_array($2, ' '))
			) AS views,
			(SELECT json_agg(x) FROM (` + blocksSQL + `) AS x) AS blocks,
			(SELECT json_agg(x) FROM (` + assessmentsSQL + `) AS x) AS assessments,
			(SELECT json_agg(x) FROM (` + consultationsSQL + `) AS x) AS consultations,
			(SELECT json_agg(x) FROM (` + viewersSQL + `) AS x) AS viewers,
			(SELECT json_agg(x) FROM (` + changesSQL("'basic'") + `) AS x) AS changes,
			(SELECT json_agg(x) FROM (` + timelineSQL(Everything, "") + `) AS x) AS events,` + closedColumns + `
		FROM customer AS c
		JOIN branch AS b ON b.id = c.branch_id
		LEFT JOIN staff AS m ON m.id = c.manager_id
		WHERE c.id = $1`
	var row struct {
		Basic
		Blocks        pg.List[Block]        `db:"blocks"`
		Assessments   pg.List[Assessment]   `db:"assessments"`
		Consultations pg.List[Consultation] `db:"consultations"`
		Viewers       pg.List[Viewer]       `db:"viewers"`
		Changes       pg.List[Change]       `db:"changes"`
		Events        pg.List[Event]        `db:"events"`
		closed
	}
	if err := tx.Get(ctx, &row, q, f.ID, viewActions); err != nil {
		return fmt.Errorf("load: %w", err)
	}
	f.Basic, f.Blocks, f.Assessments = row.Basic, row.Blocks, row.Assessments
	f.Consultations, f.Viewers, f.Changes = row.Consultations, row.Viewers, row.Changes
	for i := range f.Consultations {
		f.Consultations[i].Body = MaskText(f.Consultations[i].Body)
	}
	f.AssetBand = row.closed.AssetBand
	f.Events = pageOfEvents(Everything, row.Events)
	var err error
	f.Sections, err = row.closed.sections(ctx, tx, f.Ref, f.Blocks, Groups()...)
	return err
}

// assessmentsSQL reads the latest risk assessments of customer $1, newest first.
const assessmentsSQL = `
		SELECT
			a.grade,
			a.assessed_on::timestamptz AS assessed_on,
			a.valid_until::timestamptz AS valid_until,
			a.method,
			s.name AS source
		FROM risk_assessment AS a
		JOIN source_system AS s ON s.id = a.source_id
		WHERE a.customer_id = $1
		ORDER BY
			a.assessed_on DESC,
			a.id DESC
		LIMIT 5`
