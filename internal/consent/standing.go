package consent

import (
	"context"
	"fmt"
	"time"

	"liuhen/internal/authz"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Standing is how a customer stands: each cell with its state and verdict, and
// when what happened last.
type Standing struct {
	Customer customer.Ref
	At       time.Time // the moment it speaks of
	Past     bool      // At is a moment past, as it was known then
	Wording  *Wording  // in force at that moment; nil before the first
	States   map[Cell]State
	Rules    map[Cell]Rule
	Evidence map[Cell]Source
	Contact
	Personal *bool // agreed to personalised recommendation; nil while never asked
}

// Contact is when what happened last between a customer and the consents.
type Contact struct {
	ServedAt   *time.Time `db:"served_at"`
	OpenedAt   *time.Time `db:"opened_at"`
	AnsweredAt *time.Time `db:"answered_at"`
	RefusedAt  *time.Time `db:"refused_at"`
}

// Source is what a state rests on.
type Source struct {
	Method   Method
	Evidence string
	Receipt  string
}

// QuietUntil returns until when the customer is not asked again, and whether that
// is still to come.
func (s Standing) QuietUntil() (time.Time, bool) {
	if s.RefusedAt == nil {
		return time.Time{}, false
	}
	until := QuietUntil(*s.RefusedAt)
	return until, until.After(s.At)
}

// Open counts the cells by which the customer may be contacted.
func (s Standing) Open() int {
	n := 0
	for _, r := range s.Rules {
		if r == Allowed {
			n++
		}
	}
	return n
}

// Standing returns the part of a file that reads how its customer stands.
func (d *Desk) Standing(into *Standing) customer.Part {
	return func(ctx context.Context, tx *pg.Tx, of customer.Ref) error {
		*into = Standing{Customer: of, At: time.Now()}
		return into.load(ctx, tx)
	}
}

// cellsSQL joins every cell with its state, which the rest of the statement names
// as s, and what it rests on. $1 is the customer, $2 the moment.
const cellsSQL = `
		SELECT
			c.category,
			c.channel,
			COALESCE(s.state, '') AS state,
			COALESCE(s.wording_no, 0) AS wording_no,
			COALESCE(s.since, $2) AS since,
			s.expires_on,
			g.asks_since,
			COALESCE(a.method, '') AS method,
			COALESCE(a.evidence, '') AS evidence,
			COALESCE(a.receipt, '') AS receipt
		FROM consent_cell AS c
		JOIN (
			SELECT
				k.code,
				consent_asks_since(k.code, $2) AS asks_since
			FROM consent_category AS k
			WHERE k.leaf
		) AS g ON g.code = c.category
		LEFT JOIN `

const cellsEnd = ` AS s ON s.category = c.category AND s.channel = c.channel
		LEFT JOIN consent_event AS e ON e.id = s.event_id
		LEFT JOIN consent_act AS a ON a.id = e.act_id
		ORDER BY
			c.category,
			c.channel`

func (s *Standing) load(ctx context.Context, tx *pg.Tx) error {
	from := `(SELECT t.category, t.channel, t.state, t.wording_no, t.since, t.expires_on, t.event_id FROM consent_state AS t WHERE t.customer_id = $1)`
	if s.Past {
		from = `consent_replay($1, $1, $2, $2)`
	}
	var rows []struct {
		Cell
		State    Kind       `db:"state"`
		Wording  int        `db:"wording_no"`
		Since    time.Time  `db:"since"`
		Expires  *time.Time `db:"expires_on"`
		Asks     int        `db:"asks_since"`
		Method   Method     `db:"method"`
		Evidence string     `db:"evidence"`
		Receipt  string     `db:"receipt"`
	}
	if err := tx.Select(ctx, &rows, cellsSQL+from+cellsEnd, s.Customer.ID, s.At); err != nil {
		return fmt.Errorf("consents: %w", err)
	}
	s.States, s.Rules, s.Evidence = map[Cell]State{}, map[Cell]Rule{}, map[Cell]Source{}
	for _, r := range rows {
		state := State{Kind: r.State, Wording: r.Wording, Since: r.Since, ExpiresOn: r.Expires}
		s.States[r.Cell], s.Evidence[r.Cell] = state, Source{r.Method, r.Evidence, r.Receipt}
		s.Rules[r.Cell] = Verdict(state, r.Asks, s.At.In(pg.Zone()))
	}
	var err error
	if s.Wording, err = inForce(ctx, tx, s.At); err != nil {
		return fmt.Errorf("consents: %w", err)
	}
	return s.loadContact(ctx, tx)
}

func (s *Standing) loadContact(ctx context.Context, tx *pg.Tx) error {
	const q = `
		SELECT
			max(e.at) FILTER (WHERE e.kind = 'served') AS served_at,
			max(e.at) FILTER (WHERE e.kind = 'opened') AS opened_at,
			max(e.at) FILTER (WHERE e.kind IN ('granted', 'refused', 'withdrawn')) AS answered_at,
			max(e.at) FILTER (WHERE e.kind IN ('refused', 'withdrawn')) AS refused_at,
			(
				SELECT h.agreed
				FROM consent_choice AS h
				WHERE h.customer_id = $1
					AND h.subject = 'personal'
					AND h.at <= $2
				ORDER BY
					h.at DESC,
					h.agreed,
					h.id DESC
				LIMIT 1
			) AS personal
		FROM consent_event AS e
		WHERE e.customer_id = $1
			AND e.at <= $2`
	var row struct {
		Contact
		Personal *bool `db:"personal"`
	}
	if err := tx.Get(ctx, &row, q, s.Customer.ID, s.At); err != nil {
		return fmt.Errorf("consents: %w", err)
	}
	s.Contact, s.Personal = row.Contact, row.Personal
	return nil
}

// File is the page of a customer's consents.
type File struct {
	Standing
	Acts  []Act  // newest first
	Links []Link // that open the customer's page now
	Next  int64  // where the next page of acts begins; 0 on the last
}

// File returns how the customer with the number stands, at a moment past if one is
// given, with a page of what happened from act before on (0 for the newest), and
// puts the look on record. It returns NotFound, and records the try, outside the
// scope, and Invalid on the field at for a moment to come.
func (d *Desk) File(ctx context.Context, by *staff.Member, no string, at time.Time, before int64) (File, error) {
	var f File
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		ref, err := customer.Locate(ctx, tx, by, no)
		if err != nil {
			return err
		}
		f.Standing = Standing{Customer: ref, At: time.Now()}
		if !at.IsZero() {
			if at.After(f.At) || at.Year() < 2000 {
				var fields fault.Fields
				fields.Add("at", "请选过去的一个时间。")
				return fields.Err()
			}
			f.At, f.Past = at, true
		}
		if err := f.load(ctx, tx); err != nil {
			return err
		}
		if err := f.loadActs(ctx, tx, before); err != nil {
			return err
		}
		if f.Links, err = links(ctx, tx, ref.ID); err != nil {
			return err
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.ConsentViewed, CustomerID: ref.ID, CustomerNo: ref.No})
	})
	if err != nil {
		return File{}, d.refused(ctx, by, no, fmt.Errorf("consents of customer: %w", err))
	}
	return f, nil
}

