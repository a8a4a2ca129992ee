package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// agreesToSome has a manager make a link, and the customer agree on a phone to
// information by chat and not to products: the manager's open page says so at once.
// Then the customer, in a browser without scripts, wants nothing any more.
func agreesToSome(t *testing.T, s *stage) {
	c := s.customer(t, "m31017")
	manager, watching := s.named(t, "m31017"), s.named(t, "m31017")
	watching.visit("/customers/" + c.no)
	watching.sees("#consents h2", "营销授权")
	watching.mark()

	manager.visit("/customers/" + c.no + "/consents")
	manager.click("#links label.chip", "客户要求")
	manager.click("#links button", "生成链接")
	manager.sees("#links", "只显示这一次")
	link := look[string](manager, `document.querySelector("#link").value`)

	phoned := s.window(t)
	phoned.judge(place{name: "consent-page", path: link[len(s.url):]})
	phoned.resize(phone)
	phoned.visit(link[len(s.url):])
	phoned.until(`!document.body.innerText.includes(` + quote(c.name) + `)`)
	phoned.script(`for (const b of document.querySelectorAll("input[type=checkbox]")) b.checked = false`)
	phoned.until(`document.documentElement.scrollWidth <= document.documentElement.clientWidth`)
	phoned.click("fieldset.group label.chip", "企业微信单聊")
	phoned.click("button", "保存我的选择")
	phoned.sees("body", "回执")

	watching.until(`[...document.querySelectorAll("#consents tbody tr")].some((r) => r.cells[0].innerText.includes("市场资讯") && r.cells[3].innerText.includes("同意"))`)
	watching.until(`[...document.querySelectorAll("#consents tbody tr")].some((r) => r.cells[0].innerText.includes("公募") && !r.cells[3].innerText.includes("同意"))`)
	watching.unmoved()

	plain := s.window(t)
	plain.resize(phone)
	call(plain, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	plain.visit(link[len(s.url):])
	plain.click("button", "全部不接收")
	plain.sees("body", "回执")
	watching.until(`![...document.querySelectorAll("#consents tbody td")].some((d) => d.innerText.trim() === "同意")`)
	watching.unmoved()
}
