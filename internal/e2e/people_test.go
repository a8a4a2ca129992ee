package e2e

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// goodReason is one that an approver can judge by.
const goodReason = "客户今日来电要调整理财配置，需核对现有账户与到期安排，工单 S-88131。"

// customers hands out customers so that tests side by side never meet.
type customers struct {
	mu    sync.Mutex
	given []string
}

// client is a customer of the demo institution with accounts.
type client struct {
	no, name, initials string
	account            string // a number that only the open assets show
}

// customer returns one of the manager's customers whom no other test has and
// nobody has asked for.
func (s *stage) customer(t *testing.T, manager string) client {
	t.Helper()
	s.customers.mu.Lock()
	defer s.customers.mu.Unlock()
	const q = `
		SELECT
			c.no,
			c.name,
			c.initials,
			a.external_no
		FROM customer AS c
		JOIN staff AS s ON s.id = c.manager_id
		JOIN account AS a ON a.customer_id = c.id
		WHERE s.username = $1
			AND char_length(c.initials) >= 2
			AND char_length(a.external_no) >= 3
			AND NOT EXISTS (SELECT FROM access_request AS r WHERE r.customer_id = c.id)
		ORDER BY
			c.last_contact_at DESC NULLS LAST,
			c.id,
			a.id`
	rows, err := s.db.QueryContext(t.Context(), q, manager)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var c client
		if err := rows.Scan(&c.no, &c.name, &c.initials, &c.account); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(s.customers.given, c.no) {
			s.customers.given = append(s.customers.given, c.no)
			return c
		}
	}
	t.Fatalf("%s has no customer left with accounts: %v", manager, rows.Err())
	return client{}
}

// find looks the customer up with / and two initials, and opens the file with
// the arrow keys.
func (w *window) find(c client) {
	w.t.Helper()
	w.write("/")
	w.until(`document.activeElement.id === "find"`)
	w.write(c.initials[:2])
	option := fmt.Sprintf(`document.querySelector('#found [role=option][href="/customers/%s"]')`, c.no)
	w.until(option)
	for range 40 {
		if look[bool](w, option+`.getAttribute("aria-selected") === "true"`) {
			break
		}
		w.press(kb.ArrowDown)
	}
	w.enter()
	w.until(fmt.Sprintf(`location.pathname === "/customers/%s" && one("h1", %s)`, c.no, quote(c.name)))
}

// mark leaves something in the page that a reload takes away.
func (w *window) mark() {
	w.t.Helper()
	w.script(`window.marked = true`)
}

// unmoved proves that the page has not been loaded anew since mark.
func (w *window) unmoved() {
	w.t.Helper()
	if !look[bool](w, `Boolean(window.marked)`) {
		w.t.Errorf("the page has been loaded anew\n%s", w.where())
	}
}

// secret waits until the value stands in the page, or until it does not.
func (w *window) secret(value string, there bool) {
	w.t.Helper()
	w.until(fmt.Sprintf(`document.querySelector("main").innerHTML.includes(%s) === %t`, quote(value), there))
}

// opened makes a live grant for the customer's assets without looking: the
// manager asks and the supervisor approves, through their sessions.
func (s *stage) opened(t *testing.T, manager, supervisor *window, c client, groups ...string) {
	t.Helper()
	id := s.asked(t, manager, c, groups...)
	if status := supervisor.post(fmt.Sprintf("/approvals/%d/decide", id), map[string][]string{"decision": {"approve"}}); status != 200 {
		t.Fatalf("approve: %d", status)
	}
}

// asked makes a pending request of the manager and returns its id.
func (s *stage) asked(t *testing.T, manager *window, c client, groups ...string) int64 {
	t.Helper()
	form := map[string][]string{"group": groups, "purpose": {"service"}, "minutes": {"30"}, "reason": {goodReason}}
	if status := manager.post("/customers/"+c.no+"/requests", form); status != 200 {
		t.Fatalf("ask for %s: %d", strings.Join(groups, ", "), status)
	}
	return ask[int64](t, s.portal, `SELECT max(r.approval_id) FROM access_request AS r JOIN customer AS c ON c.id = r.customer_id WHERE c.no = $1`, c.no)
}
