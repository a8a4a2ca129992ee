package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// theJobWithoutScripts does the job where pages may run no script: forms lead
// to pages, and the section is open when the page is asked for again.
func theJobWithoutScripts(t *testing.T, s *stage) {
	c := s.customer(t, "manager1")
	manager, supervisor := s.window(t), s.window(t)
	for w, name := range map[*window]string{manager: "manager1", supervisor: "supervisor1"} {
		call(w, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		w.visit("/login")
		w.typeSignIn(name, demoPassword)
		w.until(`location.pathname === "/"`)
	}
	manager.click("#nav a", "客户")
	manager.until(`location.pathname === "/customers"`)
	manager.fill("#list-q", c.name)
	manager.enter()
	manager.until(`location.search.includes("q=")`)
	manager.click("#list a.who", c.name)
	manager.sees("h1", c.name)
	manager.click("#section-assets summary", "申请调阅")
	manager.fill("#reason-assets", "看看")
	manager.click("#section-assets form button", "申请调阅")
	manager.sees("#errors", "需要修改")
	manager.provoked("status of 422")
	manager.until(`document.querySelector("#reason-assets").value === "看看" && document.title.startsWith("需要修改")`)
	manager.fill("#reason-assets", goodReason)
	manager.click("#section-assets form button", "申请调阅")
	manager.sees("#section-assets", "审批中")
	manager.secret(c.account, false)

	supervisor.click("#nav a", "待办")
	supervisor.click("[data-item] a", c.name)
	supervisor.sees("h2", c.name)
	supervisor.click("button", "批准所选")
	supervisor.sees("#flash", "批准")

	manager.visit("/customers/" + c.no)
	manager.sees("#section-assets", "已开放")
	manager.secret(c.account, true)
	manager.click("#section-assets button", "提前归还")
	manager.sees("#section-assets", "已归还")
	manager.secret(c.account, false)
}
