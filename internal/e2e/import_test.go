package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// importInBrowser brings the loans in again: the same file changes nothing, a
// copy with one amount changed and one row broken changes one and rejects one,
// and who may see the customer's file sees when it was synchronised.
func importInBrowser(t *testing.T, s *stage) {
	loans, err := os.ReadFile(dataFile(t, "bank", "berka", "loan.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(loans)), "\n")
	w := s.as(t, "admin1")
	s.upload(w, "loan.csv", string(loans))
	w.judge(place{name: "import-unchanged", path: look[string](w, `location.pathname`)})
	s.result(w, counts{unchanged: len(lines) - 1})

	changed, loan, account := alter(t, lines)
	s.upload(w, "loan-changed.csv", changed)
	w.sees("main", "amount")
	path := look[string](w, `location.pathname`)
	w.judge(place{name: "import-changed", path: path})
	s.result(w, counts{unchanged: len(lines) - 3, changed: 1, rejected: 1})
	w.until(fmt.Sprintf(`all("main tr", "amount").some((r) => words(r).includes("%d"))`, len(lines)))
	if strings.Contains(look[string](w, `document.querySelector("main").innerHTML`), "twelve") {
		t.Error("the result shows the rejected value")
	}

	no := ask[string](t, s.portal, `
		SELECT c.no
		FROM loan AS l
		JOIN customer AS c ON c.id = l.customer_id
		WHERE l.external_no = $1`, loan)
	t.Logf("loan %s of account %s belongs to customer %s", loan, account, no)
	compliance := s.as(t, "compliance1")
	compliance.visit("/customers/" + no)
	synced := ask[string](t, s.portal, `
		SELECT to_char(max(b.synced_at) AT TIME ZONE 'Asia/Shanghai', 'HH24:MI')
		FROM customer_block AS b
		JOIN customer AS c ON c.id = b.customer_id
		WHERE c.no = $1
			AND b.block = 'assets'`, no)
	compliance.until(fmt.Sprintf(`all("section[aria-labelledby=origins-title] li", "资产").some((r) => words(r).includes(%s))`, quote(synced)))
	compliance.visit(path)
	compliance.sees("main", "loan-changed.csv")
}

// alter changes the amount of the first loan and breaks that of the last row.
// It returns the file and the number and account of the changed loan.
func alter(t *testing.T, lines []string) (file, loan, account string) {
	t.Helper()
	lines = append([]string(nil), lines...)
	first := strings.Split(lines[1], ",")
	last := strings.Split(lines[len(lines)-1], ",")
	if len(first) != 7 || len(last) != 7 {
		t.Fatalf("loan.csv has another form: %q", lines[1])
	}
	first[3], last[3] = "777777", "twelve"
	lines[1], lines[len(lines)-1] = strings.Join(first, ","), strings.Join(last, ",")
	return strings.Join(lines, "\n") + "\n", first[0], first[1]
}

// upload sends a file on the page of imports, watches it, and ends on its result.
func (s *stage) upload(w *window, name, content string) {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		w.t.Fatal(err)
	}
	w.visit("/admin/imports")
	w.script(`const s = document.querySelector("select[name=mapping]"); if (s) { s.value = "berka-loans"; s.dispatchEvent(new Event("change", { bubbles: true })); }`)
	w.do(chromedp.SetUploadFiles(chromedp.CSS("input[type=file]"), []string{path}))
	w.click("main form button", "导入")
	w.until(`/^\/admin\/imports\/\d+$/.test(location.pathname)`)
	w.sees("main", name)
	w.sees("main", "已完成")
}

// counts are the figures of an import's result.
type counts struct{ accepted, changed, unchanged, rejected int }

// result checks what the page and the database say of the import the window
// shows.
func (s *stage) result(w *window, want counts) {
	w.t.Helper()
	id := look[string](w, `location.pathname.split("/").pop()`)
	var got counts
	err := s.db.QueryRow(`SELECT accepted, changed, unchanged, rejected FROM import_job WHERE id = $1::bigint`, id).
		Scan(&got.accepted, &got.changed, &got.unchanged, &got.rejected)
	if err != nil {
		w.t.Fatal(err)
	}
	if got != want {
		w.t.Errorf("import %s: %+v, want %+v", id, got, want)
	}
}
