package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"liuhen/internal/sourcing"
	"liuhen/internal/webtest"
)

// machine is a source system that calls the interface; each call and each
// answer is held against the document the portal serves.
type machine struct {
	t        *testing.T
	p        *webtest.Portal
	token    string
	document *apiDocument
}

// newMachine gives a new source system a token for the scopes.
func newMachine(t *testing.T, p *webtest.Portal, code string, scopes ...string) *machine {
	t.Helper()
	ctx := t.Context()
	if err := p.Deps.Intake.AddSystem(ctx, p.People.Admin1, sourcing.SystemForm{Code: code, Name: code + " 系统"}); err != nil {
		t.Fatal(err)
	}
	token, err := p.Deps.Intake.IssueToken(ctx, p.People.Admin1, code, sourcing.TokenForm{Scopes: scopes})
	if err != nil {
		t.Fatal(err)
	}
	return &machine{t: t, p: p, token: token, document: readDocument(t, p)}
}

// send posts a body. A body that the document allows must not be refused for
// its form, and every answer must be one the document promises.
func (m *machine) send(resource, key, body string) webtest.Response {
	m.t.Helper()
	c := m.p.Anonymous()
	r := c.Request(http.MethodPost, "/api/v1/"+resource, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+m.token)
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	got := c.Do(r)
	m.document.hold(m.t, r, resource, body, got)
	return got
}

type written struct {
	Batch                                  int64
	Accepted, Changed, Unchanged, Rejected int
	Items                                  []struct {
		Index                 int
		Result, Field, Reason string
	}
}

func (m *machine) written(got webtest.Response) (w written) {
	m.t.Helper()
	if got.Status != http.StatusOK {
		m.t.Fatalf("%d %s", got.Status, got.Body)
	}
	if err := json.Unmarshal([]byte(got.Body), &w); err != nil {
		m.t.Fatal(err)
	}
	return w
}

