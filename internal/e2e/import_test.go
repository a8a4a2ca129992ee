package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"liuhen/internal/realdata"
)

// importInBrowser brings files in again: the same file changes nothing, a copy
// with one amount changed and one row broken changes one and rejects one, and
// who may see the customer's file sees that it has just been synchronised.
func importInBrowser(t *testing.T, s *stage) {
	loans, err := os.ReadFile(realdata.Path(t, "bank", "berka", "loan.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(loans)), "\n")
	w := s.as(t, "admin1")
	s.upload(w, "berka-loans", "loan.csv", string(loans))
	w.sees("#import", "与已有数据完全一致")
	s.result(w, counts{unchanged: len(lines) - 1})
	w.judge(place{name: "import-unchanged", path: look[string](w, `location.pathname`)})

	changed, loan := alter(t, lines)
	no := ask[string](t, s.portal, `
		SELECT c.no
		FROM loan AS l
		JOIN customer AS c ON c.id = l.customer_id
		WHERE l.external_no = $1`, loan)
	s.force(t, `UPDATE customer_block SET synced_at = synced_at - interval '40 days'
		WHERE block = 'assets' AND customer_id = (SELECT c.id FROM customer AS c WHERE c.no = $1)`, no)
	compliance := s.as(t, "compliance1")
	const assets = `all("section[aria-labelledby=origins-title] li", "资产").filter((r) => words(r).includes("核心系统"))`
	compliance.visit("/customers/" + no)
	compliance.until(assets + `.every((r) => !words(r).includes("今天"))`)

	s.upload(w, "berka-loans", "loan-changed.csv", changed)
	s.result(w, counts{unchanged: len(lines) - 3, changed: 1, rejected: 1})
	w.until(fmt.Sprintf(`all("#import tr", "amount").some((r) => words(r.cells[0]) === "%d" && words(r.cells[1]) === "amount" && words(r.cells[2]))`, len(lines)))
	if strings.Contains(look[string](w, `document.querySelector("main").innerHTML`), broken) {
		t.Error("the result shows the rejected value to people who must not see customer data")
	}
	path := look[string](w, `location.pathname`)
	w.judge(place{name: "import-changed", path: path})
	compliance.visit("/customers/" + no)
	compliance.until(assets + `.some((r) => words(r).includes("今天"))`)
	compliance.visit(path)
	compliance.sees("main", "loan-changed.csv")
}

// importShowsProgress watches a longer import from the page it leads to, which
// turns into the result by itself.
func importShowsProgress(t *testing.T, s *stage) {
	transactions, err := os.ReadFile(realdata.Path(t, "bank", "berka", "trans.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	w := s.as(t, "compliance1")
	s.send(w, "berka-transactions", "trans.csv.gz", string(transactions))
	w.until(`one("#import progress")`)
	w.mark()
	w.sees("#import", "离开本页不会中断")
	w.shot("import-progress")
	w.ends()
	w.sees("#import", "与已有数据完全一致")
	w.unmoved()
}

// broken is what stands for an amount in the row that must be rejected.
const broken = "twelve"

// alter changes the amount of the first loan and breaks that of the last row.
// It returns the file and the number of the changed loan.
func alter(t *testing.T, lines []string) (file, loan string) {
	t.Helper()
	lines = append([]string(nil), lines...)
	first := strings.Split(lines[1], ",")
	last := strings.Split(lines[len(lines)-1], ",")
	if len(first) != 7 || len(last) != 7 {
		t.Fatalf("loan.csv has another form: %q", lines[1])
	}
	first[3], last[3] = "777777", broken
	lines[1], lines[len(lines)-1] = strings.Join(first, ","), strings.Join(last, ",")
	return strings.Join(lines, "\n") + "\n", first[0]
}

// send sends a file on the page of imports and ends on the page of its import.
func (s *stage) send(w *window, mapping, name, content string) {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		w.t.Fatal(err)
	}
	w.visit("/admin/imports")
	w.script(fmt.Sprintf(`const s = document.querySelector("#mapping"); s.value = %s; s.dispatchEvent(new Event("change", { bubbles: true }))`, quote(mapping)))
	w.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{path}))
	w.click("main form button", "开始导入")
	w.until(`/^\/admin\/imports\/\d+$/.test(location.pathname)`)
	w.sees("main", name)
}

// upload sends a file and waits for its result.
func (s *stage) upload(w *window, mapping, name, content string) {
	w.t.Helper()
	s.send(w, mapping, name, content)
	w.ends()
}

// ends waits until the page of an import turns into its result by push. When
// it does not, a reload tells whether the import or the push was at fault.
func (w *window) ends() {
	w.t.Helper()
	for range 4 { // others may be imported first
		if w.soon(`one("#import [role=status]", "完成")`) {
			return
		}
	}
	shown := w.where()
	w.do(chromedp.Reload())
	w.t.Fatalf("the page never shows the result: %s\nafter a reload it shows: %s", shown, w.where())
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
