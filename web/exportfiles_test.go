package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"liuhen/internal/webtest"
)

// TestAnExportOfFilesHoldsOnlyWhatIsGranted asks for two customers' files, has
// it agreed to by two, and fetches it while one group of one is open.
func TestAnExportOfFilesHoldsOnlyWhatIsGranted(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	all := plant(t, p, 3)
	manager, supervisor, compliance := p.As(p.People.Manager1), p.As(p.People.Supervisor1), p.As(p.People.Compliance1)
	address := "/exports?customer=" + all[0].no + "&customer=" + all[1].no
	if got := manager.Get(strings.Replace(address, "?", "/new?", 1)); got.Status != http.StatusOK || !strings.Contains(got.Body, all[1].no) {
		t.Fatalf("form: %d", got.Status)
	}
	form := url.Values{"group": {"contact", "identity", "assets", "transactions"}, "format": {"csv"}, "purpose": {"inspection"}}
	if got := manager.Post(address, form); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "请填写事由") || !strings.Contains(got.Body, all[1].no) {
		t.Errorf("without a reason: %d", got.Status)
	}
	form.Set("reason", "法院协查函要求提供两位客户的账户，函号 2026-118。")
	if got := manager.Post(address, form); got.Status != http.StatusSeeOther {
		t.Fatalf("ask: %d %s", got.Status, got.Body)
	}
	id := p.DB.QueryInt(`SELECT max(id) FROM approval WHERE kind = 'export'`)
	decide := fmt.Sprintf("/approvals/%d/decide", id)
	supervisor.Post(decide, url.Values{"decision": {"approve"}})
	pages := manager.Get("/exports").Body + compliance.Get("/exports").Body + compliance.Get(fmt.Sprintf("/approvals/%d", id)).Body
	if found := leak(pages, all, nil); found != "" {
		t.Errorf("a page holds %s", found)
	}
	compliance.Post(decide, url.Values{"decision": {"approve"}})
	if got := manager.Post(fmt.Sprintf("/exports/%d/file", id), nil); got.Status != http.StatusConflict || leak(got.Body, all, nil) != "" {
		t.Errorf("without a grant: %d", got.Status)
	}
	manager.Post("/customers/"+all[1].no+"/requests", url.Values{"group": {"assets"}, "purpose": {"service"}, "minutes": {"30"}, "reason": {urgently}})
	supervisor.Post(fmt.Sprintf("/approvals/%d/decide", p.DB.QueryInt(`SELECT max(id) FROM approval WHERE kind = 'access'`)), url.Values{"decision": {"approve"}})
	got := manager.Post(fmt.Sprintf("/exports/%d/file", id), nil)
	if got.Status != http.StatusOK || !strings.Contains(got.Body, all[1].secrets["assets"][3]) {
		t.Fatalf("fetch: %d\n%s", got.Status, got.Body)
	}
	granted := func(c planted, group string) bool { return c.no == all[1].no && group == "assets" }
	if found := leak(got.Body, all, granted); found != "" {
		t.Errorf("the file also holds %s", found)
	}
}