func TestEveryResourceIsWrittenAsDocumented(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	var scopes []string
	for _, r := range sourcing.Resources() {
		scopes = append(scopes, r.Name)
	}
	m := newMachine(t, p, "core", scopes...)
	for i, c := range []struct {
		resource, items string
		want            []string
	}{
		{"customers", `{"id":"A1","name":"顾明远","mobile":"13800001111","certificate_no":"110101199001011234","gender":"male"},{"id":"A2","name":""},{"id":"A3","name":"何川","gender":"x"}`, []string{"created", "rejected name", "rejected gender"}},
		{"customers", `{"id":"A1","name":"顾明远","mobile":"13800001111"},{"id":"A4","name":"新客"}`, []string{"unchanged", "created"}},
		{"accounts", `{"id":"622201","customer_id":"A1","balance":1234.5,"balance_on":"2026-11-20"},{"id":"622202","customer_id":"none"}`, []string{"created", "rejected customer_id"}},
		{"holdings", `{"id":"H1","customer_id":"A1","product_code":"000001","product_name":"稳健一号","risk":2,"units":"10.5","value":100,"valued_on":"2026-11-20"}`, []string{"created"}},
		{"loans", `{"id":"L1","customer_id":"A1","principal":100000,"months":12,"monthly":"9000.50","granted_on":"2026-01-05","status":"running"}`, []string{"created"}},
		{"assessments", `{"id":"R1","customer_id":"A1","grade":3,"assessed_on":"2026-01-05","valid_until":"2027-01-05"},{"id":"R2","customer_id":"A1","grade":9,"assessed_on":"2026-01-05","valid_until":"2027-01-05"}`, []string{"created", "rejected grade"}},
		{"transactions", `{"id":"T1","account_id":"622201","booked_on":"2026-11-21","amount":-20,"balance":1214.5},{"id":"T1","account_id":"622201","booked_on":"2026-11-21","amount":-21,"balance":1214.5}`, []string{"rejected id", "created"}},
		{"notes", `{"id":"N1","customer_id":"A1","at":"2026-11-21T09:30:00+08:00","via":"phone","body":"客户来电询问"},{"id":"N2","at":"2026-11-21","via":"phone","body":"不知是谁"}`, []string{"created", "rejected customer_id"}},
	} {
		w := m.written(m.send(c.resource, fmt.Sprintf("batch-%04d", i), `{"items":[`+c.items+`]}`))
		var got []string
		for _, item := range w.Items {
			got = append(got, strings.TrimSpace(item.Result+" "+item.Field))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q: %+v", c.resource, got, c.want, w)
		}
	}
	for query, want := range map[string]int64{
		`SELECT count(*) FROM customer WHERE name = '顾明远' AND mobile_mask = '138****1111' AND grade = 3 AND asset_band IS NOT NULL`: 1,
		`SELECT count(*) FROM account WHERE balance = 1214.50`:                                                                      1,
		`SELECT count(*) FROM bank_transaction WHERE amount = -21`:                                                                  1,
		`SELECT count(*) FROM import_job WHERE via = 'api' AND state = 'done'`:                                                      8,
		`SELECT count(*) FROM trail WHERE action = 'import.finished' AND detail LIKE '接口批次%'`:                                       8,
	} {
		if got := p.DB.QueryInt(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	page := p.As(p.People.Admin1).Get("/admin/sources/core")
	if !strings.Contains(page.Body, "接口：交易流水") || strings.Contains(page.Body, m.token) {
		t.Error("the batches are not on the page of their source, or the token is")
	}
}

func TestABatchSentAgainIsNotWrittenAgain(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	m := newMachine(t, p, "core", "customers", "notes")
	const body = `{"items":[{"id":"A1","name":"顾明远"},{"id":"A2"}]}`
	var answers [6]webtest.Response
	var work sync.WaitGroup
	for i := range answers {
		work.Go(func() { answers[i] = m.send("customers", "same-key-1", body) })
	}
	work.Wait()
	replayed := 0
	for _, a := range answers {
		if a.Status != http.StatusOK || a.Body != answers[0].Body {
			t.Errorf("%d %s", a.Status, a.Body)
		}
		if a.Header.Get("Idempotency-Replayed") == "true" {
			replayed++
		}
	}
	if n := p.DB.QueryInt(`SELECT count(*) FROM import_job`); n != 1 || replayed != len(answers)-1 {
		t.Errorf("%d batches, %d replayed", n, replayed)
	}
	for _, other := range [][2]string{{"customers", `{"items":[{"id":"A1","name":"别人"}]}`}, {"notes", body}} {
		if got := m.send(other[0], "same-key-1", other[1]); got.Status != http.StatusConflict && got.Status != http.StatusUnprocessableEntity {
			t.Errorf("the same key with another body: %d %s", got.Status, got.Body)
		}
	}
	if got := m.send("customers", "same-key-1", `{"items":[{"id":"A1","name":"别人"}]}`); got.Status != http.StatusConflict {
		t.Errorf("another body: %d", got.Status)
	}
	if n := p.DB.QueryInt(`SELECT count(*) FROM customer WHERE name = '顾明远'`); n != 1 {
		t.Error("the customer is not as first written")
	}
}

func TestWhatTheInterfaceRefuses(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	m := newMachine(t, p, "core", "customers")
	many := `{"items":[` + strings.Repeat(`{"id":"A","name":"x"},`, sourcing.MaxItems) + `{"id":"A","name":"x"}]}`
	for name, c := range map[string]struct {
		resource, key, body string
		status              int
		want                string
	}{
		"no key":        {"customers", "", `{"items":[{"id":"A1","name":"x"}]}`, 422, "Idempotency-Key"},
		"short key":     {"customers", "x", `{"items":[{"id":"A1","name":"x"}]}`, 422, "Idempotency-Key"},
		"no json":       {"customers", "key-0001", `nonsense`, 422, "JSON"},
		"two values":    {"customers", "key-0001", `{"items":[{"id":"A1","name":"x"}]} {}`, 422, "JSON"},
		"no items":      {"customers", "key-0001", `{"items":[]}`, 422, "1 到 1000"},
		"too many":      {"customers", "key-0001", many, 422, "1 到 1000"},
		"unknown field": {"customers", "key-0001", `{"items":[{"id":"A1","name":"x","nick":"y"}]}`, 422, "第 1 项"},
		"an object":     {"customers", "key-0001", `{"items":[{"id":"A1","name":{}}]}`, 422, "/items/0/name"},
		"c3 field":      {"customers", "key-0001", `{"items":[{"id":"A1","name":"x","password":"y"}]}`, 422, "/why/c3"},
		"track data":    {"customers", "key-0001", `{"items":[{"id":"A1","name":"x"},{"id":"A2","name":";6222021234567890123=29121010000012300000?"}]}`, 422, "第 2 行"},
		"other scope":   {"notes", "key-0001", `{"items":[{"id":"A1"}]}`, 403, "/why/machine-token"},
	} {
		got := m.send(c.resource, c.key, c.body)
		if got.Status != c.status || !strings.Contains(got.Body, c.want) || got.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s %s", name, got.Status, got.Header.Get("Content-Type"), got.Body)
		}
		if strings.Contains(got.Body, "6222021234567890123") {
			t.Errorf("%s: the answer repeats a value", name)
		}
	}
	if n := p.DB.QueryInt(`SELECT (SELECT count(*) FROM customer) + (SELECT count(*) FROM import_job) + (SELECT count(*) FROM api_answer)`); n != 0 {
		t.Errorf("%d rows are left of what was refused", n)
	}
	anonymous := p.Anonymous()
	if got := anonymous.Get("/api/v1/nothing"); got.Status != http.StatusNotFound || got.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("an unknown address: %d %s", got.Status, got.Body)
	}
	for token, want := range map[string]int{"": 401, "Basic x": 401, "Bearer lh_aaaaaaaa_x": 401, "bearer " + m.token: 415} {
		r := anonymous.Request(http.MethodPost, "/api/v1/customers", bytes.NewReader(nil))
		r.Header.Set("Authorization", token)
		got := anonymous.Do(r)
		if got.Status != want || got.Header.Get("Set-Cookie") != "" || want == 401 && got.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%q: %d %v", token, got.Status, got.Header)
		}
	}
}

func TestATokenThatAsksTooOftenWaits(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	m := newMachine(t, p, "core", "customers")
	throttled := false
	for i := range 200 {
		got := m.send("customers", "key-0001", `{"items":[]}`)
		if got.Status == http.StatusTooManyRequests {
			throttled = true
			if got.Header.Get("Retry-After") != "1" {
				t.Errorf("Retry-After %q after %d", got.Header.Get("Retry-After"), i)
			}
			break
		}
	}
	if !throttled {
		t.Error("200 calls at once are let through")
	}
}
