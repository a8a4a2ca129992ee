package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"liuhen/internal/fixture"
	"liuhen/internal/htmlcheck"
	"liuhen/internal/webtest"
	"liuhen/views/ui"
)

const goodReason = "客户来电要提前还房贷，需核对余额，工单 88131。"

// ask posts a request for assets and returns the answer.
func ask(c *webtest.Client, no, reason string, groups ...string) webtest.Response {
	return c.Post("/customers/"+no+"/requests", url.Values{"group": groups, "purpose": {"service"}, "minutes": {"30"}, "reason": {reason}})
}

// newest is the number of the newest request.
func newest(p *webtest.Portal) int64 { return p.DB.QueryInt(`SELECT max(id) FROM approval`) }

func document(t *testing.T, r webtest.Response) *goquery.Document {
	t.Helper()
	htmlcheck.Page(t, r.Body)
	d, err := goquery.NewDocumentFromReader(strings.NewReader(r.Body))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestFromAskingToHandingBack(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Newbie, AssetBand: 4, AccountNo: "6222020011223344", Balance: "87654.32"})
	newbie, supervisor := p.As(p.People.Newbie), p.As(p.People.Supervisor1)
	if got := ask(newbie, no, goodReason, "assets"); got.Status != http.StatusSeeOther || got.Header.Get("Location") != "/customers/"+no {
		t.Fatalf("ask: %d %s", got.Status, got.Body)
	}
	id := newest(p)
	if body := newbie.Get("/customers/" + no).Body; !strings.Contains(body, "等待 周主管 审批") || !strings.Contains(body, "已提交「资产」") {
		t.Error("the file does not say that the request waits")
	}
	inbox := document(t, supervisor.Get("/approvals"))
	if inbox.Find(fmt.Sprintf(`a[href="/approvals/%d"]`, id)).Length() == 0 || !strings.Contains(inbox.Find("article").Text(), goodReason) {
		t.Error("the inbox does not open what waits")
	}
	if got := supervisor.Post(fmt.Sprintf("/approvals/%d/decide", id), url.Values{"decision": {"approve"}}); got.Status != http.StatusSeeOther || got.Header.Get("Location") != "/approvals" {
		t.Fatalf("approve: %d to %s", got.Status, got.Header.Get("Location"))
	}
	if body := newbie.Get("/customers/" + no).Body; !strings.Contains(body, "87,654.32") {
		t.Error("the approved section is closed")
	}
	mine := document(t, newbie.Get("/access"))
	back, ok := mine.Find(`form[action^="/access/grants/"]`).Attr("action")
	if !ok || mine.Find("[data-expires]").Length() == 0 {
		t.Fatal("the grant is not among one's own")
	}
	if team := document(t, supervisor.Get("/access")).Text(); !strings.Contains(team, "下属在用的授权") || !strings.Contains(team, "陈新") {
		t.Error("the superior does not see the grant")
	}
	if got := newbie.Post(back, url.Values{"customer": {no}}); got.Header.Get("Location") != "/customers/"+no {
		t.Errorf("hand back: %d to %s", got.Status, got.Header.Get("Location"))
	}
	if body := newbie.Get("/customers/" + no).Body; strings.Contains(body, "87,654.32") || !strings.Contains(body, "提前归还") {
		t.Error("the section is open after it was handed back")
	}
}

func TestAnAskThatSaysNothingComesBackWithItsInput(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
	manager := p.As(p.People.Manager1)
	got := manager.Post("/customers/"+no+"/requests", url.Values{"group": {"assets", "contact"}, "purpose": {"complaint"}, "minutes": {"999"}, "reason": {"看一下<b>"}})
	if got.Status != http.StatusUnprocessableEntity || got.Header.Get("HX-Push-Url") != "false" {
		t.Fatalf("status %d", got.Status)
	}
	d := document(t, got)
	section := d.Find("#section-assets")
	if section.Find("textarea").Text() != "看一下<b>" || section.Find(`input[value=complaint][checked]`).Length() != 1 || section.Find(`input[value=contact][checked]`).Length() != 1 {
		t.Error("the input is lost")
	}
	if section.Find("details[open] #errors a").Length() != 2 || !strings.HasPrefix(d.Find("title").Text(), "需要修改：") {
		t.Error("the faults are not listed")
	}
	for name, form := range map[string]url.Values{
		"no group":      {"purpose": {"service"}, "minutes": {"30"}, "reason": {goodReason}},
		"unknown group": {"group": {"secrets"}, "purpose": {"service"}, "minutes": {"30"}, "reason": {goodReason}},
	} {
		if got := manager.Post("/customers/"+no+"/requests", form); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d, want 422", name, got.Status)
		}
	}
	if got := ask(p.As(p.People.Manager2), no, goodReason, "assets"); got.Status != http.StatusNotFound {
		t.Errorf("another branch: %d, want 404", got.Status)
	}
}

