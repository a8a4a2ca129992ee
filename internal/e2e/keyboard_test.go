package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// theJobByKeyboard is the same job without a mouse; wherever the focus lands,
// one must see it.
func theJobByKeyboard(t *testing.T, s *stage) {
	c := s.customer(t, "manager2")
	manager, supervisor := s.window(t), s.window(t)
	for w, name := range map[*window]string{manager: "manager2", supervisor: "supervisor2"} {
		w.visit("/login")
		w.until(`document.activeElement.id === "username"`)
		w.write(name)
		w.tab(`document.activeElement.id === "password"`)
		w.write(demoPassword)
		w.enter()
		w.until(`location.pathname === "/"`)
	}
	manager.press(kb.Tab)
	manager.until(`document.activeElement.matches(".skip") && ` + focusSeen)
	manager.find(c)
	manager.mark()
	keyboardRequest(manager)

	supervisor.tab(`document.activeElement.matches("#nav a") && words(document.activeElement).includes("待办")`)
	supervisor.enter()
	supervisor.until(`location.pathname === "/approvals"`)
	supervisor.sees("[data-item]", c.name)
	for range 20 {
		supervisor.write("j")
		if look[bool](supervisor, fmt.Sprintf(`Boolean(document.activeElement.closest("[data-item]")) && words(document.activeElement).includes(%s) && `, quote(c.name))+focusSeen) {
			break
		}
	}
	supervisor.enter()
	supervisor.sees("h2", c.name)
	supervisor.write("a")
	supervisor.sees("#flash", "批准")
	supervisor.until(`!/\d$/.test(location.pathname) || document.activeElement.matches("h2[data-arrive]") && ` + focusSeen)

	manager.sees("#section-assets", "已开放")
	manager.unmoved()
	manager.secret(c.account, true)
	manager.tab(`document.activeElement.closest("#section-assets") && words(document.activeElement).includes("提前归还")`)
	manager.space()
	manager.sees("#section-assets", "已归还")
	manager.secret(c.account, false)
	manager.until(`document.activeElement !== document.body && ` + focusSeen)
}

// keyboardRequest asks for the assets with Tab, arrows, Space and Enter.
func keyboardRequest(w *window) {
	w.t.Helper()
	w.tab(`document.activeElement.matches("#section-assets summary")`)
	w.enter()
	w.until(`document.querySelector("#ask-assets").open`)
	w.tab(`document.activeElement.name === "purpose"`)
	w.press(kb.ArrowRight)
	w.until(`document.activeElement.name === "purpose" && document.activeElement.checked && document.activeElement.value !== "service"`)
	w.until(focusSeen)
	w.tab(`document.activeElement.name === "minutes"`)
	w.press(kb.ArrowRight)
	w.tab(`document.activeElement.id === "reason-assets"`)
	w.write("qwertyuiop asdf")
	w.tab(`document.activeElement.matches("#section-assets form button")`)
	w.enter()
	w.until(`document.activeElement.id === "errors"`)
	w.provoked("status of 422")
	w.until(focusSeen)
	w.tab(`document.activeElement.matches("#errors a")`)
	w.enter()
	w.until(`document.activeElement.id === "reason-assets"`)
	w.press("a", chromedp.KeyModifiers(chromedp.ModifierCtrl))
	w.write(goodReason)
	w.tab(`document.activeElement.matches("#section-assets form button")`)
	w.space()
	w.sees("#section-assets", "审批中")
	w.unmoved()
	w.until(`document.activeElement !== document.body && ` + focusSeen)
}

// focusSeen is true when one can see where the focus is: the element or what
// wraps it is inside the window, uncovered, and outlined.
const focusSeen = `(() => {
	const e = document.activeElement;
	const drawn = (x) => { const s = getComputedStyle(x); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== "none"; };
	const wraps = [e, e.closest("label"), e.closest(".find"), e.parentElement].filter(Boolean);
	if (!wraps.some(drawn)) return false;
	const box = wraps.map((x) => x.getBoundingClientRect()).find((r) => r.width > 3 && r.height > 3);
	return Boolean(box) && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
})()`

// tab presses Tab until the expression holds. Every stop on the way must be
// seen.
func (w *window) tab(until string) {
	w.t.Helper()
	for range 120 {
		w.press(kb.Tab)
		if ok, err := eval[bool](w, `document.activeElement === document.body || `+focusSeen); err != nil || !ok {
			w.t.Errorf("the focus cannot be seen: %v\n%s", err, w.where())
		}
		if look[bool](w, "Boolean("+until+")") {
			return
		}
	}
	w.t.Fatalf("Tab never reaches %s\n%s", until, w.where())
}
