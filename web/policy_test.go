package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"liuhen/internal/fixture"
	"liuhen/internal/webtest"
)

// proposal is the shipped policy as the form sends it, with one line more.
func proposal(way, max string) url.Values {
	return url.Values{
		"base": {"1"}, "note": {"检查组进场，资产一律加合规。"},
		"work_from": {"8"}, "work_to": {"19"}, "quiet_from": {"0"}, "quiet_to": {"0"},
		"files": {"20"}, "often": {"4"}, "unserved": {"1"}, "outside": {"1"}, "escalate": {"240"},
		"row-role": {"", "", ""}, "row-relation": {"", "", ""}, "row-group": {"", "assets", ""}, "row-purpose": {"", "", ""},
		"row-way": {"superior", way, ""}, "row-max": {"480", max, ""}, "row-suggested": {"30", "20", ""}, "row-task": {"", "1", ""},
	}
}

// A proposal is typed, refused with what was typed, accepted, approved by the
// other side, and holds for the next request in the same second.
func TestAPolicyIsProposedApprovedAndHolds(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
	compliance, risk, manager := p.As(p.People.Compliance1), p.As(p.People.Risk1), p.As(p.People.Manager1)
	if got := manager.Get("/customers/" + no); !strings.Contains(got.Body, "最长 8 小时") {
		t.Error("the form does not say what the policy allows")
	}
	bad := compliance.Post("/admin/access", proposal("superior_compliance", "6o"))
	if bad.Status != http.StatusUnprocessableEntity || !strings.Contains(bad.Body, "第 2 条（资产）：最长时间") || !strings.Contains(bad.Body, "检查组进场") {
		t.Errorf("a wrong number: %d", bad.Status)
	}
	done := compliance.Post("/admin/access", proposal("superior_compliance", "60"))
	if done.Status != http.StatusSeeOther {
		t.Fatalf("propose: %d %s", done.Status, done.Body)
	}
	request := done.Header.Get("Location")
	if body := risk.Get(request).Body; !strings.Contains(body, "没有单独规定") || !strings.Contains(body, "上级，再合规，最长 60 分钟，建议 20 分钟，须写工单号") {
		t.Error("the second person does not see what changes")
	}
	if got := risk.Post(request+"/decide", url.Values{"decision": {"approve"}}); got.Status != http.StatusSeeOther {
		t.Fatalf("approve: %d %s", got.Status, got.Body)
	}
	if !eventually(func() bool { return strings.Contains(manager.Get("/customers/"+no).Body, "最长 1 小时") }) {
		t.Error("the file still goes by the policy of before")
	}
	if body := p.As(p.People.Auditor1).Get("/admin/access").Body; !strings.Contains(body, "郑合规 提议，冯风控 批准") || strings.Contains(body, "提议修改") {
		t.Error("the auditor does not read who set the version, or may change it")
	}
}

// The approver unticks a group; ticking none is no approval of all.
func TestAnApproverLeavesLessOnThePage(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1, Mobile: "13812345678", AccountNo: "6222000011112222", Balance: "12345.67"})
	manager, supervisor := p.As(p.People.Manager1), p.As(p.People.Supervisor1)
	manager.Post("/customers/"+no+"/requests", url.Values{
		"group": {"assets", "contact"}, "purpose": {"service"}, "minutes": {"120"}, "reason": {"客户今日来电调整理财配置，需核对持仓，工单 S-88131。"},
	})
	decide := fmt.Sprintf("/approvals/%d/decide", p.DB.QueryInt(`SELECT max(id) FROM approval`))
	none := supervisor.Post(decide, url.Values{"decision": {"approve"}, "narrow": {"1"}, "minutes": {"30"}})
	if none.Status != http.StatusUnprocessableEntity || !strings.Contains(none.Body, "请至少保留一个信息分组") {
		t.Fatalf("no group: %d", none.Status)
	}
	more := supervisor.Post(decide, url.Values{"decision": {"approve"}, "narrow": {"1"}, "group": {"identity"}, "minutes": {"30"}})
	if more.Status != http.StatusUnprocessableEntity {
		t.Fatalf("another group: %d", more.Status)
	}
	if got := supervisor.Post(decide, url.Values{"decision": {"approve"}, "narrow": {"1"}, "group": {"assets"}, "minutes": {"30"}}); got.Status != http.StatusSeeOther {
		t.Fatalf("approve: %d %s", got.Status, got.Body)
	}
	body := manager.Get("/customers/" + no).Body
	if !strings.Contains(body, "6222000011112222") || strings.Contains(body, "13812345678") || !strings.Contains(body, "审批时缩小了范围") {
		t.Error("the file does not show exactly what was left")
	}
}