// refused puts a look at a customer outside the scope on the trail.
func (d *Desk) refused(ctx context.Context, by *staff.Member, no string, err error) error {
	f := fault.As(err)
	if f == nil || f.Rule != "scope" || authz.Check(by, authz.SeeCustomers) != nil {
		return err
	}
	entry := trail.Entry{Action: trail.ConsentViewed, Refused: true, CustomerNo: shownNo(no), Detail: f.Sentence}
	if noted := trail.Note(context.WithoutCancel(ctx), d.db, by.Who(), entry); noted != nil {
		return fmt.Errorf("%w (and not on the trail: %w)", err, noted)
	}
	return err
}

// shownNo keeps of a number only what can be one.
func shownNo(no string) string {
	if len(no) != 8 || !line(no, 8) {
		return ""
	}
	return no
}

// Now returns how the customer with the number stands, for a page of theirs that
// is open already. It returns NotFound, and records the try, outside the scope.
func (d *Desk) Now(ctx context.Context, by *staff.Member, no string) (Standing, error) {
	var s Standing
	err := d.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		ref, err := customer.Locate(ctx, tx, by, no)
		if err != nil {
			return err
		}
		return d.Standing(&s)(ctx, tx, ref)
	})
	if err != nil {
		return Standing{}, d.refused(ctx, by, no, fmt.Errorf("consents of customer: %w", err))
	}
	return s, nil
}
