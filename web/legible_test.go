package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"liuhen/internal/fixture"
	"liuhen/internal/webtest"
)

// Bytes that are no text, and NUL, reach no handler: they are kept as question
// marks, and what surrounds them stays.
func TestIllegibleInput(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
	manager := p.As(p.People.Manager1)
	for _, bytes := range []string{"\xe2", "\x00", "\xf0\x28\x8c\x28", "\xed\xa0\x80"} {
		sent := manager.Post("/exports", url.Values{"format": {"csv"}, "purpose": {"service"}, "reason": {"法院协查函要求核对" + bytes + "，函号 118"}})
		if sent.Status >= http.StatusInternalServerError {
			t.Errorf("%q in a reason: %d", bytes, sent.Status)
		}
		note := manager.Post("/customers/"+no+"/notes", url.Values{"via": {"phone"}, "body": {"客户来电" + bytes + "问利率"}})
		if note.Status != http.StatusSeeOther || !strings.Contains(manager.Get("/customers/"+no).Body, "客户来电?") {
			t.Errorf("%q in a note: %d", bytes, note.Status)
		}
		if got := manager.Get("/customers?" + url.Values{"q": {"顾" + bytes}, "grade": {"2"}}.Encode()); got.Status != http.StatusOK {
			t.Errorf("%q in an address: %d", bytes, got.Status)
		}
	}
}
