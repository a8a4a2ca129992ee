package e2e

import "testing"

// theJobOnAPhone asks and approves in windows 390 pixels wide.
func theJobOnAPhone(t *testing.T, s *stage) {
	c := s.customer(t, "newbie")
	manager, supervisor := s.as(t, "newbie"), s.as(t, "supervisor1")
	for _, w := range []*window{manager, supervisor} {
		w.resize(phone)
		w.visit("/")
		w.fits()
	}
	manager.click("#nav a", "客户")
	manager.until(`location.pathname === "/customers"`)
	manager.fits()
	manager.fill("#list-q", c.no)
	manager.enter()
	manager.click("#list a.who", c.name)
	manager.until(`location.pathname.startsWith("/customers/")`)
	manager.fits()
	manager.click("#section-assets summary", "申请调阅")
	manager.fits()
	manager.fill("#reason-assets", goodReason)
	manager.click("#section-assets form button", "申请调阅")
	manager.sees("#section-assets", "审批中")
	manager.fits()
	manager.mark()

	supervisor.click("#nav a", "待办")
	supervisor.until(`location.pathname === "/approvals"`)
	supervisor.fits()
	supervisor.click("[data-item] a", c.name)
	supervisor.sees("h2", c.name)
	supervisor.fits()
	supervisor.shot("approval-phone")
	supervisor.click(".dock button", "批准")
	supervisor.sees("#flash", "批准")
	supervisor.until(`!/\d$/.test(location.pathname) || document.activeElement.matches("h2[data-arrive]")`)
	supervisor.fits()

	manager.sees("#section-assets", "已开放")
	manager.unmoved()
	manager.secret(c.account, true)
	manager.fits()
	everyAreaOnAPhone(s.as(t, "compliance1"))
}

// everyAreaOnAPhone opens the area for which the bar of a phone has no room.
func everyAreaOnAPhone(w *window) {
	w.t.Helper()
	w.resize(phone)
	w.visit("/")
	w.fits()
	w.click("#nav summary", "更多")
	w.shot("more-phone")
	w.click("#nav .pop a", "数据导入")
	w.until(`location.pathname === "/admin/imports"`)
	w.fits()
}

// fits fails when the page is wider than its window.
func (w *window) fits() {
	w.t.Helper()
	over := look[string](w, `document.documentElement.scrollWidth <= innerWidth ? "" : location.pathname + " is " + document.documentElement.scrollWidth + " wide: "
		+ [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && shown(e) && !e.closest(".wrap")).slice(0, 3).map((e) => e.outerHTML.slice(0, 160)).join("\n")`)
	if over != "" {
		w.t.Errorf("the page scrolls sideways: %s", over)
	}
}
