package sourcing

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"liuhen/internal/pg"
)

// stageChunk copies a chunk's rows into temporary tables of their own, in the
// caller's transaction. It reads and locks nothing else, so a chunk is staged
// while the one before it is merged.
func stageChunk(ctx context.Context, tx *pg.Tx, p *plan, c *chunk) error {
	if err := prepare(ctx, tx, p); err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	for i := range p.outputs {
		if err := copyRows(ctx, tx, p.outputs[i].copySQL(i), c.stages[i].rows); err != nil {
			return fmt.Errorf("stage: %w", err)
		}
	}
	if !c.repeated {
		return nil
	}
	if err := dropRepeated(ctx, tx, p); err != nil {
		return fmt.Errorf("drop repeated rows: %w", err)
	}
	return nil
}

// prepare makes the chunk's temporary tables.
func prepare(ctx context.Context, tx *pg.Tx, p *plan) error {
	const settings = `
		SET LOCAL work_mem = '64MB';
		SET LOCAL jit = off;
		CREATE TEMP TABLE outcome (
			part        smallint NOT NULL,
			spot        tid,
			row         bigint   NOT NULL,
			line        bigint   NOT NULL,
			rows        bigint   NOT NULL DEFAULT 1,
			rank        smallint NOT NULL,
			column_name text,
			reason      text,
			customer_id bigint,
			account_id  bigint
		) ON COMMIT DROP;`
	var b strings.Builder
	b.WriteString(settings)
	for i, o := range p.outputs {
		fmt.Fprintf(&b, "\nCREATE TEMP TABLE stage_%d (row bigint NOT NULL, line bigint NOT NULL", i)
		for _, c := range o.cols {
			fmt.Fprintf(&b, ", %s %s", c.name, c.sql())
		}
		b.WriteString(") ON COMMIT DROP;")
	}
	_, err := tx.Exec(ctx, b.String())
	return err
}

func (o *output) copySQL(i int) string {
	columns := []string{"row", "line"}
	for _, c := range o.cols {
		columns = append(columns, c.name)
	}
	return fmt.Sprintf("COPY stage_%d (%s) FROM STDIN", i, strings.Join(columns, ", "))
}

func copyRows(ctx context.Context, tx *pg.Tx, query string, rows [][]any) (err error) {
	if len(rows) == 0 {
		return nil
	}
	stmt, err := tx.Prepare(ctx, query)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stmt.Close()) }()
	for _, row := range rows {
		if _, err := stmt.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
	_, err = stmt.ExecContext(ctx)
	return err
}

// dropRepeated keeps the last of the rows of a chunk that share a key. An
// earlier one that says the same is unchanged; one that says something else is
// rejected and names the line that counts.
func dropRepeated(ctx context.Context, tx *pg.Tx, p *plan) error {
	o := &p.outputs[0]
	var keys, same []string
	for _, i := range o.keyColumns() {
		name := o.cols[i].name
		keys = append(keys, "s."+name+" IS NOT DISTINCT FROM l."+name)
	}
	for _, c := range o.cols {
		same = append(same, c.name)
	}
	var by []string
	for _, i := range o.keyColumns() {
		by = append(by, o.cols[i].name)
	}
	q := fmt.Sprintf(`
		INSERT INTO outcome (part, row, line, rank, column_name, reason)
		SELECT
			0,
			s.row,
			s.line,
			CASE WHEN (%[1]s) IS NOT DISTINCT FROM (%[2]s) THEN 0 ELSE 3 END,
			$1,
			'编号与第 ' || l.line || ' 行相同，以后一行为准'
		FROM (
			SELECT %[3]s, max(row) AS row
			FROM stage_0
			GROUP BY %[3]s
			HAVING count(*) > 1
		) AS w
		JOIN stage_0 AS l ON l.row = w.row
		JOIN stage_0 AS s ON s.row < l.row AND %[4]s`,
		listed("s.", same), listed("l.", same), strings.Join(by, ", "), strings.Join(keys, " AND "))
	if _, err := tx.Exec(ctx, q, o.sets[0][o.keyColumns()[0]].label); err != nil {
		return err
	}
	for i := range p.outputs {
		q := fmt.Sprintf("DELETE FROM stage_%d WHERE row IN (SELECT row FROM outcome)", i)
		if _, err := tx.Exec(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// listed writes columns with a prefix, separated by commas.
func listed(prefix string, columns []string) string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = prefix + c
	}
	return strings.Join(out, ", ")
}
