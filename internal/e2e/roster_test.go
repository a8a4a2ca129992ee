package e2e

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"
)

// peopleFromAFile has the administrator send a file with a bad row, import the
// good one, and the newcomer sign in with the password of the file, which must
// be changed first.
func peopleFromAFile(t *testing.T, s *stage) {
	where := ask[string](t, s.portal, `SELECT b.code FROM staff AS m JOIN branch AS b ON b.id = m.branch_id WHERE m.username = 'newbie'`)
	superior := ask[string](t, s.portal, `SELECT u.no FROM staff AS m JOIN staff AS u ON u.id = m.superior_id WHERE m.username = 'newbie'`)
	file := fmt.Sprintf("工号,姓名,用户名,角色,机构,上级\n7201,校招一,xiaozhao1,客户经理,%[1]s,%[2]s\n7202,校招二,xiaozhao2,柜员,%[1]s,%[2]s\n", where, superior)
	path := filepath.Join(t.TempDir(), "roster.csv")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	admin := s.as(t, "admin1")
	admin.visit("/admin/people")
	admin.click("a.btn", "导入人员")
	admin.sees("h1", "导入人员")
	admin.do(chromedp.SetUploadFiles(chromedp.CSS("#roll-file"), []string{path}))
	admin.click("main form button.go", "核对")
	admin.sees("#roll", "将新增 1")
	admin.sees("#roll tr", "没有这个角色")
	admin.judge(place{name: "people-import", path: look[string](admin, `location.pathname`)})
	admin.mark()
	admin.script(`
		window.got = "";
		fetch(document.querySelector("#roll form").action, { method: "POST" }).then((r) => r.arrayBuffer()).then((b) => {
			window.got = btoa(String.fromCharCode(...new Uint8Array(b)));
		})`)
	admin.until(`window.got.length > 100`)
	first := firstPassword(t, look[string](admin, `window.got`), "xiaozhao1")
	admin.sees("#roll [role=status]", "新增 1 人")
	admin.unmoved()

	const own = "a password of my own"
	newcomer := s.window(t)
	newcomer.visit("/login")
	newcomer.typeSignIn("xiaozhao1", first)
	newcomer.until(`location.pathname === "/me/password"`)
	newcomer.fill("#password-old", first)
	newcomer.fill("#password-new", own)
	newcomer.fill("#password-again", own)
	newcomer.enter()
	newcomer.sees("#flash", "密码已修改")
	newcomer.visit("/customers")
	newcomer.until(`location.pathname === "/customers"`)
}

// firstPassword reads the password of somebody from the file that the import
// answered with.
func firstPassword(t *testing.T, file, username string) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(file)
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("the answer is no workbook: %v", err)
	}
	rows, err := book.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if len(row) > 5 && row[2] == username {
			return row[5]
		}
	}
	t.Fatalf("%s is not in the file: %v", username, rows)
	return ""
}

// aTransfer moves a manager to another branch and gives the customers to a
// colleague, who sees them from then on.
func aTransfer(t *testing.T, s *stage) {
	const leaves, takes = "m31012", "m31013"
	id := ask[int64](t, s.portal, `SELECT s.id FROM staff AS s WHERE s.username = $1`, leaves)
	no := ask[string](t, s.portal, `SELECT c.no FROM customer AS c JOIN staff AS s ON s.id = c.manager_id WHERE s.username = $1 ORDER BY c.id LIMIT 1`, leaves)
	all := ask[int64](t, s.portal, `SELECT count(*) FROM customer AS c JOIN staff AS s ON s.id = c.manager_id WHERE s.username = $1`, leaves)
	receiver := ask[string](t, s.portal, `SELECT s.no FROM staff AS s WHERE s.username = $1`, takes)
	head := ask[string](t, s.portal, `
		SELECT h.no
		FROM staff AS h
		WHERE h.username LIKE 'head%'
			AND h.id <> (SELECT s.superior_id FROM staff AS s WHERE s.username = $1)
		ORDER BY h.no
		LIMIT 1`, leaves)
	branch := ask[string](t, s.portal, `SELECT b.code FROM staff AS h JOIN branch AS b ON b.id = h.branch_id WHERE h.no = $1`, head)
	name := ask[string](t, s.portal, `SELECT b.name FROM branch AS b WHERE b.code = $1`, branch)
	admin, other := s.as(t, "admin1"), s.named(t, takes)
	admin.visit(fmt.Sprintf("/admin/people/%d", id))
	admin.click("a.btn", "调动")
	admin.sees("h1", "调动")
	admin.script(`one("#transfer-branch").value = ` + quote(branch))
	admin.fill("#transfer-superior", head)
	admin.fill("#transfer-receivers", receiver)
	admin.click("main form button", "看影响")
	admin.sees("main", fmt.Sprintf("接手 %d 位客户", all))
	admin.click("main form button", "确认调动")
	admin.click("#confirm-go", "")
	admin.sees("#flash", fmt.Sprintf("%d 位", all))
	admin.sees("main dl", name)
	other.visit("/customers/" + no)
	other.until(`location.pathname === ` + quote("/customers/"+no) + ` && one("h1")`)
	if n := ask[int64](t, s.portal, `SELECT count(*) FROM customer AS c WHERE c.manager_id = $1`, id); n != 0 {
		t.Errorf("%d customers are left behind", n)
	}
}
