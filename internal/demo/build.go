package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"liuhen/internal/pg"
	"liuhen/internal/sourcing"
	"liuhen/internal/staff"
)

// Build builds the demo institution into an empty database, unless it is there
// already. It tells each step through say. One that was interrupted is built on:
// every step may be done again.
func Build(ctx context.Context, db *pg.DB, intake *sourcing.Intake, say func(step string)) error {
	built, err := isBuilt(ctx, db)
	if err != nil || built {
		return err
	}
	b := builder{db: db, intake: intake, say: say, now: time.Now()}
	if err := db.InTx(ctx, pg.System, func(tx *pg.Tx) error { return found(ctx, tx) }); err != nil {
		return fmt.Errorf("found the demo institution: %w", err)
	}
	if err := b.customers(ctx); err != nil {
		return fmt.Errorf("build the demo institution: %w", err)
	}
	return db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO demo_institution (only_row) VALUES (true) ON CONFLICT (only_row) DO NOTHING`)
		return err
	})
}

func isBuilt(ctx context.Context, db *pg.DB) (built bool, err error) {
	err = db.Read(ctx, pg.Nobody, func(tx *pg.Tx) error {
		return tx.Get(ctx, &built, `SELECT EXISTS (SELECT FROM demo_institution)`)
	})
	return built, err
}

// builder carries what the steps of a build share.
type builder struct {
	db     *pg.DB
	intake *sourcing.Intake
	say    func(string)
	now    time.Time
}

// customers imports the made-up files around the real ones. The made-up
// customers come first, so that the real ones find their names there.
func (b builder) customers(ctx context.Context) error {
	list, err := clients()
	if err != nil {
		return err
	}
	served := serve(list)
	if err := b.take(ctx, "demo-customers", "演示客户.csv", customersCSV(list, served)); err != nil {
		return err
	}
	for _, f := range [][2]string{
		{"berka-clients", "client"}, {"berka-accounts", "account"}, {"berka-dispositions", "disp"}, {"berka-loans", "loan"},
		{"berka-cards", "card"}, {"berka-orders", "order"}, {"berka-transactions", "trans"},
	} {
		file, err := berka.Open("berka/" + f[1] + ".csv.gz")
		if err != nil {
			return err
		}
		if err := b.take(ctx, f[0], f[1]+".csv.gz", file); err != nil {
			return err
		}
	}
	for mapping, made := range map[string]*bytes.Buffer{
		"demo-assessments":   assessmentsCSV(list, b.now),
		"demo-holdings":      holdingsCSV(list, b.now),
		"demo-loans":         loansCSV(list, b.now),
		"demo-consultations": consultationsCSV(list, served, b.now),
	} {
		if err := b.take(ctx, mapping, mapping+".csv", made); err != nil {
			return err
		}
	}
	return nil
}

// take imports one file. Any rejected row is a defect of the demo.
func (b builder) take(ctx context.Context, mapping, name string, body io.Reader) error {
	j, err := b.intake.RunNow(ctx, staff.Program(), sourcing.Upload{Mapping: mapping, FileName: name, Body: body}, nil)
	if err != nil {
		return err
	}
	if j.State != sourcing.Done || j.Rejected > 0 {
		return fmt.Errorf("import of %s: %s, %d rows rejected: %s", name, j.State, j.Rejected, j.Error)
	}
	b.say(fmt.Sprintf("导入 %s：%d 行，%.1f 秒", j.Title, j.RowsDone, j.Took().Seconds()))
	return nil
}