func TestADecisionWithoutAReasonComesBackAndTheNextOneOpens(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	manager, supervisor := p.As(p.People.Manager1), p.As(p.People.Supervisor1)
	var ids []int64
	for range 3 {
		_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
		ask(manager, no, goodReason, "contact")
		ids = append(ids, newest(p))
	}
	decide := func(id int64, verb, comment string) webtest.Response {
		return supervisor.Post(fmt.Sprintf("/approvals/%d/decide", id), url.Values{"decision": {verb}, "comment": {comment}})
	}
	got := decide(ids[0], "reject", "不行")
	d := document(t, got)
	if got.Status != http.StatusUnprocessableEntity || d.Find("textarea#comment").Text() != "不行" || d.Find("#comment-hint").Length() != 1 {
		t.Errorf("reject without a reason: %d", got.Status)
	}
	for i, want := range []string{fmt.Sprintf("/approvals/%d", ids[1]), fmt.Sprintf("/approvals/%d", ids[2]), "/approvals"} {
		if got := decide(ids[i], []string{"reject", "return", "approve"}[i], "请补充工单号"); got.Header.Get("Location") != want {
			t.Errorf("after %d comes %s, want %s", i, got.Header.Get("Location"), want)
		}
	}
	if got := decide(ids[0], "approve", ""); got.Status != http.StatusConflict || !strings.Contains(got.Body, "这件申请已由 周主管 在 ") {
		t.Errorf("decided twice: %d", got.Status)
	}
	if got := document(t, supervisor.Get("/approvals?view=done")).Find("li[data-item]").Length(); got != 3 {
		t.Errorf("%d decided, want 3", got)
	}
	own := document(t, manager.Get("/approvals")).Find("#list").Text()
	if !strings.Contains(own, "退回补充") || !strings.Contains(own, "已拒绝") {
		t.Errorf("one's own requests: %s", own)
	}
}

func TestABatchDecidesWhatItMayAndNamesTheRest(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	manager, supervisor := p.As(p.People.Manager1), p.As(p.People.Supervisor1)
	ids := url.Values{"decision": {"approve"}}
	for range 2 {
		_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
		ask(manager, no, goodReason, "contact")
		ids.Add("id", fmt.Sprint(newest(p)))
	}
	reject := url.Values{"decision": {"reject"}, "id": ids["id"]}
	if got := supervisor.Post("/approvals/decide", reject); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "拒绝须写明理由") {
		t.Errorf("batch without a reason: %d", got.Status)
	}
	ids.Add("id", "999999")
	got := supervisor.Post("/approvals/decide", ids)
	htmlcheck.Page(t, got.Body)
	if got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "1 件没有处理") || !strings.Contains(got.Body, "没有这件申请") {
		t.Errorf("batch with a stranger: %d", got.Status)
	}
	if n := p.DB.QueryInt(`SELECT count(*) FROM approval WHERE state = 'approved'`); n != 2 {
		t.Errorf("%d approved, want 2", n)
	}
}

func TestRemindingAndTakingBack(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
	manager := p.As(p.People.Manager1)
	ask(manager, no, goodReason, "contact", "assets")
	act := func(what string) webtest.Response {
		return manager.Post(fmt.Sprintf("/approvals/%d/%s", newest(p), what), url.Values{"customer": {no}})
	}
	if got := act("remind"); got.Header.Get("Location") != "/customers/"+no {
		t.Errorf("remind: %d %s", got.Status, got.Body)
	}
	if got := act("remind"); got.Status != http.StatusTooManyRequests || !strings.Contains(got.Body, "10 分钟内只催一次") {
		t.Errorf("remind again: %d", got.Status)
	}
	if got := act("withdraw"); got.Status != http.StatusSeeOther {
		t.Errorf("withdraw: %d", got.Status)
	}
	if got := act("withdraw"); got.Status != http.StatusConflict {
		t.Errorf("withdraw again: %d", got.Status)
	}
}

func TestAStrangerFindsNoRequest(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
	ask(p.As(p.People.Manager1), no, goodReason, "contact")
	path := fmt.Sprintf("/approvals/%d", newest(p))
	for who, want := range map[string]int{
		"manager1": 200, "supervisor1": 200, "compliance1": 200, "auditor1": 200,
		"manager2": 404, "newbie": 404, "supervisor2": 404, "risk1": 404, "admin1": 404,
	} {
		for _, m := range p.People.All() {
			if m.Username != who {
				continue
			}
			got := p.As(m).Get(path)
			if got.Status != want {
				t.Errorf("%s: %d, want %d", who, got.Status, want)
			}
			htmlcheck.Page(t, got.Body)
		}
	}
}

// TestTheTrailNamesNoCustomer holds for auditors, who read the trail and look
// after nobody: it speaks of customers by number.
func TestTheTrailNamesNoCustomer(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	_, no := fixture.Customer(t, p.DB, fixture.File{Name: "司徒明月", Manager: p.People.Manager1})
	manager, supervisor := p.As(p.People.Manager1), p.As(p.People.Supervisor1)
	if got := ask(manager, no, goodReason, "assets"); got.Status != http.StatusSeeOther {
		t.Fatalf("request: %d", got.Status)
	}
	id := fmt.Sprint(newest(p))
	supervisor.Get("/approvals/" + id)
	supervisor.Post("/approvals/"+id+"/decide", url.Values{"decision": {"approve"}})
	manager.Get("/customers/" + no)
	auditor := p.As(p.People.Auditor1)
	for _, path := range []string{"/trail", "/trail.csv", "/"} {
		got := auditor.Get(path)
		if strings.Contains(got.Body, "司徒") {
			t.Errorf("%s names the customer", path)
		}
		shown := no // in a file as it is copied, on a page in two halves
		if path == "/trail" {
			shown = string(ui.AppendCustomerNo(nil, no))
		}
		if path != "/" && !strings.Contains(got.Body, shown) {
			t.Errorf("%s does not give the customer's number", path)
		}
	}
}
