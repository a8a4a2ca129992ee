package e2e

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"github.com/chromedp/chromedp"
)

// stage is what the tests share: the portal with the demo institution, and the
// browser in which everybody opens windows.
type stage struct {
	*portal
	browser   context.Context
	customers customers
}

// act is one browser test.
type act struct {
	name string
	run  func(*testing.T, *stage)
}

// TestInBrowser runs every browser test on one portal. What disturbs others
// goes first, alone; the rest runs side by side, on customers of their own.
func TestInBrowser(t *testing.T) {
	s := open(t)
	for _, a := range []act{
		{"a server error is said in place", serverError},
	} {
		t.Run(a.name, func(t *testing.T) { a.run(t, s) })
	}
	for _, a := range []act{
		{"the whole job", theWholeJob},
		{"the job by keyboard", theJobByKeyboard},
		{"the job on a phone", theJobOnAPhone},
		{"the job without scripts", theJobWithoutScripts},
		{"a section closes by itself", closesByItself},
		{"signing in", signIn},
		{"a session is over", sessionOver},
		{"an import", importInBrowser},
		{"a longer import", importShowsProgress},
		{"a rule makes a tag", aRuleMakesATag},
		{"a newcomer", aNewcomer},
		{"people from a file", peopleFromAFile},
		{"a transfer", aTransfer},
		{"an unknown file", mapsAFile},
		{"a conflict", settlesAConflict},
		{"one clock", oneClock},
		{"a push keeps what is typed", pushKeepsInput},
		{"a push keeps the place in a list", pushKeepsPlace},
		{"several customers", severalCustomers},
		{"in an emergency", inAnEmergency},
		{"a deputy decides", aDeputyDecides},
		{"an export", anExport},
		{"a customer agrees to some", agreesToSome},
		{"pages of a manager", everyPageForARole("manager2", managerPages)},
		{"pages of a supervisor", everyPageForARole("supervisor2", supervisorPages)},
		{"pages of risk control", everyPageForARole("risk1", riskPages)},
		{"pages of compliance", everyPageForARole("compliance1", compliancePages)},
		{"pages of an administrator", everyPageForARole("admin1", adminPages)},
		{"pages of an auditor", everyPageForARole("auditor1", auditorPages)},
		{"pages that say no", problemPages},
	} {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			a.run(t, s)
		})
	}
}

// open starts the portal twice, the second time for good, and the browser.
func open(t *testing.T) *stage {
	t.Helper()
	chromium := findChromium(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.WindowSize(1440, 900),
		chromedp.Flag("lang", "zh-CN"))
	process, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	browser, closeBrowser := chromedp.NewContext(process)
	t.Cleanup(closeBrowser)
	s := &stage{portal: openPortal(t), browser: browser}
	if err := chromedp.Do(browser, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("chromium does not start: %v", err)
	}
	return s
}

// missing skips the test with a sentence, or fails it in CI.
func missing(t *testing.T, sentence string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(sentence)
	}
	t.Skip(sentence)
}

func findChromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	missing(t, "the browser tests need Chromium: apt-get install chromium")
	return ""
}
