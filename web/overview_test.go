package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"liuhen/internal/fixture"
	"liuhen/internal/staff"
	"liuhen/internal/webtest"
)

// The overview counts within one's scope, leads to its lists and leaves as a file.
func TestConsentOverview(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
	fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager2})
	carry(t, p)
	manager := p.As(p.People.Manager1)
	manager.Post("/customers/"+no+"/consents", url.Values{"kind": {"granted"}, "method": {"paper"}, "evidence": {"扫描件 7"}, "cell": {"fund.chat", "market.sms"}})
	for who, want := range map[*staff.Member]string{p.People.Manager1: "100%", p.People.Manager2: "0%", p.People.Compliance1: "50%", p.People.Supervisor1: "100%"} {
		page := parse(t, p.As(who).Get("/consents").Body)
		if got := page.Find("dl .stat dd").First().Text(); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q of the customers agreed, want %s", who.Username, got, want)
		}
	}
	page := parse(t, manager.Get("/consents").Body)
	list := page.Find("dl .stat a").First().AttrOr("href", "")
	if body := manager.Get(list).Body; !strings.Contains(body, "/customers/"+no) {
		t.Errorf("%s does not list the customer", list)
	}
	file := p.As(p.People.Compliance1).Get("/consents.csv?class=A")
	if file.Status != http.StatusOK || !strings.Contains(file.Body, "市场资讯,A,朋友圈") || strings.Contains(file.Body, "公募") {
		t.Errorf("the file: %d\n%.300s", file.Status, file.Body)
	}
	if got := p.As(p.People.Supervisor1).Get("/consents?branch=999999"); got.Status != http.StatusNotFound {
		t.Errorf("a branch that is none: %d", got.Status)
	}
	manager.Post("/customers/"+no+"/consents/withdraw", url.Values{"category": {""}})
	for _, path := range []string{"/consents", "/consents/withdrawals"} {
		if body := manager.Get(path).Body; !strings.Contains(body, "/customers/"+no+"/consents") {
			t.Errorf("%s does not show the withdrawal", path)
		}
	}
	if body := p.As(p.People.Manager2).Get("/consents/withdrawals").Body; strings.Contains(body, no) || !strings.Contains(body, "没有撤回") {
		t.Error("another manager sees the withdrawal")
	}
}
