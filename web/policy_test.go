package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/webtest"
)

// proposal is the shipped policy as the form sends it, with one line more.
func proposal(way, max string) url.Values {
	return url.Values{
		"base": {"1"}, "note": {"检查组进场，资产一律加合规。"},
		"work_from": {"8"}, "work_to": {"19"}, "quiet_from": {"0"}, "quiet_to": {"0"},
		"files": {"20"}, "often": {"4"}, "unserved": {"1"}, "outside": {"1"}, "escalate": {"240"}, "many": {"20"},
		"watch_days": {"30"}, "follow_days": {"7"}, "follow_least": {"3"}, "odd_least": {"3"}, "volume_days": {"7"},
		"volume_times": {"3"}, "volume_least": {"20"}, "refused_days": {"7"}, "refused_least": {"5"},
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
	if body := compliance.Get("/why/access-anomalies").Body; !strings.Contains(body, "第 2 版") || !strings.Contains(body, "满 3 次列出") || strings.Contains(body, "异常时间") {
		t.Error("the rule of anomalies does not name the thresholds in force, and only those")
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

// A policy that exempts shows a button, and one press opens the section.
func TestAnExemptSectionOpensWithOnePress(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1, Mobile: "13812345678"})
	manager := p.As(p.People.Manager1)
	exempt := proposal("exempt", "60")
	exempt["row-relation"], exempt["row-group"], exempt["row-task"] = []string{"", "managing", ""}, []string{"", "contact", ""}, []string{"", "", ""}
	done := p.As(p.People.Compliance1).Post("/admin/access", exempt)
	if got := p.As(p.People.Risk1).Post(done.Header.Get("Location")+"/decide", url.Values{"decision": {"approve"}}); got.Status != http.StatusSeeOther {
		t.Fatalf("approve: %d %s", got.Status, got.Body)
	}
	if !eventually(func() bool { return strings.Contains(manager.Get("/customers/"+no).Body, "因您是主办经理") }) {
		t.Fatal("the file does not offer to open")
	}
	if body := manager.Get("/customers/" + no).Body; strings.Contains(body, "13812345678") {
		t.Error("the number is shown before it is opened")
	}
	if got := manager.Post("/customers/"+no+"/open", url.Values{"group": {"contact"}}); got.Status != http.StatusSeeOther {
		t.Fatalf("open: %d %s", got.Status, got.Body)
	}
	if body := manager.Get("/customers/" + no).Body; !strings.Contains(body, "13812345678") {
		t.Error("the number is not shown")
	}
	if body := manager.Get("/why/access-policy").Body; !strings.Contains(body, "调阅政策第 2 版") || !strings.Contains(body, "郑合规 提议，冯风控 批准") || !strings.Contains(body, "免审批，最长 60 分钟") {
		t.Error("the rule does not show the version in force")
	}
	if body := manager.Get("/why/red-marks").Body; !strings.Contains(body, "满 20 位标红") {
		t.Error("the rule does not show the thresholds in force")
	}
}

// An approver names a deputy; the deputy finds the request in the inbox with for
// whom it is, and taking the delegation back ends it.
func TestADeputyIsNamedOnThePage(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
	supervisor, deputy := p.As(p.People.Supervisor1), p.As(p.People.Supervisor2)
	bad := supervisor.Post("/access/delegations", url.Values{"deputy": {"99999"}, "first": {"tomorrow"}, "last": {""}, "reason": {"年假"}})
	if bad.Status != http.StatusUnprocessableEntity || !strings.Contains(bad.Body, "请选择开始日期") || !strings.Contains(bad.Body, "年假") {
		t.Errorf("no days: %d", bad.Status)
	}
	now := time.Now().In(pg.Zone())
	done := supervisor.Post("/access/delegations", url.Values{
		"deputy": {fmt.Sprint(p.People.Supervisor2.ID)}, "first": {now.Format(time.DateOnly)}, "last": {now.AddDate(0, 0, 2).Format(time.DateOnly)}, "reason": {"年假"},
	})
	if done.Status != http.StatusSeeOther {
		t.Fatalf("delegate: %d %s", done.Status, done.Body)
	}
	p.As(p.People.Manager1).Post("/customers/"+no+"/requests", url.Values{
		"group": {"assets"}, "purpose": {"service"}, "minutes": {"30"}, "reason": {"客户今日来电调整理财配置，需核对持仓，工单 S-88131。"},
	})
	if body := deputy.Get("/approvals").Body; !strings.Contains(body, "您代周主管审批") || !strings.Contains(body, "吴主管（代 周主管）") {
		t.Error("the deputy does not see for whom")
	}
	if body := deputy.Get("/access/delegations").Body; !strings.Contains(body, "我代别人审批") {
		t.Error("the deputy does not see the delegation")
	}
	revoke := fmt.Sprintf("/access/delegations/%d/revoke", p.DB.QueryInt(`SELECT max(id) FROM delegation`))
	if got := deputy.Post(revoke, url.Values{}); got.Status != http.StatusNotFound {
		t.Errorf("revoked by the deputy: %d", got.Status)
	}
	if got := supervisor.Post(revoke, url.Values{}); got.Status != http.StatusSeeOther {
		t.Errorf("revoke: %d", got.Status)
	}
	if moved, err := p.Deps.Router.Sweep(t.Context()); moved != 1 || err != nil {
		t.Errorf("%d steps moved, %v", moved, err)
	}
	if body := supervisor.Get("/approvals").Body; !strings.Contains(body, "周主管已回到岗位") {
		t.Error("the request does not come back")
	}
}
