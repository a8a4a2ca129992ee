package customer

import (
	"context"
	"fmt"
	"time"

	"liuhen/internal/pg"
)

// Assets is what a customer has and owes, of the group assets. Sums and amounts
// are decimal numbers as the database writes them.
type Assets struct {
	Totals     []Total
	Accounts   []Account
	Parties    []Party
	Holdings   []Holding
	Loans      []Loan
	Cards      []Card
	Statements []CardMonth
}

// Total is what a customer has in one currency: deposits, the value of holdings
// and the principal of loans still running. Deposits are nil where no account
// tells its balance. Holdings and loans are in yuan.
type Total struct {
	Currency string  `db:"currency"`
	Deposits *string `db:"deposits"`
	Holdings string  `db:"holdings"`
	Loans    string  `db:"loans"`
}

// Account is a deposit account.
type Account struct {
	No        string     `db:"external_no"`
	Kind      string     `db:"kind"`
	Currency  string     `db:"currency"`
	Balance   *string    `db:"balance"`
	BalanceOn *time.Time `db:"balance_on"`
	OpenedOn  *time.Time `db:"opened_on"`
	Statement string     `db:"statement"`
	Source    string     `db:"source"`
}

// Party is a right of the customer over an account.
type Party struct {
	AccountNo string `db:"account_no"` // empty for an account of somebody else, which has its own file
	Role      string `db:"role"`       // owner, disponent
	Source    string `db:"source"`
}

// Holding is a product the customer holds.
type Holding struct {
	Code     string    `db:"product_code"`
	Name     string    `db:"product_name"`
	Risk     *int16    `db:"risk"`
	Units    string    `db:"units"`
	Value    string    `db:"value"`
	ValuedOn time.Time `db:"valued_on"`
	Source   string    `db:"source"`
}

// Loan is a loan of the customer.
type Loan struct {
	No        string    `db:"external_no"`
	Kind      string    `db:"kind"`
	Principal string    `db:"principal"`
	Months    int       `db:"months"`
	Monthly   string    `db:"monthly"`
	GrantedOn time.Time `db:"granted_on"`
	Status    string    `db:"status"` // finished, defaulted, running, in_debt
	Source    string    `db:"source"`
}

// Card is a bank card of the customer.
type Card struct {
	No       string     `db:"external_no"`
	Kind     string     `db:"kind"`
	Limit    *string    `db:"credit_limit"`
	IssuedOn *time.Time `db:"issued_on"`
	Source   string     `db:"source"`
}

// CardMonth is a month of a credit card. Delay counts the months behind; zero
// or less is on time.
type CardMonth struct {
	CardNo string    `db:"external_no"`
	Month  time.Time `db:"month"`
	Billed string    `db:"billed"`
	Paid   string    `db:"paid"`
	Delay  int       `db:"delay"`
}

func loadAssets(ctx context.Context, tx *pg.Tx, customer int64) (Assets, error) {
	var a Assets
	for _, part := range []struct {
		name  string
		dest  any
		query string
	}{
		{"totals", &a.Totals, totalsSQL},
		{"accounts", &a.Accounts, accountsSQL},
		{"parties", &a.Parties, partiesSQL},
		{"holdings", &a.Holdings, holdingsSQL},
		{"loans", &a.Loans, loansSQL},
		{"cards", &a.Cards, cardsSQL},
		{"card statements", &a.Statements, cardMonthsSQL},
	} {
		if err := tx.Select(ctx, part.dest, part.query, customer); err != nil {
			return Assets{}, fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return a, nil
}
