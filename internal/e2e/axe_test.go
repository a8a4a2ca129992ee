package e2e

import (
	_ "embed"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// axe is axe-core 4.14.1 by Deque Systems (MPL 2.0, see testdata/LICENSE-axe-core.txt).
//
//go:embed testdata/axe.min.js
var axe string

// place is a page to judge, with what must have happened for it to be there.
type place struct {
	name string
	path string
	open string // a script that opens what the page folds away
}

// finding is a rule that a page breaks, with the elements that break it.
type finding struct {
	ID, Impact, Help string
	Nodes            []struct{ HTML, FailureSummary string }
}

// judge looks at the page in both colours and both sizes, as axe and as who
// would have to scroll sideways.
func (w *window) judge(p place) {
	w.t.Helper()
	w.visit(p.path)
	if p.open != "" {
		w.script(p.open)
	}
	w.inject()
	for _, look := range []struct {
		size   size
		scheme string
		suffix string
	}{{desktop, "light", "light"}, {desktop, "dark", "dark"}, {phone, "dark", "phone-dark"}, {phone, "light", "phone"}} {
		w.resize(look.size)
		w.scheme(look.scheme)
		w.script(`scrollTo(0, 0)`)
		w.fits()
		w.shot(p.name + "-" + look.suffix)
		for _, f := range w.findings() {
			for _, n := range f.Nodes {
				w.t.Errorf("%s, %s: %s %s (%s)\n%s\n%s", p.path, look.suffix, f.Impact, f.ID, f.Help, n.HTML, n.FailureSummary)
			}
		}
	}
	w.resize(desktop)
}

// inject puts axe into the page the way a debugger does, past its policy.
func (w *window) inject() {
	w.t.Helper()
	w.do(chromedp.Evaluate[chromedp.Void](axe + "; undefined"))
}

// findings are the serious and the critical ones.
func (w *window) findings() []finding {
	w.t.Helper()
	found, err := chromedp.Run(w.ctx, chromedp.Evaluate[[]finding](`axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations
		.filter((v) => v.impact === "serious" || v.impact === "critical")
		.map((v) => ({ ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.slice(0, 3).map((n) => ({ HTML: n.html.slice(0, 300), FailureSummary: n.failureSummary })) })))`,
		func(p *runtime.EvaluateParams) { p.AwaitPromise = new(true) }))
	if err != nil {
		w.t.Fatalf("axe: %v", err)
	}
	return found
}

// everyPageForARole judges the pages that a role may open.
func everyPageForARole(username string, places func(*testing.T, *stage, *window) []place) func(*testing.T, *stage) {
	return func(t *testing.T, s *stage) {
		w := s.as(t, username)
		for _, p := range places(t, s, w) {
			p.name = username + "-" + p.name
			w.judge(p)
			w.quiet()
		}
	}
}

// managerPages are the file in each of its states and what a manager has beside.
func managerPages(t *testing.T, s *stage, w *window) []place {
	supervisor := s.as(t, "supervisor2")
	c, over := s.customer(t, "manager2"), s.customer(t, "manager2")
	s.opened(t, w, supervisor, c, "assets", "transactions")
	s.asked(t, w, c, "contact")
	s.opened(t, w, supervisor, over, "contact", "identity")
	s.force(t, `UPDATE access_grant SET granted_at = granted_at - interval '1 hour', expires_at = expires_at - interval '1 hour'
		WHERE customer_id = (SELECT c.id FROM customer AS c WHERE c.no = $1)`, over.no)
	file := "/customers/" + c.no
	return []place{
		{name: "home", path: "/"},
		{name: "list", path: "/customers"},
		{name: "list-empty", path: "/customers?q=zzzzzz"},
		{name: "file", path: file, open: `for (const d of document.querySelectorAll("#main details")) d.open = true`},
		{name: "file-over", path: "/customers/" + over.no},
		{name: "transactions", path: file + "/transactions"},
		{name: "timeline", path: file + "/timeline"},
		{name: "views", path: file + "/views"},
		{name: "file-consents", path: file + "/consents"},
		{name: "consents", path: "/consents"},
		{name: "access", path: "/access"},
		{name: "why-index", path: "/why"},
		{name: "why", path: "/why/access"},
	}
}

// supervisorPages are the inbox with an item and without.
func supervisorPages(t *testing.T, s *stage, w *window) []place {
	manager := s.as(t, "manager2")
	c, decided := s.customer(t, "manager2"), s.customer(t, "manager2")
	id := s.asked(t, manager, c, "identity", "assets")
	s.opened(t, manager, w, decided, "contact")
	return []place{
		{name: "home", path: "/"},
		{name: "inbox", path: "/approvals"},
		{name: "inbox-item", path: fmt.Sprintf("/approvals/%d", id)},
		{name: "inbox-done", path: "/approvals?view=done"},
		{name: "list", path: "/customers"},
		{name: "file", path: "/customers/" + c.no},
	}
}

func compliancePages(*testing.T, *stage, *window) []place {
	return []place{
		{name: "home", path: "/"},
		{name: "trail", path: "/trail"},
		{name: "imports", path: "/admin/imports"},
		{name: "list", path: "/customers"},
		{name: "anomalies", path: "/access/anomalies"},
		{name: "consents", path: "/consents"},
		{name: "withdrawals", path: "/consents/withdrawals"},
		{name: "wordings", path: "/consents/wordings"},
		{name: "wording-edit", path: "/consents/wordings?edit=1"},
	}
}

func adminPages(*testing.T, *stage, *window) []place {
	return []place{
		{name: "home", path: "/"},
		{name: "staff", path: "/admin/people"},
		{name: "staff-dialog", path: "/admin/people", open: `document.querySelector("#main [data-open]").click()`},
		{name: "people-import", path: "/admin/people/import"},
		{name: "person-transfer", path: "/admin/people/1/transfer"},
		{name: "organisation", path: "/admin/org"},
		{name: "imports", path: "/admin/imports"},
		{name: "help", path: "/", open: `document.querySelector("[data-open=help]").click()`},
	}
}

func auditorPages(*testing.T, *stage, *window) []place {
	return []place{{name: "home", path: "/"}, {name: "trail", path: "/trail"}, {name: "trail-refused", path: "/trail?refused=1"}}
}

func riskPages(*testing.T, *stage, *window) []place {
	return []place{{name: "home", path: "/"}, {name: "inbox-empty", path: "/approvals"}}
}

// problemPages are those that say no.
func problemPages(t *testing.T, s *stage) {
	w := s.window(t)
	w.judge(place{name: "login", path: "/login"})
	w.quiet()
	w.judge(place{name: "nowhere-signed-out", path: "/nowhere"})
	w.provoked("status of 404")
	w = s.as(t, "newbie")
	w.judge(place{name: "nowhere", path: "/nowhere"})
	w.provoked("status of 404")
	w.judge(place{name: "forbidden", path: "/admin/people"})
	w.provoked("status of 403")
}
