package e2e

import (
	"fmt"
	"testing"
)

// theWholeJob is what the portal is for, by two people at once: find, ask in
// place, approve, watch it open, hand it back; and all of it is on record.
func theWholeJob(t *testing.T, s *stage) {
	c := s.customer(t, "newbie")
	manager, supervisor := s.as(t, "newbie"), s.window(t)
	supervisor.visit("/approvals")
	supervisor.until(`location.pathname === "/login"`)
	supervisor.typeSignIn("supervisor1", demoPassword)
	supervisor.until(`location.pathname === "/approvals"`)
	supervisor.mark()

	manager.visit("/customers")
	manager.sees("#list", "")
	manager.find(c)
	manager.secret(c.account, false)
	manager.mark()
	askInPlace(manager)

	waiting := look[int](supervisor, `Number(text("#nav .count")) || 0`)
	supervisor.sees("[data-item]", c.name)
	supervisor.unmoved()
	t.Logf("%d wait for supervisor1", waiting)
	supervisor.click("[data-item] a", c.name)
	supervisor.sees("h2", c.name)
	supervisor.sees("main", goodReason)
	manager.script(`scrollTo(0, one("#section-assets").getBoundingClientRect().top + scrollY - 200)`)
	at := look[float64](manager, `scrollY`)
	supervisor.click("button", "批准所选")
	supervisor.sees("#flash", "批准")

	manager.sees("#section-assets", "已开放")
	manager.unmoved()
	if now := look[float64](manager, `scrollY`); now != at {
		t.Errorf("the page moved from %v to %v when the section opened", at, now)
	}
	manager.secret(c.account, true)
	manager.until(`/^1:59:\d\d$/.test(text("#section-assets [data-clock]"))`)
	manager.shot("job-open")

	manager.click("#section-assets button", "提前归还")
	manager.sees("#section-assets", "已归还")
	manager.secret(c.account, false)
	manager.unmoved()
	onRecord(t, s, c)
}

// askInPlace asks for the assets of the file the window shows: first with a
// reason that says nothing, then with a good one.
func askInPlace(w *window) {
	w.t.Helper()
	w.click("#section-assets summary", "申请调阅")
	w.click("#section-assets label.chip", "适当性匹配")
	w.click("#section-assets label.chip", "2 小时")
	w.fill("#reason-assets", "看看看看看看看看看看看看")
	w.click("#section-assets form button", "申请调阅")
	w.until(`document.activeElement.id === "errors"`)
	w.provoked("status of 422")
	w.sees("#section-assets .field.bad", "事由")
	w.until(`document.querySelector("#reason-assets").value === "看看看看看看看看看看看看"
		&& one("#section-assets label.chip", "适当性匹配").querySelector("input").checked
		&& one("#section-assets label.chip", "2 小时").querySelector("input").checked`)
	w.unmoved()
	w.fill("#reason-assets", goodReason)
	w.click("#section-assets form button", "申请调阅")
	w.sees("#section-assets", "审批中")
	w.unmoved()
}

// onRecord reads the trail of the customer as compliance does.
func onRecord(t *testing.T, s *stage, c client) {
	t.Helper()
	w := s.as(t, "compliance1")
	w.visit("/trail")
	w.fill("#customer", c.no)
	w.click("form[action='/trail'] button", "查询")
	w.until(`new URLSearchParams(location.search).get("customer")`)
	for _, act := range []string{"查看档案", "申请调阅", "审批决定", "查看敏感信息", "提前归还"} {
		w.sees("tbody tr", act)
	}
	w.secret(c.account, false)
}

// closesByItself shows an open section until its time is over: the values leave
// the page by themselves and it says why.
func closesByItself(t *testing.T, s *stage) {
	c := s.customer(t, "newbie")
	manager, supervisor := s.as(t, "newbie"), s.as(t, "supervisor1")
	s.opened(t, manager, supervisor, c, "assets")
	s.force(t, `
		UPDATE access_grant
		SET granted_at = now() - interval '25 minutes',
			expires_at = now() + interval '6 seconds'
		WHERE customer_id = (SELECT c.id FROM customer AS c WHERE c.no = $1)`, c.no)
	manager.visit("/customers/" + c.no)
	manager.sees("#section-assets", "已开放")
	manager.secret(c.account, true)
	manager.mark()
	manager.until(`/^0:0\d$/.test(text("#section-assets [data-clock]"))`)
	manager.sees("#section-assets", "授权已到期")
	manager.secret(c.account, false)
	manager.sees("#section-assets summary", "再次申请")
	manager.unmoved()
}

// pushKeepsInput types a reason, has it refused, and hears meanwhile that
// something about the customer has changed: what is typed must stay, before and
// after it was refused.
func pushKeepsInput(t *testing.T, s *stage) {
	c := s.customer(t, "newbie")
	w := s.as(t, "newbie")
	const notice = `SELECT pg_notify('liuhen', 'grant:' || s.id || '/' || $1::text) FROM staff AS s WHERE s.username = 'newbie'`
	w.visit("/customers/" + c.no)
	w.script(`window.asked = 0; document.addEventListener("htmx:afterSettle", (e) => { if (e.target.id === "section-identity") asked++ })`)
	w.click("#section-assets summary", "申请调阅")
	w.fill("#reason-assets", "看看看看看看看看看看看看")
	s.force(t, notice, c.no)
	w.until(`asked === 1`)
	w.until(`document.querySelector("#reason-assets").value === "看看看看看看看看看看看看"`)
	w.click("#section-assets form button", "申请调阅")
	w.until(`document.activeElement.id === "errors"`)
	w.provoked("status of 422")
	s.force(t, notice, c.no)
	w.until(`asked === 2`)
	if kept := look[string](w, `document.querySelector("#reason-assets").value`); kept != "看看看看看看看看看看看看" {
		t.Errorf("the refused reason is gone after a push, the field holds %q", kept)
	}
}

// pushKeepsPlace scrolls down the inbox in a low window and sees another request
// come in: the list must stay where it was.
func pushKeepsPlace(t *testing.T, s *stage) {
	manager, w := s.as(t, "manager2"), s.as(t, "supervisor2")
	for range 3 {
		s.asked(t, manager, s.customer(t, "manager2"), "contact")
	}
	w.resize(size{1440, 240})
	w.visit("/approvals")
	w.ready()
	w.until(`(document.querySelector("#list .scroll").scrollTop = 30) === document.querySelector("#list .scroll").scrollTop`)
	last := s.asked(t, manager, s.customer(t, "manager2"), "identity")
	w.until(fmt.Sprintf(`document.querySelector("input[name=id][value='%d']")`, last))
	w.until(`document.querySelector("#list .scroll").scrollTop === 30`)
}
