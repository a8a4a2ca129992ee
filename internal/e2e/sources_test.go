package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// choose sets a drop-down list as a person does, by its value.
func (w *window) choose(id, value string) {
	w.t.Helper()
	w.ready()
	w.script(fmt.Sprintf(`const s = document.getElementById(%s); if (![...s.options].some((o) => o.value === %s)) throw new Error("no such choice");
		s.value = %[2]s; s.dispatchEvent(new Event("change", { bubbles: true }))`, quote(id), quote(value)))
}

// offer fills the form of a new import with a file of a source.
func (w *window) offer(source, mapping, name, content string) {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		w.t.Fatal(err)
	}
	w.visit("/admin/imports")
	w.choose("source", source)
	w.choose("mapping", mapping)
	w.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{path}))
}

// mapsAFile sends a file that nobody has mapped, corrects what is proposed, looks
// at the dry run, imports it, and finds the customer's file.
func mapsAFile(t *testing.T, s *stage) {
	const name, office, own = "苗对照", "13810002222", "13910003333"
	w := s.as(t, "admin1")
	w.offer("demo", "", "members.csv", "会员编号,客户姓名,身份证号,手机,常用手机\nMB-1,"+name+",11010119900307803X,"+office+","+own+"\nMB-2,,110101199003070134,"+office+","+own+"\n")
	w.click("main form button", "先试导入")
	w.sees("h1", "列对照")
	w.judge(place{name: "draft", path: look[string](w, `location.pathname`)})
	w.until(`document.getElementById("map-c-mobile").value === "手机"`)
	w.choose("map-c-mobile", "常用手机")
	w.until(`one("#mapper p", "没有用到的列：手机")`)
	w.click("#mapper button", "保存并试导入")
	w.ends()
	w.sees("#import", "前几行会这样采用")
	w.sees("#import", "不能为空")
	for _, secret := range []string{name, office, own, "11010119900307803X", "MB-1"} {
		w.secret(secret, false)
	}
	w.judge(place{name: "dry-run", path: look[string](w, `location.pathname`)})
	s.result(w, counts{accepted: 1, rejected: 1})
	if n := ask[int](t, s.portal, `SELECT count(*) FROM customer WHERE name = $1`, name); n != 0 {
		t.Fatal("the dry run brought the customer")
	}
	w.click("#import button", "开始导入")
	w.until(`one("#import [role=status]", "导入完成") && !one("#import [role=status]", "试导入")`)
	s.result(w, counts{accepted: 1, rejected: 1})
	no := ask[string](t, s.portal, `SELECT no FROM customer WHERE name = $1`, name)
	compliance := s.as(t, "compliance1")
	compliance.visit("/customers/" + no)
	compliance.sees("h1", name)
	compliance.sees("main", "139****3333")
}

// settlesAConflict decides side by side which of two sources is right.
func settlesAConflict(t *testing.T, s *stage) {
	const kept, told, number = "阮一得", "阮一德", "110101199003070214"
	w := s.as(t, "admin1")
	w.offer("", "customers", "crm.csv", "客户号,姓名,证件号\nRY-1,"+kept+","+number+"\n")
	w.click("main form button", "直接开始导入")
	w.ends()
	w.offer("demo", "customers", "demo.csv", "客户号,姓名,证件号\nRY-9,"+told+","+number+"\n")
	w.click("main form button", "直接开始导入")
	w.ends()
	s.result(w, counts{rejected: 1})

	compliance := s.as(t, "compliance1")
	compliance.judge(place{name: "conflicts", path: "/admin/conflicts"})
	compliance.sees("#conflicts section", kept)
	compliance.sees("#conflicts section", told)
	id := ask[int64](t, s.portal, `SELECT k.id FROM source_conflict AS k WHERE k.external_no = 'RY-9'`)
	compliance.click(fmt.Sprintf("#verdict-%d label", id), "采用新送来的")
	compliance.fill(fmt.Sprintf("#reason-%d", id), "核对了柜面影像，工单 S-1024")
	compliance.click(fmt.Sprintf(`form[action="/admin/conflicts/%d"] button`, id), "决定")
	compliance.sees("#conflicts", "工单 S-1024")
	no := ask[string](t, s.portal, `SELECT c.no FROM customer AS c JOIN source_conflict AS k ON k.customer_id = c.id WHERE k.id = $1`, id)
	compliance.visit("/customers/" + no)
	for range 20 { // merged by the import worker, within a second or two
		if strings.Contains(look[string](compliance, `text("h1")`), told) {
			return
		}
		compliance.soon(`false || document.readyState === "complete"`)
		compliance.do(chromedp.Reload())
	}
	t.Errorf("the file still says %s", look[string](compliance, `text("h1")`))
}
