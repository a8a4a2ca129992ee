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

// BenchmarkImportCustomers measures the import of new customers with a document
// and three contact points each: eight rows a customer.
func BenchmarkImportCustomers(b *testing.B) {
	const rows = 50_000
	w := newWorld(b, 0)
	first := 0
	for b.Loop() {
		var body bytes.Buffer
		body.WriteString("客户号,姓名,性别,证件号,手机,邮箱,地址\n")
		for i := range rows {
			n := first + i
			fmt.Fprintf(&body, "IB%09d,测%c合,男,99%016d,13%09d,ib%d@example.com,江州市滨江区测量路 %d 号\n", n, rune(0x4e00+n%5000), n, n, n, n%997)
		}
		first += rows
		start := time.Now()
		w.wantDone(w.take("customers", body.Bytes()), rows, 0, 0, 0)
		b.ReportMetric(rows/time.Since(start).Seconds(), "rows/s")
	}
}
