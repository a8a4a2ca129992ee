package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"liuhen/internal/htmlcheck"
	"liuhen/internal/webtest"
)

const urgently = "客户在柜台疑似被骗转账，须立刻核对余额，警情 110-2231。"

// TestBreakGlassFromTheFileToTheVerdict opens a locked group at once, sees the
// file marked, finds the review with the superior and with compliance, late and
// then decided.
func TestBreakGlassFromTheFileToTheVerdict(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	all := plant(t, p, 2)
	one := all[0]
	manager, supervisor, compliance := p.As(p.People.Manager1), p.As(p.People.Supervisor1), p.As(p.People.Compliance1)
	file := "/customers/" + one.no
	if got := manager.Post(file+"/break-glass", url.Values{"group": {"assets"}, "reason": {"快"}}); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "至少 10 个字") {
		t.Fatalf("a junk reason: %d", got.Status)
	}
	opened := manager.Post(file+"/break-glass", url.Values{"group": {"assets"}, "reason": {urgently}})
	if opened.Status != http.StatusSeeOther {
		t.Fatalf("open: %d %s", opened.Status, opened.Body)
	}
	body := manager.Follow(opened).Body
	for _, want := range []string{"紧急调阅中", one.secrets["assets"][2], "已紧急打开「资产」15 分钟"} {
		if !strings.Contains(body, want) {
			t.Errorf("the file does not show %q", want)
		}
	}
	granted := func(c planted, group string) bool { return c.no == one.no && group == "assets" }
	if found := leak(body, all, granted); found != "" {
		t.Errorf("the file also holds %s", found)
	}
	if got := manager.Post(file+"/break-glass", url.Values{"group": {"contact"}, "reason": {urgently}}); got.Status != http.StatusConflict || !strings.Contains(got.Body, "/why/break-glass") {
		t.Errorf("a second one: %d", got.Status)
	}
	id := p.DB.QueryInt(`SELECT max(id) FROM approval`)
	review := fmt.Sprintf("/approvals/%d", id)
	for name, c := range map[string]*webtest.Client{"supervisor": supervisor, "compliance": compliance} {
		for _, path := range []string{review, "/access", "/access/reviews", "/approvals"} {
			got := c.Get(path)
			if path != "/approvals" && !strings.Contains(got.Body, "警情 110-2231") {
				t.Errorf("%s: %s does not show the reason", name, path)
			}
			if found := leak(got.Body, all, nil); found != "" {
				t.Errorf("%s: %s holds %s", name, path, found)
			}
		}
	}
	p.DB.Advance(4 * 24 * time.Hour)
	p.Site.Missed()
	manager, supervisor = p.As(p.People.Manager1), p.As(p.People.Supervisor1)
	for _, path := range []string{"/", "/approvals", "/access", review} {
		got := supervisor.Get(path)
		if !strings.Contains(got.Body, "超时") && !strings.Contains(got.Body, "超过一个工作日") {
			t.Errorf("%s does not say that the review is late", path)
		}
		htmlcheck.Page(t, got.Body)
	}
	if got := manager.Get(file); strings.Contains(got.Body, "紧急调阅中") {
		t.Error("the mark outlives the grant")
	}
	if got := supervisor.Post(review+"/decide", url.Values{"decision": {"reject"}, "comment": {"可以等审批，请先申请"}}); got.Status != http.StatusSeeOther {
		t.Fatalf("decide: %d %s", got.Status, got.Body)
	}
	if got := manager.Get("/access"); !strings.Contains(got.Body, "不合理") || !strings.Contains(got.Body, "可以等审批") {
		t.Error("who used it does not see the verdict")
	}
}
