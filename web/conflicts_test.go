package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"liuhen/internal/htmlcheck"
	"liuhen/internal/sourcing"
	"liuhen/internal/staff"
	"liuhen/internal/webtest"
)

// disagree has two sources say different names for one certificate; the second
// also brings a mobile number that nobody may see.
func disagree(t *testing.T, p *webtest.Portal, secret string) {
	t.Helper()
	take(t, p, "", "客户号,姓名,证件号,机构号\nA1,顾明远,110101199001011234,101\n")
	take(t, p, "second", "客户号,姓名,证件号,手机\nZ9,顾明园,110101199001011234,"+secret+"\n")
}

func take(t *testing.T, p *webtest.Portal, source, body string) {
	t.Helper()
	u := sourcing.Upload{Mapping: "customers", Source: source, FileName: "x.csv", Body: strings.NewReader(body)}
	if j, err := p.Deps.Intake.RunNow(t.Context(), staff.Program(), u, nil); err != nil || j.State != sourcing.Done {
		t.Fatalf("%+v %v", j, err)
	}
}

func TestAConflictIsSettledSideBySide(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	const secret = "13977776666"
	disagree(t, p, secret)
	for _, who := range p.People.All() {
		got := p.As(who).Get("/admin/conflicts")
		if strings.Contains(got.Body, secret) {
			t.Errorf("%s sees what else the row holds", who.Username)
		}
		sees := who == p.People.Compliance1 || who == p.People.Supervisor1
		if strings.Contains(got.Body, "顾明园") != sees {
			t.Errorf("%s: sees the conflict %v, want %v (%d)", who.Username, !sees, sees, got.Status)
		}
	}
	supervisor := p.As(p.People.Supervisor1)
	again := supervisor.Post("/admin/conflicts/1", url.Values{"verdict": {"keep"}, "reason": {"短"}})
	htmlcheck.Page(t, again.Body)
	if again.Status != http.StatusUnprocessableEntity || !strings.Contains(again.Body, "请写明依据") || !strings.Contains(again.Body, ">短<") {
		t.Errorf("without a reason: %d", again.Status)
	}
	form := url.Values{"verdict": {"keep"}, "reason": {"核对了柜面影像，工单 S-1024"}}
	done := supervisor.Post("/admin/conflicts/1", form)
	if done.Status != http.StatusSeeOther {
		t.Fatalf("decided: %d %s", done.Status, done.Body)
	}
	page := supervisor.Follow(done)
	htmlcheck.Page(t, page.Body)
	if !strings.Contains(page.Body, "没有等待裁决的冲突") || !strings.Contains(page.Body, "工单 S-1024") {
		t.Error("the decision is not shown")
	}
	if got := supervisor.Post("/admin/conflicts/1", form); got.Status != http.StatusConflict {
		t.Errorf("decided again: %d", got.Status)
	}
	if n := p.DB.QueryInt(`SELECT count(*) FROM customer_source`); n != 2 {
		t.Errorf("the row was not merged: %d numbers", n)
	}
}
