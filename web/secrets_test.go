package web_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/tag"
	"liuhen/internal/webtest"
)

// planted is a customer whose closed values are found nowhere else.
type planted struct {
	id      int64
	no      string
	secrets map[string][]string // by field group
}

// plant adds n customers with four groups of secrets each.
func plant(t *testing.T, p *webtest.Portal, n int) []planted {
	t.Helper()
	all := make([]planted, n)
	for i := range all {
		f := fixture.File{
			Name: "沈测" + string(rune('一'+i%500)), Pinyin: "shence", Initials: "sc",
			Manager: p.People.Manager1, Grade: i%5 + 1, AssetBand: i % 7,
			Mobile: fmt.Sprintf("139%08d", 27_000_001+i*97), Email: fmt.Sprintf("secretmail%04dq@hidden%04d.example", i, i),
			Address:     fmt.Sprintf("江州市滨江区密路弄%04d号暗门", i),
			Certificate: fmt.Sprintf("77%04d19%02d01010%03dX", i, i%90+10, i%999),
			AccountNo:   fmt.Sprintf("622288%010d", 4_000_000_000+i*7919), Balance: fmt.Sprintf("%d.%02d", 734_511+i*1303, i%100),
			Holding: fmt.Sprintf("密藏基金第%04d期QZ", i), Counterparty: fmt.Sprintf("暗线对手方%04dWV", i),
			Search: p.Search,
		}
		id, no := fixture.Customer(t, p.DB, f)
		all[i] = planted{id: id, no: no, secrets: map[string][]string{
			"contact":      {f.Mobile, f.Email, f.Address},
			"identity":     {f.Certificate},
			"assets":       {f.AccountNo, f.Balance, grouped(f.Balance), f.Holding},
			"transactions": {f.Counterparty},
		}}
	}
	return all
}

// tagged sets the tags of the supplied rules and of some whose evidence tells
// the amounts themselves.
func tagged(t *testing.T, p *webtest.Portal) {
	t.Helper()
	if _, err := p.Deps.TagKeeper.Supply(t.Context(), tag.SuppliedRules()); err != nil {
		t.Fatal(err)
	}
	p.DB.MustExec(`UPDATE holding SET value = a.balance FROM account AS a WHERE a.customer_id = holding.customer_id`)
	p.DB.MustExec(`UPDATE bank_transaction SET amount = -a.balance FROM account AS a WHERE a.customer_id = bank_transaction.customer_id`)
	run, err := p.Deps.TagKeeper.Settle(t.Context())
	if err != nil || run == nil || run.Gained == 0 {
		t.Fatalf("no tags: %+v, %v", run, err)
	}
	if p.DB.QueryInt(`SELECT count(*) FROM customer_tag_evidence AS e JOIN account AS a ON a.customer_id = e.customer_id WHERE e.body LIKE '%' || a.balance || '%'`) == 0 {
		t.Fatal("no evidence tells an amount: the walk proves nothing")
	}
}

