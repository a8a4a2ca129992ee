package main

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// pagesFitAPhone looks at pages in a window 390 pixels wide: nothing is squeezed,
// nobody's name breaks, and every area can be reached.
func pagesFitAPhone(t *testing.T, b *tab) {
	const high = `[...document.querySelectorAll("tbody tr")].every((r) => r.offsetHeight <= 80)`
	const fits = `document.documentElement.scrollWidth <= 390 && [...document.querySelectorAll("table.t")].every((t) => t.closest("details:not([open])") || t.scrollWidth <= t.parentElement.clientWidth)`
	b.visit(t, "/sourcing/import-done")
	b.until(t, `new Set([...document.querySelectorAll(".stat")].map((s) => s.offsetTop)).size === 1`)
	b.until(t, `document.querySelector("#import th").offsetWidth < 100`)

	call(t, b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 844, DeviceScaleFactor: 1, Mobile: true})
	b.visit(t, "/sourcing/import-done")
	b.until(t, `new Set([...document.querySelectorAll(".stat")].map((s) => s.offsetTop)).size === 2`)
	b.until(t, `[...document.querySelectorAll("#import table:not(.fold) tbody tr")].every((r) => r.offsetHeight <= 60) && `+fits)
	b.visit(t, "/sourcing/imports")
	b.until(t, fits+" && "+high)
	b.visit(t, "/staff/people")
	b.until(t, `document.querySelector("#q").offsetWidth > 300 && `+fits)
	b.visit(t, "/trail/log")
	b.until(t, `[...document.querySelectorAll("tbody td:nth-child(2) > *")].every((e) => e.getClientRects().length === 1) && `+fits)

	b.visit(t, "/layout/page-many-areas")
	b.until(t, `document.querySelector(".menu").getBoundingClientRect().right > 360`)
	const shown = `[...document.querySelectorAll("#nav a, #nav summary")].filter((e) => e.checkVisibility()).map((e) => e.textContent.trim().slice(0, 2)).join()`
	b.until(t, shown+` === "工作,客户,待办,调阅,更多"`)
	b.do(t, chromedp.Click("#nav summary"))
	b.until(t, shown+` === "工作,客户,待办,调阅,更多,留痕,数据"`)
	b.until(t, `document.elementFromPoint(60, 760).closest("#nav a")`)
	b.do(t, chromedp.Click("h1"))
	b.until(t, shown+` === "工作,客户,待办,调阅,更多"`)
	b.visit(t, "/layout/page")
	b.until(t, shown+` === "工作,客户,待办,调阅,留痕"`)
	b.quiet(t)
}
