package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"liuhen/internal/webtest"
)

func TestSeveralCustomersInOneRequest(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	all := plant(t, p, 4)
	manager, supervisor, compliance := p.As(p.People.Manager1), p.As(p.People.Supervisor1), p.As(p.People.Compliance1)
	list := manager.Get("/customers").Body
	for _, want := range []string{`data-all="customer"`, `name="customer" form="chosen" value="` + all[0].no + `"`, `action="/access/requests/new"`} {
		if !strings.Contains(list, want) {
			t.Errorf("the list lacks %s", want)
		}
	}
	address := "/access/requests/new?customer=" + all[0].no + "&customer=" + all[1].no + "&customer=" + all[2].no
	if got := manager.Get(address); got.Status != http.StatusOK || !strings.Contains(got.Body, "申请调阅 3 位客户") {
		t.Fatalf("form: %d\n%s", got.Status, got.Body)
	}
	if got := manager.Get("/access/requests/new?customer=" + all[0].no); got.Status != http.StatusSeeOther || got.Header.Get("Location") != "/customers/"+all[0].no {
		t.Errorf("one customer: %d %s", got.Status, got.Header.Get("Location"))
	}
	form := url.Values{"customer": {all[0].no, all[1].no, all[2].no}, "group": {"assets"}, "purpose": {"service"}, "minutes": {"30"}, "reason": {"看一下"}}
	if got := manager.Post("/access/requests", form); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "事由至少 10 个字") {
		t.Errorf("junk: %d", got.Status)
	}
	form.Set("reason", "到期理财集中续作，需核对三位客户的持仓，工单 88131。")
	if got := manager.Post("/access/requests", form); got.Status != http.StatusSeeOther {
		t.Fatalf("request: %d %s", got.Status, got.Body)
	}
	id := p.DB.QueryInt(`SELECT max(id) FROM approval WHERE kind = 'access_many'`)
	detail, decide := fmt.Sprintf("/approvals/%d", id), fmt.Sprintf("/approvals/%d/decide", id)
	got := supervisor.Get(detail)
	if !strings.Contains(got.Body, all[2].no) || !strings.Contains(got.Body, "调阅 3 位客户的资产") {
		t.Errorf("the approver's page lacks the customers:\n%s", got.Body)
	}
	if found := leak(got.Body+supervisor.Get("/approvals").Body+manager.Get("/access").Body+manager.Get("/access/requests").Body, all, nil); found != "" {
		t.Errorf("a page holds %s", found)
	}
	none := url.Values{"decision": {"approve"}, "several": {"1"}, "narrow": {"1"}, "group": {"assets"}}
	if got := supervisor.Post(decide, none); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "至少保留一位客户") {
		t.Errorf("nobody kept: %d", got.Status)
	}
	none["customer"] = []string{all[0].no, all[1].no}
	if got := supervisor.Post(decide, none); got.Status != http.StatusSeeOther {
		t.Fatalf("superior: %d %s", got.Status, got.Body)
	}
	if got := compliance.Post(decide, none); got.Status != http.StatusSeeOther {
		t.Fatalf("compliance: %d %s", got.Status, got.Body)
	}
	for i, c := range all {
		open := strings.Contains(manager.Get("/customers/"+c.no).Body, c.secrets["assets"][3])
		if open != (i < 2) {
			t.Errorf("customer %d is open: %v", i, open)
		}
	}
}

func TestAReturnedRequestForSeveralIsAmendedOnThePage(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	all := plant(t, p, 3)
	manager, supervisor := p.As(p.People.Manager1), p.As(p.People.Supervisor1)
	form := url.Values{"customer": {all[0].no, all[1].no, all[2].no}, "group": {"assets"}, "purpose": {"service"}, "minutes": {"30"}, "reason": {"到期理财集中续作，需核对三位客户的持仓。"}}
	if got := manager.Post("/access/requests", form); got.Status != http.StatusSeeOther {
		t.Fatalf("request: %d %s", got.Status, got.Body)
	}
	id := p.DB.QueryInt(`SELECT max(id) FROM approval WHERE kind = 'access_many'`)
	again := fmt.Sprintf("/access/requests/%d", id)
	if got := manager.Get(again); got.Status != http.StatusConflict {
		t.Errorf("amended while it waits: %d", got.Status)
	}
	back := url.Values{"decision": {"return"}, "comment": {"请写明工单号"}}
	if got := supervisor.Post(fmt.Sprintf("/approvals/%d/decide", id), back); got.Status != http.StatusSeeOther {
		t.Fatalf("return: %d %s", got.Status, got.Body)
	}
	for _, path := range []string{"/access", fmt.Sprintf("/approvals/%d", id)} {
		if got := manager.Get(path); !strings.Contains(got.Body, `href="`+again+`"`) {
			t.Errorf("%s does not lead to the form", path)
		}
	}
	got := manager.Get(again)
	for _, want := range []string{"重新提交", "请写明工单号", "到期理财集中续作，需核对三位客户的持仓。", all[2].no} {
		if !strings.Contains(got.Body, want) {
			t.Errorf("the form lacks %s", want)
		}
	}
	if got := supervisor.Get(again); got.Status != http.StatusNotFound {
		t.Errorf("somebody else's form: %d", got.Status)
	}
	form.Set("reason", "看一下")
	if got := manager.Post(again, form); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "事由至少 10 个字") {
		t.Errorf("junk: %d", got.Status)
	}
	form.Set("reason", "到期理财集中续作，需核对两位客户的持仓，工单 88131。")
	form["customer"] = []string{all[0].no, all[1].no}
	if got := manager.Post(again, form); got.Status != http.StatusSeeOther {
		t.Fatalf("again: %d %s", got.Status, got.Body)
	}
	if got := supervisor.Get(fmt.Sprintf("/approvals/%d", id)); !strings.Contains(got.Body, "工单 88131") || strings.Contains(got.Body, `value="`+all[2].no+`"`) {
		t.Errorf("the approver's page is not as amended:\n%s", got.Body)
	}
}