// grouped is the amount as a page would print it, 1,234,567.89.
func grouped(amount string) string {
	whole, cents, _ := strings.Cut(amount, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return whole + "." + cents
}

// leak returns the first secret of any planted customer that text holds, other
// than those of except's group.
func leak(text string, all []planted, except func(c planted, group string) bool) string {
	for _, c := range all {
		for group, secrets := range c.secrets {
			if except != nil && except(c, group) {
				continue
			}
			for _, s := range secrets {
				if strings.Contains(text, s) {
					return c.no + " " + group + ": " + s
				}
			}
		}
	}
	return ""
}

// TestThousandSecretsStayHidden plants over a thousand closed values, walks
// every page that speaks of customers as every role, and looks for them in each
// answer, headers included.
func TestThousandSecretsStayHidden(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	all := plant(t, p, 250)
	tagged(t, p)
	for _, who := range p.People.All() {
		c := p.As(who)
		for _, path := range surfaces(all) {
			got := c.Get(path)
			if found := leak(headersAndBody(got), all, nil); found != "" {
				t.Fatalf("%s, %s %s: holds the secret %s", who.Username, path, http.StatusText(got.Status), found)
			}
			if got.Status >= 500 {
				t.Fatalf("%s, %s: %d", who.Username, path, got.Status)
			}
		}
	}
}

// TestSecretsStayOutOfTheLog walks the pages at the log's most talkative level,
// asks wrongly, and looks for closed values in what was logged.
func TestSecretsStayOutOfTheLog(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	all := plant(t, p, 10)
	manager := p.As(p.People.Manager1)
	for _, path := range surfaces(all) {
		manager.Get(path)
	}
	for _, c := range all {
		for _, secrets := range c.secrets {
			manager.Get("/customers?" + url.Values{"q": {secrets[0]}, "after": {secrets[0]}}.Encode())
			manager.Post("/customers/"+c.no+"/notes", url.Values{"via": {secrets[0]}, "body": {secrets[0]}})
		}
	}
	if !strings.Contains(p.Log(), "route=/customers/:no") {
		t.Fatal("the log does not even name the pages")
	}
	if found := leak(p.Log(), all, nil); found != "" {
		t.Errorf("the log holds %s", found)
	}
}

// surfaces are the addresses to walk: everything for every fifth customer, the
// file for each, and the lists.
func surfaces(all []planted) []string {
	paths := []string{
		"/consents/wordings", "/consents/wordings?edit=1", "/c/verify", "/c/nothing",
		"/", "/customers", "/customers?q=sc", "/customers/search?q=sc", "/customers?sort=name", "/approvals", "/access", "/access/reviews", "/exports", "/exports/new", "/exports/verify",
		"/access/requests", "/access/requests?people=1", "/access/requests/1", "/access/looked", "/access/looked?people=1", "/access/delegations", "/access/anomalies", "/access/anomalies?kind=odd_hours&staff=3001", "/access/anomalies?kind=refused&staff=9003",
		"/consents", "/consents?class=B", "/consents.csv", "/consents/withdrawals", "/customers?consent=agreed",
		"/admin/tags", "/admin/tags/new", "/admin/tags/1", "/admin/tags/1/draft", "/admin/tags/1/preview", "/admin/tags/19/preview", "/customers?tag=1", "/customers?tag=19",
		"/trail", "/trail.csv", "/admin/imports", "/admin/imports/1", "/admin/imports/1/progress", "/admin/imports/1/rejects.csv", "/admin/imports/drafts/1", "/admin/sources", "/admin/sources/crm", "/admin/conflicts", "/admin/people", "/admin/people/1", "/admin/org", "/admin/access", "/admin/access?edit=1", "/admin/access?version=1", "/me/password", "/why/closed-group", "/nowhere",
		"/admin/security", "/me/codes", "/me/sessions", "/admin/people/1/handover", "/admin/people/1/transfer?branch=101", "/admin/people/import", "/admin/people/import/1", "/admin/people/import/1/problems.csv", "/admin/modules",
	}
	if len(all) > 1 {
		two := "customer=" + all[0].no + "&customer=" + all[1].no
		paths = append(paths, "/access/requests/new?"+two, "/exports/new?"+two)
	}
	for i, c := range all {
		file := "/customers/" + c.no
		paths = append(paths, file, file+"/tags", file+"/consents", file+"/consents/card")
		if i%5 != 0 {
			continue
		}
		paths = append(paths, file+"/timeline", file+"/views", file+"/transactions", file+"/break-glass", "/customers/search?q="+c.no, "/customers?q="+c.no,
			"/trail?customer="+c.no, file+"/nothing")
		for group := range c.secrets {
			paths = append(paths, file+"/sections/"+group)
		}
	}
	return paths
}

func headersAndBody(r webtest.Response) string {
	var b strings.Builder
	for k, values := range r.Header {
		b.WriteString(k + ": " + strings.Join(values, " ") + "\n")
	}
	b.WriteString(r.Body)
	return b.String()
}

// TestSearchingForASecretFindsItsCustomerAndShowsNoMore looks customers up by
// their exact mobile number and certificate: they are found through the keyed
// hash, and the answer holds no clear value besides what was typed.
func TestSearchingForASecretFindsItsCustomerAndShowsNoMore(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	all := plant(t, p, 20)
	c := p.As(p.People.Manager1)
	for _, one := range all {
		for _, group := range []string{"contact", "identity"} {
			typed := one.secrets[group][0]
			got := c.Get("/customers/search?" + url.Values{"q": {typed}}.Encode())
			if !strings.Contains(got.Body, one.no) {
				t.Errorf("%s is not found by its exact %s", one.no, group)
			}
			if found := leak(strings.ReplaceAll(got.Body, typed, ""), all, nil); found != "" {
				t.Errorf("the answer holds %s", found)
			}
			trail := p.DB.QueryInt(`SELECT count(*) FROM trail WHERE detail LIKE '%' || $1 || '%'`, typed)
			if trail != 0 {
				t.Errorf("the trail repeats a typed number")
			}
		}
	}
}

// TestSQLAsTheProgramsRoleShowsNothing reads every closed table directly, as an
// injected statement would, in the name of each person.
func TestSQLAsTheProgramsRoleShowsNothing(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	plant(t, p, 10)
	tables := []string{"contact_point", "identity_document", "account", "account_party", "loan", "card", "card_statement", "holding", "standing_order", "bank_transaction", "rule_holding", "rule_loan", "rule_card", "rule_transaction"}
	ctx := t.Context()
	for _, who := range append(p.People.All(), &staff.Member{}) {
		for _, table := range tables {
			var n int64
			err := p.DB.Read(ctx, who.Actor(), func(tx *pg.Tx) error {
				return tx.Get(ctx, &n, `SELECT count(*) FROM `+table)
			})
			if err != nil || n != 0 {
				t.Errorf("%s reads %d rows of %s: %v", who.Username, n, table, err)
			}
		}
	}
}

// TestSQLAsTheProgramsRoleWidensNoScope tries, in a manager's name, every
// statement by which an injection could come to see more.
func TestSQLAsTheProgramsRoleWidensNoScope(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	ctx := t.Context()
	id, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager2})
	attacks := []string{
		`UPDATE customer SET manager_id = (SELECT acting_staff())`,
		`UPDATE customer SET branch_id = (SELECT branch_id FROM staff WHERE id = acting_staff())`,
		`UPDATE staff SET role = 'compliance' WHERE id = acting_staff()`,
		`UPDATE staff SET branch_id = 1, superior_id = NULL WHERE id = acting_staff()`,
		`UPDATE branch SET parent_id = (SELECT branch_id FROM staff WHERE id = acting_staff()) WHERE kind <> 'head'`,
		`INSERT INTO branch (code, name, kind, parent_id) VALUES ('X1', 'x', 'team', 1)`,
		`INSERT INTO access_grant (approval_id, staff_id, customer_id, field_group, expires_at) SELECT 1, acting_staff(), id, 'assets', now() + interval '1 hour' FROM customer`,
		`UPDATE access_grant SET expires_at = now() + interval '1 hour'`,
		`DELETE FROM trail`,
		`UPDATE trail SET staff_name = 'x'`,
		`INSERT INTO trail (staff_id, action) VALUES (1, 'customer.viewed')`,
		`SELECT open_access_grants(1)`,
		`SELECT open_break_glass(1, '{assets}', 'because I want to see it')`,
		`SET LOCAL row_security = off; SELECT count(*) FROM contact_point`,
		`SET LOCAL ROLE liuhen_owner`,
		`CREATE TABLE mine (x int)`,
	}
	for _, attack := range attacks {
		err := p.DB.InTx(ctx, p.People.Manager1.Actor(), func(tx *pg.Tx) error {
			n, err := tx.Exec(ctx, attack)
			if err == nil && n == 0 {
				return errors.New("changes nothing")
			}
			return err
		})
		if err == nil {
			t.Errorf("%s: is done", attack)
		}
	}
	if got := p.As(p.People.Manager1).Get("/customers/" + no); got.Status != http.StatusNotFound {
		t.Errorf("customer %d is seen: %d", id, got.Status)
	}
}

