package tag_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/lib/pq"

	"liuhen/internal/customer"
	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/pgtest"
	"liuhen/internal/seal"
	"liuhen/internal/staff"
	"liuhen/internal/tag"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// house is an institution with a keeper of its tags.
type house struct {
	t      *testing.T
	db     *pgtest.DB
	people fixture.Staff
	keeper *tag.Keeper
}

func newHouse(t *testing.T) house {
	t.Helper()
	db := pgtest.New(t)
	return house{t, db, fixture.People(t, db), tag.NewKeeper(db.DB, slog.New(slog.DiscardHandler))}
}

// customer adds a customer of manager1 with what the statements add; $1 is the
// id, $2 the id of a source.
func (h house) customer(f fixture.File, statements ...string) (id int64, no string) {
	h.t.Helper()
	if f.Manager == nil {
		f.Manager = h.people.Manager1
	}
	id, no = fixture.Customer(h.t, h.db, f)
	source := h.db.QueryInt(`SELECT id FROM source_system WHERE code = 'fixture'`)
	for _, q := range statements {
		h.db.MustExec(`SET session_replication_role = replica; ` + replaced(q, id, source) + `; SET session_replication_role = origin`)
	}
	return id, no
}

// supplied publishes one rule of the program's own.
func (h house) supplied(code, name string, group tag.Group, n tag.Node) int64 {
	h.t.Helper()
	text, err := n.JSON()
	if err != nil {
		h.t.Fatal(err)
	}
	h.db.MustExec(`INSERT INTO tag_rule (code, name, field_group) VALUES ($1, $2, $3)`, code, name, string(group))
	id := h.db.QueryInt(`SELECT id FROM tag_rule WHERE code = $1`, code)
	h.db.MustExec(`INSERT INTO tag_rule_version (rule_id, version, state, name, condition, reads, published_at) VALUES ($1, 1, 'published', $2, $3, $4, now())`, id, name, text, pq.Array(n.Reads()))
	return id
}

func (h house) settle() *tag.Run {
	h.t.Helper()
	run, err := h.keeper.Settle(context.Background())
	if err != nil {
		h.t.Fatal(err)
	}
	return run
}

// has reports whether the customer has the rule's tag now.
func (h house) has(customer, rule int64) bool {
	h.t.Helper()
	return h.db.QueryInt(`SELECT count(*) FROM customer_tag WHERE customer_id = $1 AND rule_id = $2 AND until IS NULL`, customer, rule) == 1
}

// tags reads the tags a person sees on the customer's file.
func (h house) tags(by *staff.Member, no string) (tags []tag.Tag, err error) {
	_, err = customer.NewBook(h.db.DB, seal.NewSearchKey()).File(h.t.Context(), by, no, tag.NewShelf(h.db.DB).Current(&tags))
	return tags, err
}

// as runs a statement as the program's role in somebody's name.
func (h house) as(by *staff.Member, q string) error {
	ctx := context.Background()
	return h.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		_, err := tx.Exec(ctx, q)
		return err
	})
}
