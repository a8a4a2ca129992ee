package bench

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// realRows reads the real transactions back into the columns of the file they
// came from. The nth row of a longer file repeats them under new numbers.
const realRows = `
	SELECT
		a.external_no AS account_id,
		to_char(t.booked_on, 'YYMMDD') AS date,
		CASE WHEN t.amount < 0 THEN 'VYDAJ' ELSE 'PRIJEM' END AS type,
		CASE t.operation
			WHEN '现金存入' THEN 'VKLAD'
			WHEN '转账收入' THEN 'PREVOD Z UCTU'
			WHEN '现金支取' THEN 'VYBER'
			WHEN '刷卡取现' THEN 'VYBER KARTOU'
			WHEN '转账支出' THEN 'PREVOD NA UCET'
			ELSE ''
		END AS operation,
		abs(t.amount)::text AS amount,
		t.balance::text AS balance,
		CASE t.purpose
			WHEN '保险费' THEN 'POJISTNE'
			WHEN '账户服务费' THEN 'SLUZBY'
			WHEN '利息' THEN 'UROK'
			WHEN '还贷款' THEN 'UVER'
			WHEN '家庭缴费' THEN 'SIPO'
			WHEN '透支罚息' THEN 'SANKC. UROK'
			WHEN '养老金' THEN 'DUCHOD'
			WHEN '融资租赁' THEN 'LEASING'
			ELSE ''
		END AS k_symbol,
		split_part(t.counterparty, ' ', 1) AS bank,
		split_part(t.counterparty, ' ', 2) AS account
	FROM bank_transaction AS t
	JOIN account AS a ON a.id = t.account_id
	JOIN source_system AS s ON s.id = t.source_id
	WHERE s.code = 'berka'
		AND t.balance IS NOT NULL
	ORDER BY
		t.booked_on,
		t.id
	LIMIT 60000`

// firstNew is above every number of the real file.
const firstNew = 100_000_000

// imports measures the portal's import of transactions. Every round brings rows
// that the portal has not seen. What it is held against is our reading of "bare
// COPY": COPY of the finished rows into an empty table with the columns, indexes
// and constraints of the portal's own, which is the least that any loader must do
// that leaves the rows where pages find them and refuses what refers to nothing.
// The same file into a table without either is printed beside for bearings:
// nothing could ever be looked up there.
func (b *bench) imports(ctx context.Context, folder string) error {
	rows, err := b.db.real(ctx)
	if err != nil {
		return err
	}
	file := importFile{path: filepath.Join(folder, "trans.csv"), real: rows, rows: b.size.Import}
	peers := copies{db: b.db, file: &file, finished: filepath.Join(folder, "finished.csv")}
	ours := func(ctx context.Context) (float64, error) { return b.importOnce(ctx, &file) }
	if _, err := ours(ctx); err != nil {
		return fmt.Errorf("import: %w", err)
	}
	if err := peers.prepare(ctx); err != nil {
		return fmt.Errorf("import: %w", err)
	}
	medians, err := inTurn(ctx, b.size.Rounds, ours, peers.alike, peers.bare)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	what := fmt.Sprintf("导入 %d 笔交易流水", b.size.Import)
	for _, line := range []Line{
		ratioLine(what+" / 成品行直接 COPY 进同样索引与约束的空表", "行/秒", medians[0], medians[1], AtLeast, 0.3),
		bearing(what+" / 原始行直接 COPY 进无索引的表（仅供参照）", "行/秒", medians[0], medians[2]),
		absoluteLine(what, "行/秒", medians[0], AtLeast, 50_000),
	} {
		if err := b.print(line); err != nil {
			return err
		}
	}
	return nil
}

// real reads the rows that the synthetic ones repeat.
func (db database) real(ctx context.Context) (rows [][]string, err error) {
	found, err := db.QueryContext(ctx, realRows)
	if err != nil {
		return nil, fmt.Errorf("read real transactions: %w", err)
	}
	defer func() { err = finish(err, found.Close) }()
	for found.Next() {
		row := make([]string, 9)
		into := make([]any, len(row))
		for i := range row {
			into[i] = &row[i]
		}
		if err := found.Scan(into...); err != nil {
			return nil, fmt.Errorf("read real transactions: %w", err)
		}
		rows = append(rows, row)
	}
	if err := found.Err(); err != nil {
		return nil, fmt.Errorf("read real transactions: %w", err)
	}
	if len(rows) == 0 {
		return nil, errors.New("演示机构里没有真实交易流水，导入无从测量")
	}
	return rows, nil
}

// importFile is a file of transactions, written anew for each import.
type importFile struct {
	path    string
	real    [][]string
	rows    int
	written int
}

// changedOne says that one row of so many has changed when a file comes again.
const changedOne = 10

func transactionColumns() []string {
	return []string{"trans_id", "account_id", "date", "type", "operation", "amount", "balance", "k_symbol", "bank", "account"}
}

// write writes the next file.
func (f *importFile) write() error { return f.writeChanged(0) }

// writeChanged writes the next file, its amounts changed here and there, anew
// for each version but 0.
func (f *importFile) writeChanged(version int) (err error) {
	out, err := os.OpenFile(f.path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = finish(err, out.Close) }()
	w := csv.NewWriter(out)
	if err := w.Write(transactionColumns()); err != nil {
		return err
	}
	for i := range f.rows {
		id := fmt.Sprint(firstNew + f.written + i)
		row := append([]string{id}, f.real[i%len(f.real)]...)
		if version > 0 && i%changedOne == 0 {
			row[5] = fmt.Sprintf("%d.%02d", 1000+version, i%100)
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	f.written += f.rows
	w.Flush()
	return w.Error()
}

// importOnce imports a new file and returns the rows a second.
func (b *bench) importOnce(ctx context.Context, f *importFile) (float64, error) {
	if err := f.write(); err != nil {
		return 0, err
	}
	begun := time.Now()
	n, err := b.portal.Import(ctx, f.path)
	took := time.Since(begun)
	if err == nil && n != int64(f.rows) {
		err = fmt.Errorf("%d of %d rows were taken over", n, f.rows)
	}
	return float64(n) / took.Seconds(), err
}
