package demo

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"liuhen/internal/pgtest"
	"liuhen/internal/seal"
	"liuhen/internal/sourcing"
	"liuhen/internal/staff"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestTheDemoInstitutionIsBuiltOnce(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	intake, err := sourcing.NewIntake(db.DB, seal.NewSearchKey(), t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if err := Build(context.Background(), db.DB, intake, func(step string) { t.Log(step) }); err != nil {
		t.Fatal(err)
	}
	t.Logf("built in %.1f s", time.Since(start).Seconds())
	for query, want := range map[string][2]int64{
		`SELECT count(*) FROM customer`:                                                                              {4036, 4036},
		`SELECT count(*) FROM customer WHERE certificate_token IS NULL`:                                              {0, 0},
		`SELECT count(*) FROM customer WHERE mobile_token IS NULL`:                                                   {0, 0},
		`SELECT count(DISTINCT mobile_token) FROM customer`:                                                          {4036, 4036},
		`SELECT count(*) FROM customer_source`:                                                                       {8072, 8072},
		`SELECT count(*) FROM customer WHERE pinyin = '' OR initials = ''`:                                           {0, 0},
		`SELECT count(*) FROM customer WHERE name LIKE '核心客户%'`:                                                      {0, 0},
		`SELECT count(*) FROM customer WHERE manager_id IS NULL`:                                                     {0, 0},
		`SELECT count(*) FROM customer AS c JOIN staff AS s ON s.id = c.manager_id WHERE s.branch_id <> c.branch_id`: {0, 0},
		`SELECT count(*) FROM customer AS c JOIN staff AS s ON s.id = c.manager_id WHERE s.username = 'newbie'`:      {55, 65},
		`SELECT max(n) FROM (SELECT count(*) AS n FROM customer GROUP BY manager_id) AS m`:                           {100, 600},
		`SELECT min(n) FROM (SELECT count(*) AS n FROM customer AS c JOIN staff AS s ON s.id = c.manager_id WHERE s.username <> 'newbie' GROUP BY c.manager_id) AS m`: {100, 600},
		`SELECT count(*) FROM customer WHERE grade IS NOT NULL`:                                      {3700, 4000},
		`SELECT count(*) FROM customer WHERE asset_band IS NOT NULL`:                                 {2000, 4036},
		`SELECT count(DISTINCT asset_band) FROM customer`:                                            {6, 7},
		`SELECT count(*) FROM consultation`:                                                          {7000, 9000},
		`SELECT count(*) FROM consultation WHERE staff_id IS NULL`:                                   {0, 0},
		`SELECT count(*) FROM bank_transaction`:                                                      {37173, 37173},
		`SELECT count(*) FROM value_history`:                                                         {0, 0},
		`SELECT count(*) FROM staff`:                                                                 {33, 45},
		`SELECT count(*) FROM staff WHERE role IN ('manager', 'supervisor') AND superior_id IS NULL`: {0, 0},
	} {
		if got := db.QueryInt(query); got < want[0] || got > want[1] {
			t.Errorf("%s: %d, want %d to %d", query, got, want[0], want[1])
		}
	}
	if err := Build(context.Background(), db.DB, intake, func(step string) { t.Errorf("built again: %s", step) }); err != nil {
		t.Fatal(err)
	}
}

func TestWhoAsksHasAnApprover(t *testing.T) {
	t.Parallel()
	byNo := map[string]hire{}
	for _, p := range crew() {
		byNo[p.no] = p
	}
	for _, p := range crew() {
		if p.role != staff.Manager && p.role != staff.Supervisor {
			continue
		}
		superior, hired := byNo[p.superior]
		if !hired || superior.role != staff.Supervisor && superior.role != staff.Risk && superior.role != staff.Compliance {
			t.Errorf("%s %s of %s answers to %q, who cannot approve", p.no, p.name, p.office, p.superior)
		}
		if p.role == staff.Manager && superior.office != p.office[:3] {
			t.Errorf("%s of %s answers to somebody of %s", p.no, p.office, superior.office)
		}
	}
}

func TestEveryAccountIsOfTheCrew(t *testing.T) {
	t.Parallel()
	for _, a := range Accounts() {
		if a.Name == "" || a.Role == "" || a.Password != Password {
			t.Errorf("account %+v", a)
		}
	}
	if len(Accounts()) != 9 {
		t.Errorf("%d accounts", len(Accounts()))
	}
}
