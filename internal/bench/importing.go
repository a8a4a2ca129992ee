package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/lib/pq"
)

// Imported is what an import came to.
type Imported struct {
	Accepted, Changed, Unchanged, Rejected int64
}

// Imports measures the ways by which data come in: customers with documents, as
// text and as a workbook, new and brought again with changes; transactions, new
// and again with changes that become history; and batches of the machine
// interface. What files are held against is COPY of the very same rows into a
// table without indexes, where nothing could ever be found again.
func Imports(ctx context.Context, o Options) (err error) {
	b := &bench{options: o, size: o.Size}
	folder, err := makeFolder()
	if err != nil {
		return err
	}
	defer func() { err = finish(err, func() error { return os.RemoveAll(folder) }) }()
	b.note("建演示机构")
	demo, _, err := startDemo(ctx, o.Self, folder)
	if err == nil {
		err = demo.stop()
	}
	if err != nil {
		return err
	}
	if b.portal, err = o.Open(ctx, filepath.Join(folder, "demo")); err != nil {
		return err
	}
	defer func() { err = finish(err, b.portal.Close) }()
	if b.db, err = openDatabase(b.portal.Server); err != nil {
		return err
	}
	defer func() { err = finish(err, b.db.Close) }()
	b.note(fmt.Sprintf("加入 %d 位合成客户", b.size.Customers))
	if err := b.db.grow(ctx, b.size); err != nil {
		return err
	}
	for _, part := range []func(context.Context, string) error{b.people, b.imports, b.movementsAgain, b.batches} {
		if err := part(ctx, folder); err != nil {
			return err
		}
	}
	return b.conclude(ctx)
}

// people measures files of customers.
func (b *bench) people(ctx context.Context, folder string) error {
	f := &peopleFile{path: filepath.Join(folder, "people.csv"), rows: max(500, b.size.Import/4)}
	fresh := func(ctx context.Context) (float64, error) {
		f.next()
		return b.rate(ctx, "customers", f.path, f.write, func(i Imported) bool { return i.Accepted == int64(f.rows) })
	}
	again := func(ctx context.Context) (float64, error) {
		f.version++
		want := int64((f.rows + changedOne - 1) / changedOne)
		return b.rate(ctx, "customers", f.path, f.write, func(i Imported) bool { return i.Changed == want && i.Accepted == 0 })
	}
	bare := func(ctx context.Context) (float64, error) { return b.bareCopy(ctx, f.path, f.rows, peopleColumns()) }
	medians, err := inTurn(ctx, b.size.Rounds, fresh, again, bare)
	if err != nil {
		return fmt.Errorf("import customers: %w", err)
	}
	scale := fmt.Sprintf("%d 位客户（证件、手机、邮箱、地址）", f.rows)
	for _, l := range []Line{
		bearing("新导入 "+scale+" / 原始行直接 COPY 进无索引的表", "行/秒", medians[0], medians[2]),
		bearing(fmt.Sprintf("再次导入 %s，每 %d 行改一行 / 原始行直接 COPY", scale, changedOne), "行/秒", medians[1], medians[2]),
	} {
		if err := b.print(l); err != nil {
			return err
		}
	}
	return b.book(ctx, folder)
}

// book measures a workbook of customers.
func (b *bench) book(ctx context.Context, folder string) error {
	f := &peopleFile{path: filepath.Join(folder, "people.xlsx"), rows: max(200, b.size.Import/10), first: 500_000_000}
	var rates []float64
	for range b.size.Rounds {
		f.next()
		rate, err := b.rate(ctx, "customers", f.path, f.writeBook, func(i Imported) bool { return i.Accepted == int64(f.rows) })
		if err != nil {
			return fmt.Errorf("import a workbook: %w", err)
		}
		rates = append(rates, rate)
	}
	return b.print(alone(fmt.Sprintf("新导入 %d 位客户的 XLSX 工作簿", f.rows), "行/秒", median(rates)))
}

