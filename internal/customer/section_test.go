package customer_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"liuhen/internal/customer"
	"liuhen/internal/fault"
)

// secrets are the closed values of the first customer.
func (w *world) secrets() map[customer.Group][]string {
	return map[customer.Group][]string{
		customer.ContactGroup:      {w.file.Mobile, w.file.Email, "秘密路"},
		customer.IdentityGroup:     {w.file.Certificate},
		customer.AssetsGroup:       {w.file.AccountNo, w.file.Balance, w.file.Holding},
		customer.TransactionsGroup: {w.file.Counterparty},
	}
}

// leaks returns which of the secrets of the groups stand somewhere in v.
func (w *world) leaks(v any, groups ...customer.Group) []string {
	w.t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		w.t.Fatal(err)
	}
	var found []string
	for _, g := range groups {
		for _, s := range w.secrets()[g] {
			if strings.Contains(string(text), s) {
				found = append(found, s)
			}
		}
	}
	return found
}

func TestWithoutAGrantNoClosedValueLeavesTheBook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, p := context.Background(), w.people
	for _, by := range p.All()[:7] {
		file, err := w.book.File(ctx, by, w.no)
		if err != nil {
			continue // out of scope, tested elsewhere
		}
		if found := w.leaks(file, customer.Groups()...); found != nil {
			t.Errorf("%s: the file holds %v", by.Username, found)
		}
		for _, g := range customer.Groups() {
			s, err := w.book.Section(ctx, by, w.no, g)
			if err != nil || s.Open {
				t.Errorf("%s: section %s open = %v, %v", by.Username, g, s.Open, err)
			}
			if found := w.leaks(s, customer.Groups()...); found != nil {
				t.Errorf("%s: section %s holds %v", by.Username, g, found)
			}
		}
		page, err := w.book.List(ctx, by, customer.Query{Q: w.file.Mobile})
		if err != nil || len(page.Rows) != 1 {
			t.Fatalf("%s: %d rows, %v", by.Username, len(page.Rows), err)
		}
		if found := w.leaks(page.Rows, customer.Groups()...); found != nil {
			t.Errorf("%s: the list holds %v", by.Username, found)
		}
		views, err := w.book.Views(ctx, by, w.no, "")
		if err != nil || w.leaks(views, customer.Groups()...) != nil {
			t.Errorf("%s: views %v", by.Username, err)
		}
	}
	if n := w.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'customer.revealed'`); n != 0 {
		t.Errorf("%d reveals on record, want none", n)
	}
	for _, secrets := range w.secrets() {
		for _, s := range secrets {
			if n := w.db.QueryInt(`SELECT count(*) FROM trail WHERE trail::text LIKE '%' || $1 || '%'`, s); n != 0 {
				t.Errorf("the trail holds %q", s)
			}
		}
	}
}

func TestAGrantOpensItsGroupAndNoOther(t *testing.T) {
	t.Parallel()
	for _, group := range customer.Groups() {
		t.Run(string(group), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ctx, by := context.Background(), w.people.Manager1
			w.grant(by, string(group))
			s, err := w.book.Section(ctx, by, w.no, group)
			if err != nil || !s.Open || time.Until(s.Until) < 20*time.Minute {
				t.Fatalf("section: open = %v until %v, %v", s.Open, s.Until, err)
			}
			if found := w.leaks(s, group); len(found) != len(w.secrets()[group]) {
				t.Errorf("the open section shows %v of %v", found, w.secrets()[group])
			}
			file, err := w.book.File(ctx, by, w.no)
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range customer.Groups() {
				want := 0
				if g == group {
					want = len(w.secrets()[g])
				}
				if found := w.leaks(file, g); len(found) != want {
					t.Errorf("with %s granted the file shows %v of %s", group, found, g)
				}
			}
			if n := w.trail(by, "customer.revealed", false); n != 2 {
				t.Errorf("%d reveals on record, want 2", n)
			}
			other, err := w.book.Section(ctx, w.people.Supervisor1, w.no, group)
			if err != nil || other.Open || w.leaks(other, group) != nil {
				t.Errorf("somebody else sees it: %v, %v", other.Open, err)
			}
			w.db.Advance(31 * time.Minute)
			s, err = w.book.Section(ctx, by, w.no, group)
			if err != nil || s.Open || w.leaks(s, group) != nil {
				t.Errorf("after its end: open = %v, %v", s.Open, err)
			}
		})
	}
}

func TestSectionOfAnUnknownGroupOrCustomer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.book.Section(context.Background(), w.people.Manager1, w.no, "secrets")
	wantKind(t, err, fault.NotFound)
	_, err = w.book.Section(context.Background(), w.people.Manager2, w.no, customer.AssetsGroup)
	wantKind(t, err, fault.NotFound)
	if n := w.trail(w.people.Manager2, "customer.viewed", true); n != 1 {
		t.Errorf("%d refused tries on record, want 1", n)
	}
}

func TestAssetsAddUpAndKeepWhatTheyWere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by := context.Background(), w.people.Manager1
	source := w.db.QueryInt(`SELECT id FROM source_system WHERE code = 'fixture'`)
	w.db.MustExec(`INSERT INTO loan (customer_id, source_id, external_no, principal, months, monthly, granted_on, status) VALUES ($1, $2, 'L1', 80952, 24, 3373, '1994-01-05', 'running'), ($1, $2, 'L2', 30276, 12, 2523, '1993-09-15', 'finished')`, w.id, source)
	w.db.MustExec(`INSERT INTO card (customer_id, source_id, external_no, kind, issued_on) VALUES ($1, $2, 'K1', 'classic', '1993-11-07')`, w.id, source)
	for month := 1; month <= 8; month++ {
		w.db.MustExec(`INSERT INTO card_statement (customer_id, source_id, external_no, month, billed, paid, delay) VALUES ($1, $2, 'K1', make_date(2026, $3, 1), 100, 90, 0)`, w.id, source, month)
	}
	w.db.MustExec(`INSERT INTO account_party (customer_id, source_id, external_no, account_id, role) SELECT $1, $2, 'D1', a.id, 'owner' FROM account AS a WHERE a.customer_id = $1`, w.id, source)
	w.db.MustExec(`INSERT INTO value_history (customer_id, field_group, entity, external_no, before) VALUES ($1, 'assets', 'account', $2, '{"balance": 999.50, "statement": null, "kind": "活期"}')`, w.id, w.file.AccountNo)
	w.grant(by, "assets")
	s, err := w.book.Section(ctx, by, w.no, customer.AssetsGroup)
	if err != nil {
		t.Fatal(err)
	}
	deposits := "1234567.89"
	want := []customer.Total{{Currency: "CNY", Deposits: &deposits, Holdings: "100.00", Loans: "80952.00"}}
	if diff := cmp.Diff(want, s.Assets.Totals); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
	if len(s.Assets.Loans) != 2 || len(s.Assets.Cards) != 1 || len(s.Assets.Statements) != 6 {
		t.Errorf("%d loans, %d cards, %d months", len(s.Assets.Loans), len(s.Assets.Cards), len(s.Assets.Statements))
	}
	if len(s.Assets.Parties) != 1 || s.Assets.Parties[0].AccountNo != w.file.AccountNo {
		t.Errorf("parties = %+v", s.Assets.Parties)
	}
	if len(s.Changes) != 1 || len(s.Changes[0].Fields) != 2 || s.Changes[0].Fields[0] != (customer.Before{Column: "balance", Value: "999.50"}) {
		t.Errorf("changes = %+v", s.Changes)
	}
}

func TestDepositsWithoutABalanceAreUnknown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.db.MustExec(`UPDATE account SET balance = NULL, balance_on = NULL WHERE customer_id = $1`, w.id)
	w.grant(w.people.Manager1, "assets")
	s, err := w.book.Section(context.Background(), w.people.Manager1, w.no, customer.AssetsGroup)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Assets.Totals) != 1 || s.Assets.Totals[0].Deposits != nil {
		t.Errorf("totals = %+v, want deposits unknown", s.Assets.Totals)
	}
}

func TestTransactionsPageThroughAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by := context.Background(), w.people.Manager1
	w.db.MustExec(`
		INSERT INTO bank_transaction (customer_id, source_id, external_no, booked_on, amount)
		SELECT $1, s.id, 'm' || n, date '1998-12-31' - n / 3, n
		FROM source_system AS s
		CROSS JOIN generate_series(1, 120) AS n`, w.id)
	closed, err := w.book.Transactions(ctx, by, w.no, "")
	if err != nil || closed.Open || len(closed.Transactions.Rows) != 0 {
		t.Fatalf("closed: %+v, %v", closed, err)
	}
	w.grant(by, "transactions")
	seen, cursor := map[int64]bool{}, ""
	for range 5 {
		s, err := w.book.Transactions(ctx, by, w.no, cursor)
		if err != nil {
			t.Fatal(err)
		}
		if s.Transactions.Total != 121 {
			t.Errorf("total = %d", s.Transactions.Total)
		}
		for _, r := range s.Transactions.Rows {
			if seen[r.ID] {
				t.Errorf("transaction %d comes twice", r.ID)
			}
			seen[r.ID] = true
		}
		if cursor = s.Transactions.Next; cursor == "" {
			break
		}
	}
	if len(seen) != 121 {
		t.Errorf("saw %d of 121", len(seen))
	}
	_, err = w.book.Transactions(ctx, by, w.no, "broken")
	wantKind(t, err, fault.Invalid)
}
