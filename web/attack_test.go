package web_test

import (
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

// TestAttacksThroughEveryField sends each attack through each field: never a
// server error, never an element of the page, and what is kept comes back as it
// was typed.
func TestAttacksThroughEveryField(t *testing.T) {
	t.Parallel()
	list := attacks(t)
	p := webtest.New(t)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
	manager, admin, compliance := p.As(p.People.Manager1), p.As(p.People.Admin1), p.As(p.People.Compliance1)
	file := "/customers/" + no
	get := func(c *webtest.Client, path, key string) func(string) webtest.Response {
		return func(a string) webtest.Response { return c.Get(path + "?" + url.Values{key: {a}}.Encode()) }
	}
	fields := []field{
		{"search", get(manager, "/customers", "q"), ""},
		{"type-ahead", get(manager, "/customers/search", "q"), ""},
		{"sort", get(manager, "/customers", "sort"), ""},
		{"cursor", get(manager, "/customers", "after"), ""},
		{"note", func(a string) webtest.Response {
			return manager.Post(file+"/notes", url.Values{"via": {"phone"}, "body": {a}})
		}, file},
		{"reason", func(a string) webtest.Response {
			return manager.Post(file+"/requests", url.Values{"group": {"assets"}, "purpose": {"service"}, "minutes": {"30"}, "reason": {a}})
		}, "/access"},
		{"break-glass reason", func(a string) webtest.Response {
			return manager.Post(file+"/break-glass", url.Values{"group": {"assets"}, "reason": {a}})
		}, file},
		{"break-glass group", func(a string) webtest.Response {
			return manager.Post(file+"/break-glass", url.Values{"group": {a}, "reason": {urgently}})
		}, ""},
		{"minutes", func(a string) webtest.Response {
			return manager.Post(file+"/requests", url.Values{"group": {a}, "purpose": {a}, "minutes": {a}, "reason": {"客户来电核对持仓，工单 S-88131。"}})
		}, ""},
		{"trail filter", get(compliance, "/trail", "staff"), ""},
		{"trail day", get(compliance, "/trail", "from"), ""},
		{"trail export", get(compliance, "/trail.csv", "customer"), ""},
		{"access cursor", get(compliance, "/access/looked", "after"), ""},
		{"access state", get(manager, "/access/requests", "state"), ""},
		{"export filter", get(manager, "/exports/new", "q"), ""},
		{"export hash", get(manager, "/exports/verify", "hash"), ""},
		{"export reason", func(a string) webtest.Response {
			return manager.Post("/exports", url.Values{"format": {"csv"}, "purpose": {"service"}, "reason": {a}})
		}, "/exports"},
		{"export choices", func(a string) webtest.Response {
			return manager.Post("/exports", url.Values{"format": {a}, "purpose": {a}, "group": {a}, "reason": {urgently}})
		}, ""},
		{"inbox cursor", get(compliance, "/approvals", "after"), ""},
		{"new source", func(a string) webtest.Response {
			return admin.Post("/admin/sources", url.Values{"code": {a}, "name": {a}, "note": {a}, "lag": {a}})
		}, "/admin/sources"},
		{"source", func(a string) webtest.Response {
			return admin.Post("/admin/sources/"+url.PathEscape(a), url.Values{"name": {a}})
		}, ""},
		{"token", func(a string) webtest.Response {
			return admin.Post("/admin/sources/crm/tokens", url.Values{"scope": {a}, "note": {a}})
		}, ""},
		{"conflict", func(a string) webtest.Response {
			return compliance.Post("/admin/conflicts/1", url.Values{"verdict": {a}, "reason": {a}})
		}, ""},
		{"one-time code", func(a string) webtest.Response {
			return manager.Post("/me/codes/recovery", url.Values{"code": {a}})
		}, ""},
		{"sign-in", func(a string) webtest.Response {
			return p.Anonymous().Get("/login?" + url.Values{"next": {a}}.Encode())
		}, ""},
	}
	fields = append(fields, peopleFields(admin)...)
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

// peopleFields are the inputs of the pages of people.
func peopleFields(admin *webtest.Client) []field {
	return []field{
		{"new person", func(a string) webtest.Response {
			return admin.Post("/admin/staff", url.Values{"no": {a}, "username": {a}, "name": {a}, "role": {a}, "branch": {a}, "superior": {a}, "password": {a}})
		}, "/admin/staff"},
		{"roles with codes", func(a string) webtest.Response {
			return admin.Post("/admin/security", url.Values{"role": {a}})
		}, "/admin/security"},
		{"handover", func(a string) webtest.Response {
			return admin.Post("/admin/staff/5/handover", url.Values{"receivers": {a}, "grade": {a}, "successor": {a}, "reason": {a}, "leave": {"1"}})
		}, "/admin/staff"},
		{"handover preview", func(a string) webtest.Response {
			return admin.Get("/admin/staff/5/handover?" + url.Values{"receivers": {a}, "grade": {a}, "reason": {a}, "leave": {"1"}}.Encode())
		}, ""},
		{"module", func(a string) webtest.Response {
			return admin.Post("/admin/modules/"+url.PathEscape(a), url.Values{"on": {a}})
		}, "/admin/modules"},
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
