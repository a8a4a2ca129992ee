package sourcing

import (
	"bytes"
	"fmt"
	"testing"
	"time"
)

// BenchmarkImport measures the import of transactions against a bare COPY of
// the same rows into the same table.
func BenchmarkImport(b *testing.B) {
	w := newWorld(b, 0)
	for _, f := range berkaFiles()[:3] {
		w.take(f.mapping, file(b, f.name))
	}
	var body bytes.Buffer
	body.WriteString("trans_id,account_id,date,type,operation,amount,balance,k_symbol,bank,account\n")
	const rows = 100_000
	for i := range rows {
		fmt.Fprintf(&body, "%d,576,9%d0101,PRIJEM,VKLAD,%d.50,%d.00,SIPO,YZ,%d\n", i+1, i%9+1, i%9000+1, i, i)
	}
	for b.Loop() {
		w.db.MustExec(`TRUNCATE bank_transaction`)
		start := time.Now()
		w.wantDone(w.take("berka-transactions", body.Bytes()), rows, 0, 0, 0)
		ours := time.Since(start)
		w.db.MustExec(`CREATE TABLE bare AS SELECT customer_id, source_id, external_no, account_id, booked_on, operation, amount, balance, purpose, counterparty FROM bank_transaction`)
		w.db.MustExec(`TRUNCATE bank_transaction`)
		start = time.Now()
		w.db.MustExec(`INSERT INTO bank_transaction (customer_id, source_id, external_no, account_id, booked_on, operation, amount, balance, purpose, counterparty)
			SELECT customer_id, source_id, external_no, account_id, booked_on, operation, amount, balance, purpose, counterparty FROM bare`)
		peer := time.Since(start)
		w.db.MustExec(`DROP TABLE bare`)
		b.ReportMetric(rows/ours.Seconds(), "rows/s")
		b.ReportMetric(rows/peer.Seconds(), "bare-rows/s")
		b.ReportMetric(peer.Seconds()/ours.Seconds(), "ratio")
	}
}
