package customer_test

import (
	"testing"

	"liuhen/internal/customer"
	"liuhen/internal/fixture"
	"liuhen/internal/pgtest"
	"liuhen/internal/seal"
)

// BenchmarkBook measures the paths one waits for, over thirty thousand customers
// of which a manager has three hundred: the first page, a deep page, a search
// while typing and a file.
func BenchmarkBook(b *testing.B) {
	db := pgtest.New(b)
	people := fixture.People(b, db)
	book := customer.NewBook(db.DB, seal.NewSearchKey())
	db.MustExec(`
		INSERT INTO customer (name, pinyin, initials, branch_id, manager_id, grade, last_contact_at)
		SELECT
			'客户' || n,
			'kehu' || chr(97 + n % 26) || chr(97 + n / 26 % 26),
			'kh' || chr(97 + n % 26),
			$1,
			CASE WHEN n % 100 = 0 THEN $2::bigint ELSE $3::bigint END,
			1 + n % 5,
			now() - n * interval '1 minute'
		FROM generate_series(1, 30000) AS n`, people.Branch1ID, people.Manager1.ID, people.Newbie.ID)
	db.MustExec(`ANALYZE customer`)
	_, no := fixture.Customer(b, db, fixture.File{Manager: people.Manager1, AccountNo: "6222000011112222"})
	deep := customer.Query{}
	for range 20 {
		page, err := book.List(b.Context(), people.Compliance1, deep)
		if err != nil {
			b.Fatal(err)
		}
		deep.After = page.Next
	}
	for _, bench := range []struct {
		name string
		run  func() error
	}{
		{"list of a manager", func() error { _, err := book.List(b.Context(), people.Manager1, customer.Query{}); return err }},
		{"list of all", func() error { _, err := book.List(b.Context(), people.Compliance1, customer.Query{}); return err }},
		{"page 21 of all", func() error { _, err := book.List(b.Context(), people.Compliance1, deep); return err }},
		{"list of a branch", func() error { _, err := book.List(b.Context(), people.Supervisor1, customer.Query{}); return err }},
		{"type-ahead", func() error { _, err := book.Suggest(b.Context(), people.Manager1, "kha"); return err }},
		{"file", func() error { _, err := book.File(b.Context(), people.Manager1, no); return err }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			for b.Loop() {
				if err := bench.run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
