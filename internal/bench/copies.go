package bench

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"time"

	"github.com/lib/pq"
)

// copies are the peers of the import: the server reads a file by itself and
// copies it into an empty table.
type copies struct {
	db       database
	file     *importFile
	finished string // path of the rows as the import has stored them
}

// finishedColumns are the columns of a transaction that are not made by the
// table itself.
const finishedColumns = "customer_id, source_id, external_no, account_id, booked_on, operation, amount, balance, purpose, counterparty"

// prepare makes the two tables and writes down what the last import has stored.
func (c copies) prepare(ctx context.Context) error {
	const tables = `
		CREATE TABLE bench_bare (
			trans_id bigint,
			account_id bigint,
			date text,
			type text,
			operation text,
			amount numeric(18,2),
			balance numeric(18,2),
			k_symbol text,
			bank text,
			account text
		);
		CREATE TABLE bench_alike (LIKE bank_transaction INCLUDING ALL);
		CREATE TRIGGER bench_alike_references
			AFTER INSERT ON bench_alike
			REFERENCING NEW TABLE AS written
			FOR EACH STATEMENT EXECUTE FUNCTION bank_transaction_references()`
	if _, err := c.db.ExecContext(ctx, tables); err != nil {
		return fmt.Errorf("make the tables to copy into: %w", err)
	}
	if err := c.writeFinished(ctx); err != nil {
		return fmt.Errorf("write the finished rows: %w", err)
	}
	return nil
}

// writeFinished writes the newest rows of the portal's table in the text form
// of COPY, as many as the file has.
func (c copies) writeFinished(ctx context.Context) (err error) {
	const newest = `
		SELECT bank_line.text
		FROM (
			SELECT
				t.id,
				concat_ws(E'\t', t.customer_id, t.source_id, t.external_no, COALESCE(t.account_id::text, '\N'), t.booked_on,
					t.operation, t.amount, COALESCE(t.balance::text, '\N'), t.purpose, t.counterparty) AS text
			FROM bank_transaction AS t
			ORDER BY t.id DESC
			LIMIT $1
		) AS bank_line
		ORDER BY bank_line.id`
	rows, err := c.db.QueryContext(ctx, newest, c.file.rows)
	if err != nil {
		return err
	}
	defer func() { err = finish(err, rows.Close) }()
	out, err := os.OpenFile(c.finished, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = finish(err, out.Close) }()
	w := bufio.NewWriter(out)
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		if _, err := w.WriteString(line + "\n"); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return w.Flush()
}

// alike copies the finished rows into a table like the portal's own.
func (c copies) alike(ctx context.Context) (float64, error) {
	return c.once(ctx, "bench_alike", "COPY bench_alike ("+finishedColumns+") FROM "+pq.QuoteLiteral(c.finished))
}

// bare copies a new file into a table without indexes.
func (c copies) bare(ctx context.Context) (float64, error) {
	if err := c.file.write(); err != nil {
		return 0, err
	}
	return c.once(ctx, "bench_bare", "COPY bench_bare FROM "+pq.QuoteLiteral(c.file.path)+" (FORMAT csv, HEADER true)")
}

// once empties the table, copies and returns the rows a second.
func (c copies) once(ctx context.Context, table, query string) (float64, error) {
	if _, err := c.db.ExecContext(ctx, "TRUNCATE "+pq.QuoteIdentifier(table)); err != nil {
		return 0, err
	}
	begun := time.Now()
	done, err := c.db.ExecContext(ctx, query)
	if err != nil {
		return 0, err
	}
	took := time.Since(begun)
	n, err := copied(done, c.file.rows)
	return float64(n) / took.Seconds(), err
}

func copied(done sql.Result, want int) (int64, error) {
	n, err := done.RowsAffected()
	if err == nil && n != int64(want) {
		err = fmt.Errorf("COPY took %d of %d rows", n, want)
	}
	return n, err
}
