package web_test

import (
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"liuhen/internal/fixture"
	"liuhen/internal/htmlcheck"
	"liuhen/internal/realdata"
	"liuhen/internal/webtest"
)

// attacks returns the naughty strings, SQL injections and cross-site scripts.
func attacks(t *testing.T) []string {
	t.Helper()
	all := realdata.NaughtyStrings(t)
	files, err := filepath.Glob(filepath.Join(realdata.Path(t, "attack", "sqli"), "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		all = append(all, realdata.Lines(t, "attack", "sqli", filepath.Base(name))...)
	}
	return append(all, realdata.Lines(t, "attack", "xss", "xss-payload-list.txt.gz")...)
}

// field is one input of the portal: how an attack is put into it and where it
// would be seen afterwards.
type field struct {
	name string
	send func(attack string) webtest.Response
	show string // a page that shows what was kept; empty if none
}

// attackFields lists the inputs of the portal. Those of manager's customer are
// under file.
func attackFields(p *webtest.Portal, file string) []field {
	manager, admin, compliance := p.As(p.People.Manager1), p.As(p.People.Admin1), p.As(p.People.Compliance1)
	no := strings.TrimPrefix(file, "/customers/")
	get := func(c *webtest.Client, path, key string) func(string) webtest.Response {
		return func(a string) webtest.Response { return c.Get(path + "?" + url.Values{key: {a}}.Encode()) }
	}
	// post puts the attack into keys, separated by spaces, beside what is given.
	post := func(c *webtest.Client, path, keys string, given url.Values) func(string) webtest.Response {
		return func(a string) webtest.Response {
			form := maps.Clone(given)
			if form == nil {
				form = url.Values{}
			}
			for key := range strings.FieldsSeq(keys) {
				form[key] = []string{a}
			}
			return c.Post(path, form)
		}
	}
	crm(p)
	return append(append(fileFields(admin), consentFields(p, file)...), []field{
		{"search", get(manager, "/customers", "q"), ""},
		{"type-ahead", get(manager, "/customers/search", "q"), ""},
		{"sort", get(manager, "/customers", "sort"), ""},
		{"due", get(manager, "/customers", "due"), ""},
		{"granted", get(manager, "/customers", "granted"), ""},
		{"consent overview", get(compliance, "/consents", "class"), ""},
		{"withdrawals", get(compliance, "/consents/withdrawals", "after"), ""},
		{"cursor", get(manager, "/customers", "after"), ""},
		{"note", post(manager, file+"/notes", "body", url.Values{"via": {"phone"}}), file},
		{"reason", post(manager, file+"/requests", "reason", url.Values{"group": {"assets"}, "purpose": {"service"}, "minutes": {"30"}}), "/access"},
		{"minutes", post(manager, file+"/requests", "group purpose minutes task", url.Values{"reason": {urgently}}), ""},
		{"break-glass reason", post(manager, file+"/break-glass", "reason", url.Values{"group": {"assets"}}), file},
		{"break-glass group", post(manager, file+"/break-glass", "group", url.Values{"reason": {urgently}}), ""},
		{"trail filter", get(compliance, "/trail", "staff"), ""},
		{"trail day", get(compliance, "/trail", "from"), ""},
		{"trail export", get(compliance, "/trail.csv", "customer"), ""},
		{"access cursor", get(compliance, "/access/looked", "after"), ""},
		{"access state", get(manager, "/access/requests", "state"), ""},
		{"many customers", get(manager, "/access/requests/new", "customer"), ""},
		{"many reason", func(a string) webtest.Response {
			return manager.Post("/access/requests", url.Values{"customer": {no, "10000009", a}, "group": {"assets", a}, "purpose": {a}, "minutes": {a}, "task": {a}, "reason": {a}})
		}, ""},
		{"many again", post(manager, "/access/requests/1", "customer purpose minutes task reason", nil), ""},
		{"thresholds", post(compliance, "/admin/access", "watch_days follow_least volume_times refused_days", nil), ""},
		{"several left", post(compliance, "/approvals/1/decide", "customer group minutes comment", url.Values{"decision": {"approve"}, "several": {"1"}}), ""},
		{"export customers", get(manager, "/exports/new", "customer"), ""},
		{"export of files", func(a string) webtest.Response {
			return manager.Post("/exports?customer="+no, url.Values{"group": {"assets", a}, "format": {a}, "purpose": {a}, "reason": {a}})
		}, ""},
		{"anomaly", get(compliance, "/access/anomalies", "staff"), ""},
		{"anomaly opinion", post(compliance, "/access/anomalies", "kind staff opinion", nil), ""},
		{"export filter", get(manager, "/exports/new", "q"), ""},
		{"export hash", get(manager, "/exports/verify", "hash"), ""},
		{"export reason", post(manager, "/exports", "reason", url.Values{"format": {"csv"}, "purpose": {"service"}}), "/exports"},
		{"export choices", post(manager, "/exports", "format purpose group", url.Values{"reason": {urgently}}), ""},
		{"inbox cursor", get(compliance, "/approvals", "after"), ""},
		{"new person", post(admin, "/admin/people", "no username name role branch superior password", nil), "/admin/people"},
		{"people from a file", func(a string) webtest.Response {
			quoted := `"` + strings.ReplaceAll(a, `"`, `""`) + `"`
			return admin.Follow(sendRoll(admin, a, "工号,姓名,用户名,角色,机构,上级\n"+strings.Repeat(quoted+",", 5)+quoted+"\n"))
		}, "/admin/people/import"},
		{"new source", post(admin, "/admin/sources", "code name note lag", nil), "/admin/sources"},
		{"source", func(a string) webtest.Response {
			return admin.Post("/admin/sources/"+url.PathEscape(a), url.Values{"name": {a}})
		}, ""},
		{"token", post(admin, "/admin/sources/crm/tokens", "scope note", nil), ""},
		{"conflict", post(compliance, "/admin/conflicts/1", "verdict reason", nil), ""},
		{"one-time code", post(manager, "/me/codes/recovery", "code", nil), ""},
		{"roles with codes", post(admin, "/admin/security", "role", nil), "/admin/security"},
		{"handover", post(admin, "/admin/people/5/handover", "receivers grade successor reason", url.Values{"leave": {"1"}}), "/admin/people"},
		{"handover preview", get(admin, "/admin/people/5/handover", "receivers"), ""},
		{"transfer", post(admin, "/admin/people/5/transfer", "branch superior receivers grade successor", nil), "/admin/people"},
		{"transfer preview", get(admin, "/admin/people/5/transfer", "branch"), ""},
		{"module", post(admin, "/admin/modules/tags", "on", nil), "/admin/modules"},
		{"sign-in", get(p.Anonymous(), "/login", "next"), ""},
	}...)
}

// TestAttacksThroughEveryField sends each attack through each field: never a
// server error, never an element of the page, and what is kept comes back as it
// was typed.
func TestAttacksThroughEveryField(t *testing.T) {
	t.Parallel()
	list := attacks(t)
	p := webtest.New(t)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
	manager, admin := p.As(p.People.Manager1), p.As(p.People.Admin1)
	fields := attackFields(p, "/customers/"+no)
	for i, f := range fields {
		t.Run(f.name, func(t *testing.T) {
			for _, a := range append(share(list, i, len(fields)), "\xff\xfe", "a\x00b") {
				checkAttack(t, f, a, f.send(a))
			}
			if f.show != "" {
				seer := manager
				if strings.HasPrefix(f.show, "/admin") {
					seer = admin
				}
				htmlcheck.Page(t, seer.Get(f.show).Body)
			}
		})
	}
}

// share gives the ith of n fields every nth attack, beginning with the ith, so
// that the fields together meet all of them; with ATTACKS=all each meets all.
func share(list []string, i, n int) []string {
	if os.Getenv("ATTACKS") == "all" {
		return list
	}
	var some []string
	for k := i; k < len(list); k += n {
		some = append(some, list[k])
	}
	return some
}

func checkAttack(t *testing.T, f field, attack string, got webtest.Response) {
	t.Helper()
	if got.Status >= http.StatusInternalServerError {
		t.Fatalf("%q: %d\n%s", attack, got.Status, got.Body)
	}
	if !utf8.ValidString(got.Body) {
		t.Errorf("%q: the answer is not UTF-8", attack)
	}
	if !strings.HasPrefix(got.Header.Get("Content-Type"), "text/html") {
		return
	}
	if strings.Contains(got.Body, "<html") {
		htmlcheck.Page(t, got.Body)
	} else {
		htmlcheck.Fragment(t, got.Body)
	}
}
