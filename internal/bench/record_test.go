package bench

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const serverLog = `2026-11-23 10:00:00.123 CST [42] LOG:  statement: BEGIN; SET LOCAL liuhen.actor = '7.1.ab'
2026-11-23 10:00:00.124 CST [42] LOG:  execute <unnamed>: 
		SELECT c.id
		FROM customer AS c
		WHERE c.no = $1
			AND ($2 = '' OR c.name = $2)
			AND c.id <> $3::bigint
2026-11-23 10:00:00.124 CST [42] DETAIL:  parameters: $1 = '50000009', $2 = 'it''s $1, = x', $3 = NULL
2026-11-23 10:00:00.125 CST [43] WARNING:  something else
2026-11-23 10:00:00.126 CST [42] LOG:  statement: COMMIT
`

func TestStatementsAreReadOutOfTheLog(t *testing.T) {
	t.Parallel()
	got := recorded(serverLog)
	want := []statement{
		{text: "BEGIN; SET LOCAL liuhen.actor = '7.1.ab'"},
		{
			text:   "\n\tSELECT c.id\n\tFROM customer AS c\n\tWHERE c.no = $1\n\t\tAND ($2 = '' OR c.name = $2)\n\t\tAND c.id <> $3::bigint",
			params: []param{{text: "50000009"}, {text: "it's $1, = x"}, {null: true}},
		},
		{text: "COMMIT"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(statement{}, param{})); diff != "" {
		t.Error(diff)
	}
}

func TestAScriptDrawsAnotherCustomerEachTime(t *testing.T) {
	t.Parallel()
	s := subject{id: 4009, no: 50000009, from: 4001, to: 6000}
	statements := append(recorded(serverLog), statement{text: "INSERT INTO trail (customer_id) VALUES ($1)", params: []param{{text: "4009"}}})
	text, variables := script(statements, s, "7.2.cd")
	want := `\set id random(4001, 6000)
\set no :id + 49996000
\startpipeline
BEGIN;
SET LOCAL liuhen.actor = '7.2.cd';
\endpipeline
SELECT c.id
	FROM customer AS c
	WHERE c.no = :no
		AND (:s1p1 = '' OR c.name = :s1p1)
		AND c.id <> NULL::bigint;
COMMIT;
INSERT INTO trail (customer_id) VALUES (:id);
`
	if diff := cmp.Diff(want, text); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"s1p1": "it's $1, = x"}, variables); diff != "" {
		t.Error(diff)
	}
}