// alone is a line without peer and target.
func alone(what, unit string, ours float64) Line {
	return Line{What: what, Unit: unit, Ours: round(ours), OK: true}
}

// rate writes a file, imports it and returns the rows a second.
func (b *bench) rate(ctx context.Context, mapping, path string, write func() error, as func(Imported) bool) (float64, error) {
	if err := write(); err != nil {
		return 0, err
	}
	begun := time.Now()
	n, err := b.portal.ImportFile(ctx, mapping, path)
	took := time.Since(begun)
	if err == nil && !as(n) {
		err = fmt.Errorf("%s came to %+v", filepath.Base(path), n)
	}
	return float64(n.Accepted+n.Changed+n.Unchanged) / took.Seconds(), err
}

// bareCopy copies a file into an empty table of texts.
func (b *bench) bareCopy(ctx context.Context, path string, rows int, columns []string) (float64, error) {
	var list []string
	for _, c := range columns {
		list = append(list, pq.QuoteIdentifier(c)+" text")
	}
	for _, q := range []string{`DROP TABLE IF EXISTS bench_texts`, `CREATE TABLE bench_texts (` + strings.Join(list, ", ") + `)`} {
		if _, err := b.db.ExecContext(ctx, q); err != nil {
			return 0, err
		}
	}
	begun := time.Now()
	done, err := b.db.ExecContext(ctx, "COPY bench_texts FROM "+pq.QuoteLiteral(path)+" (FORMAT csv, HEADER true)")
	if err != nil {
		return 0, err
	}
	took := time.Since(begun)
	n, err := copied(done, rows)
	return float64(n) / took.Seconds(), err
}

// movementsAgain brings transactions again of which some have changed; what they
// were before becomes history.
func (b *bench) movementsAgain(ctx context.Context, folder string) error {
	rows, err := b.db.real(ctx)
	if err != nil {
		return err
	}
	f := &importFile{path: filepath.Join(folder, "again.csv"), real: rows, rows: b.size.Import, written: 400_000_000}
	if _, err := b.importOnce(ctx, f); err != nil {
		return fmt.Errorf("import transactions: %w", err)
	}
	var rates []float64
	want := int64((f.rows + changedOne - 1) / changedOne)
	for i := range b.size.Rounds {
		f.written -= f.rows // the same numbers again
		rate, err := b.rate(ctx, "berka-transactions", f.path, func() error { return f.writeChanged(i + 1) },
			func(n Imported) bool { return n.Changed == want && n.Accepted == 0 })
		if err != nil {
			return fmt.Errorf("import transactions again: %w", err)
		}
		rates = append(rates, rate)
	}
	bare, err := b.bareCopy(ctx, f.path, f.rows, transactionColumns())
	if err != nil {
		return err
	}
	what := fmt.Sprintf("再次导入 %d 笔交易流水，每 %d 笔改一笔，原值入历史 / 原始行直接 COPY", f.rows, changedOne)
	return b.print(bearing(what, "行/秒", median(rates), bare))
}

// batches measures the machine interface below its limit of calls: a batch of a
// thousand customers after another.
func (b *bench) batches(ctx context.Context, _ string) error {
	const items = 1000
	count := min(20, max(2, b.size.Import/5_000))
	begun := time.Now()
	for i := range count {
		if err := b.portal.TakeBatch(ctx, "customers", fmt.Sprintf("bench-batch-%06d", i), peopleBatch(700_000_000+i*items, items)); err != nil {
			return fmt.Errorf("batch %d: %w", i, err)
		}
	}
	took := time.Since(begun).Seconds()
	if took <= 0 {
		return errors.New("no time passed")
	}
	if err := b.print(alone(fmt.Sprintf("机器接口：%d 批，每批 %d 位新客户", count, items), "项/秒", float64(count*items)/took)); err != nil {
		return err
	}
	return b.print(alone("机器接口：一批的时间", "毫秒", took*1000/float64(count)))
}
