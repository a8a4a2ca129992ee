package sourcing

import "testing"

func TestBerkaComesInCompletelyAndTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 5000)
	for _, f := range berkaFiles() {
		w.wantDone(w.take(f.mapping, file(t, f.name)), f.rows, 0, 0, 0)
	}
	for _, f := range berkaFiles() {
		w.wantDone(w.take(f.mapping, file(t, f.name)), 0, 0, f.rows, 0)
	}
	for query, want := range map[string]int64{
		`SELECT count(*) FROM customer`:                                                    4036,
		`SELECT count(*) FROM account WHERE customer_id IS NULL`:                           0,
		`SELECT count(*) FROM account WHERE balance IS NOT NULL`:                           929,
		`SELECT count(*) FROM account_party WHERE role = 'disponent'`:                      645,
		`SELECT count(*) FROM loan WHERE status = 'in_debt'`:                               32,
		`SELECT count(*) FROM card WHERE kind = '金卡'`:                                      68,
		`SELECT count(*) FROM bank_transaction WHERE amount < 0`:                           19836,
		`SELECT count(*) FROM bank_transaction WHERE counterparty = ''`:                    29461,
		`SELECT count(*) FROM customer WHERE gender = 'female' AND birth_band IS NOT NULL`: 1991,
		`SELECT count(*) FROM value_history`:                                               0,
		`SELECT count(DISTINCT customer_id) FROM customer_block WHERE block = 'assets'`:    4036,
	} {
		if got := w.db.QueryInt(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
}

func TestTaiwanCardHoldersHaveCardAndSixMonths(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	body := file(t, "uci_credit_card_taiwan/credit-card-clients.csv.gz")
	w.wantDone(w.take("taiwan-cards", body), 22454, 0, 0, 0)
	w.wantDone(w.take("taiwan-cards", body), 0, 0, 22454, 0)
	if n := w.db.QueryInt(`SELECT count(*) FROM card_statement`); n != 6*22454 {
		t.Errorf("%d statements", n)
	}
	if n := w.db.QueryInt(`
		SELECT count(*)
		FROM customer AS c
		JOIN card AS k ON k.customer_id = c.id
		JOIN card_statement AS s ON s.customer_id = c.id
		WHERE c.name = '持卡客户 000002' AND c.gender = 'female' AND k.credit_limit = 120000
			AND s.month = '2005-09-01' AND s.billed = 2682 AND s.paid = 0 AND s.delay = -1`); n != 1 {
		t.Error("the second card holder's September is not as in the file")
	}
}

func TestUCIContactsBecomeConsultations(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	body := file(t, "uci_bank_marketing/bank-full.csv.gz")
	w.wantDone(w.take("uci-contacts", body), 45211, 0, 0, 0)
	w.wantDone(w.take("uci-contacts", body), 0, 0, 45211, 0)
	if n := w.db.QueryInt(`
		SELECT count(*)
		FROM customer AS c
		JOIN consultation AS k ON k.customer_id = c.id
		WHERE c.name = '电访客户 00001' AND c.occupation = '管理人员' AND c.last_contact_via = 'phone'
			AND k.via = 'phone' AND k.body LIKE '5 月 5 日电话联系，通话 261 秒，本次活动第 1 次。%没有认购%'`); n != 1 {
		t.Error("the first contact is not as in the file")
	}
}