// TestAGrantOpensExactlyItsGroup asks, approves and looks: the holder sees the
// group that was granted and nothing else, everybody else sees nothing, and
// after its time the holder sees nothing either.
func TestAGrantOpensExactlyItsGroup(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	all := plant(t, p, 3)
	tagged(t, p)
	one := all[1]
	manager, supervisor := p.As(p.People.Manager1), p.As(p.People.Supervisor1)
	asked := manager.Post("/customers/"+one.no+"/requests", url.Values{
		"group": {"assets"}, "purpose": {"service"}, "minutes": {"30"},
		"reason": {"客户今日来电调整理财配置，需核对持仓，工单 S-88131。"},
	})
	if asked.Status != http.StatusSeeOther {
		t.Fatalf("request: %d %s", asked.Status, asked.Body)
	}
	id := p.DB.QueryInt(`SELECT max(id) FROM approval`)
	if found := leak(supervisor.Get(fmt.Sprintf("/approvals/%d", id)).Body, all, nil); found != "" {
		t.Errorf("the approver's page holds %s", found)
	}
	if got := supervisor.Post(fmt.Sprintf("/approvals/%d/decide", id), url.Values{"decision": {"approve"}}); got.Status != http.StatusSeeOther {
		t.Fatalf("approve: %d %s", got.Status, got.Body)
	}
	body := manager.Get("/customers/" + one.no).Body
	for _, s := range []string{one.secrets["assets"][2], one.secrets["assets"][3]} {
		if !strings.Contains(body, s) {
			t.Errorf("the holder does not see %s", s)
		}
	}
	granted := func(c planted, group string) bool { return c.no == one.no && group == "assets" }
	if found := leak(body, all, granted); found != "" {
		t.Errorf("the holder also sees %s", found)
	}
	for _, path := range surfaces(all) {
		if found := leak(supervisor.Get(path).Body, all, nil); found != "" {
			t.Errorf("the approver sees %s on %s", found, path)
		}
		if found := leak(manager.Get(path).Body, all, granted); found != "" {
			t.Errorf("the holder also sees %s on %s", found, path)
		}
	}
	p.DB.Advance(31 * 60 * 1e9)
	p.Site.Missed() // the moved clock also ends what is remembered of sessions
	manager = p.As(p.People.Manager1)
	for _, path := range []string{"/customers/" + one.no, "/customers/" + one.no + "/sections/assets"} {
		if found := leak(manager.Get(path).Body, all, nil); found != "" {
			t.Errorf("after its time the holder sees %s on %s", found, path)
		}
	}
}
