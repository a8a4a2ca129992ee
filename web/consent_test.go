package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"liuhen/internal/consent"
	"liuhen/internal/fixture"
	"liuhen/internal/htmlcheck"
	"liuhen/internal/pg"
	"liuhen/internal/webtest"
)

// carry gives the institution a wording of two years that offers every leaf by
// chat and SMS.
func carry(t *testing.T, p *webtest.Portal) {
	t.Helper()
	w := consent.Wording{
		Title: "您愿意收到哪些资讯？", Intro: "选了才会发，没选的一条都不会发，随时可以更改。",
		Body: strings.Repeat("本文说明我们怎样使用您的选择。\n", 10), Note: "测试用文本", From: time.Now().AddDate(-2, 0, 0),
	}
	for _, c := range consent.Leaves() {
		w.Texts = append(w.Texts, consent.Text{Category: c, Purpose: c.Label() + "的资讯", Frequency: "每周不超过 2 条", Channels: []consent.Channel{consent.Chat, consent.SMS}})
	}
	err := p.DB.InTx(t.Context(), pg.System, func(tx *pg.Tx) error {
		_, err := consent.Carry(t.Context(), tx, w)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestConsentsOnTheFile(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	carry(t, p)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
	c, at := p.As(p.People.Manager1), "/customers/"+no+"/consents"
	open := func(path string) int { return parse(t, c.Get(path).Body).Find("#consents td.ok").Length() }
	if body := c.Get("/customers/" + no).Body; !strings.Contains(body, "营销授权") || !strings.Contains(body, `data-live-on="consent:`+no) {
		t.Error("the file has no consents")
	}
	empty := c.Post(at, url.Values{"kind": {"granted"}, "method": {"paper"}, "cell": {"fund.chat"}, "reason": {"客户当面签的"}})
	if empty.Status != http.StatusUnprocessableEntity || !strings.Contains(empty.Body, "登记同意须写凭证编号") || !strings.Contains(empty.Body, "客户当面签的") {
		t.Errorf("on paper without evidence: %d", empty.Status)
	}
	htmlcheck.Page(t, empty.Body)
	done := c.Post(at, url.Values{"kind": {"granted"}, "method": {"paper"}, "evidence": {"扫描件 118"}, "cell": {"fund.chat", "market.sms", "nonsense", "news.sms"}})
	if done.Status != http.StatusSeeOther {
		t.Fatalf("record: %d %s", done.Status, done.Body)
	}
	page := c.Follow(done).Body
	htmlcheck.Page(t, page)
	if n := open(at); n != 2 || open("/customers/"+no) != 2 || open(at+"/card") != 2 {
		t.Errorf("%d cells are open, want 2", n)
	}
	if !strings.Contains(page, "扫描件 118") || !strings.Contains(page, "同意公募×单聊、同意市场资讯×短信") && !strings.Contains(page, "同意市场资讯×短信、同意公募×单聊") {
		t.Error("the history does not tell it")
	}
	before := time.Now()
	time.Sleep(1100 * time.Millisecond)
	taken := c.Post(at+"/withdraw", url.Values{"category": {"product"}})
	if taken.Status != http.StatusSeeOther || open(at) != 1 {
		t.Errorf("withdraw: %d, %d open", taken.Status, open(at))
	}
	again := c.Post(at, url.Values{"kind": {"granted"}, "method": {"spoken"}, "cell": {"fund.chat"}})
	if again.Status != http.StatusUnprocessableEntity || !strings.Contains(again.Body, "/why/consent-asked") {
		t.Errorf("asked again: %d", again.Status)
	}
	past := c.Get(at + "?at=" + url.QueryEscape(before.In(pg.Zone()).Add(time.Second).Truncate(time.Second).Format("2006-01-02T15:04:05")))
	if n := parse(t, past.Body).Find("td.ok").Length(); past.Status != http.StatusOK || n != 2 || !strings.Contains(past.Body, "当时的授权") {
		t.Errorf("as of before the withdrawal: %d, %d open", past.Status, n)
	}
	htmlcheck.Page(t, past.Body)
	for _, wrong := range []string{"?at=nonsense", "?at=2999-01-01T00:00", "?at=1999-01-01T00:00"} {
		if got := c.Get(at + wrong); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", wrong, got.Status)
		}
	}
	if got := p.As(p.People.Compliance1).Post(at+"/withdraw", url.Values{"category": {""}}); got.Status != http.StatusSeeOther || open(at) != 0 {
		t.Errorf("compliance withdraws: %d, %d open", got.Status, open(at))
	}
	if got := c.Post(at+"/withdraw", url.Values{"category": {"gold"}}); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("no such category: %d", got.Status)
	}
}

func TestConsentsOutOfScope(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	carry(t, p)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
	other, at := p.As(p.People.Manager2), "/customers/"+no+"/consents"
	for _, got := range []webtest.Response{
		other.Get(at), other.Get(at + "/card"), other.Post(at+"/withdraw", url.Values{}),
		other.Post(at, url.Values{"kind": {"granted"}, "method": {"spoken"}, "cell": {"fund.chat"}}),
	} {
		if got.Status != http.StatusNotFound || strings.Contains(got.Body, "顾明远") {
			t.Errorf("%d", got.Status)
		}
	}
	if n := p.DB.QueryInt(`SELECT count(*) FROM trail WHERE action = 'consent.viewed' AND refused AND staff_id = $1`, p.People.Manager2.ID); n != 4 {
		t.Errorf("%d refused tries on the trail, want 4", n)
	}
	if n := p.DB.QueryInt(`SELECT count(*) FROM consent_act`); n != 0 {
		t.Errorf("%d acts", n)
	}
}

// A module that is off shows nothing of consents anywhere.
func TestConsentsAreOffWithTheirModule(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
	p.DB.MustExec(`UPDATE module_state SET in_use = false WHERE code = 'consent'`)
	p.Deps.Modules.Evict()
	c := p.As(p.People.Manager1)
	if body := c.Get("/customers/" + no).Body; strings.Contains(body, "营销授权") {
		t.Error("the file shows consents")
	}
	for _, path := range []string{"/customers/" + no + "/consents", "/consents/wordings"} {
		if got := c.Get(path); got.Status != http.StatusNotFound || !strings.Contains(got.Body, "没有启用") {
			t.Errorf("%s: %d", path, got.Status)
		}
	}
}
