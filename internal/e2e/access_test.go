package e2e

import (
	"fmt"
	"testing"
)

// named signs somebody in who has no button on the page to sign in.
func (s *stage) named(t *testing.T, username string) *window {
	t.Helper()
	w := s.window(t)
	w.visit("/login")
	w.typeSignIn(username, demoPassword)
	w.until(`location.pathname === "/"`)
	return w
}

// request goes to a request and waits until it is shown.
func (w *window) request(id int64) {
	w.t.Helper()
	w.visit(fmt.Sprintf("/approvals/%d", id))
	w.sees("#item", "")
}

// latest is the newest request of a kind that somebody made.
func (s *stage) latest(t *testing.T, username, kind string) int64 {
	t.Helper()
	return ask[int64](t, s.portal, `SELECT max(a.id) FROM approval AS a JOIN staff AS s ON s.id = a.requester_id WHERE s.username = $1 AND a.kind = $2`, username, kind)
}

// severalCustomers ticks customers in the list, asks for all of them once, and
// sees those open that the superior and compliance left.
func severalCustomers(t *testing.T, s *stage) {
	one, two, three := s.customer(t, "m31018"), s.customer(t, "m31018"), s.customer(t, "m31018")
	manager := s.named(t, "m31018")
	manager.visit("/customers?sort=no")
	manager.until(`document.querySelector("#chosen").hidden`)
	manager.write("j")
	manager.write("x")
	manager.sees("#chosen", "已选 1 位")
	manager.visit(fmt.Sprintf("/access/requests/new?customer=%s&customer=%s&customer=%s", one.no, two.no, three.no))
	manager.sees("h1", "申请调阅 3 位客户")
	manager.click("#many-group .chip", "资产")
	manager.fill("#many-reason", goodReason)
	manager.click("main form button", "提交申请")
	manager.sees("#flash", "3 位客户")
	id := s.latest(t, "m31018", "access_many")

	superior := s.named(t, "head107")
	superior.request(id)
	superior.sees("#customer tbody tr", three.no)
	superior.click(fmt.Sprintf("#customer input[value='%s']", three.no), "")
	superior.click("button", "批准所选")
	superior.sees("#flash", "批准")
	compliance := s.as(t, "compliance1")
	compliance.request(id)
	compliance.sees("#customer tbody tr", "审批时移除")
	compliance.click("button", "批准所选")
	compliance.sees("#flash", "批准")
	for c, open := range map[client]bool{one: true, two: true, three: false} {
		manager.visit("/customers/" + c.no)
		manager.sees("#section-assets", map[bool]string{true: "已开放", false: "未开放"}[open])
		manager.secret(c.account, open)
	}
	manager.visit("/access")
	manager.sees("#mine", one.name)
	manager.sees("#mine", two.name)
}

// inAnEmergency opens a section at once, is told so loudly, hands it back, and
// has it reviewed.
func inAnEmergency(t *testing.T, s *stage) {
	c := s.customer(t, "m31015")
	manager := s.named(t, "m31015")
	manager.visit("/customers/" + c.no)
	manager.mark()
	manager.click("#section-assets summary", "紧急调阅")
	manager.fill("#urgent-assets", "客户在柜台疑似被骗转账，须立刻核对余额，警情 110-2231")
	manager.click("#section-assets button", "紧急打开")
	manager.click("#confirm button.stop, #confirm button.go", "")
	manager.sees("#urgent b", "紧急调阅中")
	manager.until(`/^14:\d\d$/.test(text("#section-assets [data-clock]"))`)
	manager.secret(c.account, true)
	manager.click("#section-assets button", "提前归还")
	manager.secret(c.account, false)
	manager.until(`!one("#urgent")`)
	manager.unmoved()
	id := s.latest(t, "m31015", "break_glass")

	superior := s.named(t, "head106")
	superior.visit("/access")
	superior.sees("#reviews tr", c.name)
	superior.request(id)
	superior.fill("#comment", "已调看监控，确有此事")
	superior.click("button", "合理")
	superior.sees("#flash", "已复核")
	manager.visit("/access")
	manager.sees("#reviews tr", "已调看监控")
}

// aDeputyDecides has a superior go away and the deputy decide, who is shown as
// such.
func aDeputyDecides(t *testing.T, s *stage) {
	c := s.customer(t, "m31009")
	manager, superior := s.named(t, "m31009"), s.named(t, "head104")
	superior.visit("/access/delegations")
	superior.sees("main", "设置代理")
	superior.script(`
		const deputy = document.querySelector("#deputy");
		deputy.value = [...deputy.options].find((o) => o.textContent.includes("许振国")).value;
		const today = new Date(Number(document.body.dataset.now) * 1000 + 8 * 3600e3).toISOString().slice(0, 10);
		document.querySelector("#first").value = today;
		document.querySelector("#last").value = today`)
	superior.fill("#reason", "外出培训一天")
	superior.click("main form button.go", "")
	superior.sees("#flash", "代理已设置")

	id := s.asked(t, manager, c, "assets")
	manager.visit("/customers/" + c.no)
	manager.sees("#section-assets", "代 唐月华")
	manager.mark()
	deputy := s.named(t, "head105")
	deputy.request(id)
	deputy.sees("main", "您代唐月华审批")
	deputy.click("button", "批准所选")
	deputy.sees("#flash", "批准")
	manager.sees("#section-assets", "许振国（代 唐月华）")
	manager.secret(c.account, true)
	manager.unmoved()
}

// anExport asks for a customer's file in a sheet, has two agree, fetches what is
// granted, and proves the file by its hash.
func anExport(t *testing.T, s *stage) {
	c := s.customer(t, "m31021")
	manager, superior, compliance := s.named(t, "m31021"), s.named(t, "head108"), s.as(t, "compliance1")
	s.opened(t, manager, superior, c, "assets")
	manager.visit("/customers/" + c.no)
	manager.click("main a", "导出档案")
	manager.sees("h1", "导出客户档案")
	manager.click("#export-group .chip", "资产")
	manager.click("#export-group .chip", "证件")
	manager.click("#export-format .chip", "CSV")
	manager.fill("#export-reason", "法院协查函要求提供账户余额，函号 2026-118")
	manager.click("main form button", "申请导出")
	manager.sees("#exports .item", "等待")
	id := s.latest(t, "m31021", "export")
	for _, w := range []*window{superior, compliance} {
		w.request(id)
		w.sees("main", c.no)
		w.secret(c.account, false)
		w.click(`button[form="decide"][value="approve"]`, "")
		w.sees("#flash", "批准")
	}
	manager.visit("/exports")
	manager.sees("#exports button", "下载")
	manager.script(`
		window.got = "";
		const form = document.querySelector("#exports form");
		fetch(form.action, { method: "POST" }).then((r) => r.arrayBuffer()).then(async (b) => {
			window.file = new TextDecoder().decode(b);
			const sum = await crypto.subtle.digest("SHA-256", b);
			window.got = [...new Uint8Array(sum)].map((x) => x.toString(16).padStart(2, "0")).join("");
		})`)
	manager.until(`window.got.length === 64`)
	for _, want := range []string{c.account, c.no, "资产", "未授权", "严禁外传"} {
		manager.until(fmt.Sprintf(`window.file.includes(%s)`, quote(want)))
	}
	hash := look[string](manager, `window.got`)
	manager.visit("/exports/verify")
	manager.fill("#verify-hash", hash)
	manager.click("main form button", "验证摘要")
	manager.sees("main", "未被改动")
	manager.sees("main", fmt.Sprint(id))
}
