package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"liuhen/internal/fixture"
	"liuhen/internal/htmlcheck"
	"liuhen/internal/webtest"
)

// link makes a link on the customer's page and returns its path.
func link(t *testing.T, c *webtest.Client, no string) string {
	t.Helper()
	made := c.Post("/customers/"+no+"/consents/links", url.Values{"purpose": {"change"}})
	if made.Status != http.StatusOK {
		t.Fatalf("make a link: %d %s", made.Status, made.Body)
	}
	htmlcheck.Page(t, made.Body)
	doc := parse(t, made.Body)
	address, _ := doc.Find("#link").Attr("value")
	_, path, ok := strings.Cut(address, "/c/")
	if !ok || doc.Find("svg.qr path").Length() != 1 {
		t.Fatalf("no link is shown: %q", address)
	}
	return "/c/" + path
}

func TestACustomerAgreesOnThePhone(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	carry(t, p)
	_, no := fixture.Customer(t, p.DB, fixture.File{Name: "顾明远", Manager: p.People.Manager1, Mobile: "13812345678"})
	manager, customer := p.As(p.People.Manager1), p.Anonymous()
	path := link(t, manager, no)
	first := customer.Get(path)
	if first.Status != http.StatusOK || strings.Contains(first.Body, "checked") || strings.Contains(first.Body, "<script") || strings.Contains(first.Body, "顾明远") || strings.Contains(first.Body, no) {
		t.Fatalf("first visit: %d", first.Status)
	}
	if !strings.Contains(first.Body, "customer.") || strings.Contains(first.Body, "portal.") || first.Header.Get("Set-Cookie") != "" {
		t.Error("the page brings what it does not need")
	}
	htmlcheck.Page(t, first.Body)
	done := customer.Post(path, url.Values{"wording": {"1"}, "act": {"save"}, "market.chat": {"1"}, "education.sms": {"1"}, "fund.phone": {"1"}, "news.sms": {"1"}})
	if done.Status != http.StatusSeeOther {
		t.Fatalf("answer: %d %s", done.Status, done.Body)
	}
	receipt := customer.Follow(done)
	if receipt.Status != http.StatusOK || !strings.Contains(receipt.Body, "已保存，当场生效") || !strings.Contains(receipt.Body, "市场资讯 · 企业微信单聊") || strings.Contains(receipt.Body, "顾明远") {
		t.Errorf("receipt: %d", receipt.Status)
	}
	htmlcheck.Page(t, receipt.Body)
	if n := parse(t, manager.Get("/customers/"+no+"/consents/card").Body).Find("td.ok").Length(); n != 2 {
		t.Errorf("the manager sees %d cells open, want 2", n)
	}
	again := parse(t, customer.Get(path).Body)
	if n := again.Find("input:checked, input[checked]").Length(); n != 2 {
		t.Errorf("%d boxes show the present state, want 2", n)
	}
	if got := customer.Post(path, url.Values{"wording": {"9"}, "act": {"save"}, "market.sms": {"1"}}); got.Status != http.StatusConflict || !strings.Contains(got.Body, "授权文本刚刚更新") {
		t.Errorf("another wording: %d", got.Status)
	}
	if got := customer.Post(path, url.Values{"wording": {"1"}, "act": {"none"}, "market.chat": {"1"}}); got.Status != http.StatusSeeOther {
		t.Errorf("refuse all: %d", got.Status)
	}
	if n := parse(t, manager.Get("/customers/"+no+"/consents/card").Body).Find("td.ok").Length(); n != 0 {
		t.Errorf("%d cells are open", n)
	}
	if got := customer.Get(path + "/text"); got.Status != http.StatusOK || !strings.Contains(got.Body, "本文说明我们怎样使用您的选择") {
		t.Errorf("the whole text: %d", got.Status)
	}
	ended := manager.Post("/customers/"+no+"/consents/links/1/end", url.Values{})
	if got := customer.Get(path); ended.Status != http.StatusSeeOther || got.Status != http.StatusNotFound || !strings.Contains(got.Body, "无效或已过期") || strings.Contains(got.Body, "工作台") {
		t.Errorf("after it was ended: %d, %d", ended.Status, got.Status)
	}
	if strings.Contains(p.Log(), strings.TrimPrefix(path, "/c/")) {
		t.Error("the token is in the log")
	}
}

// A page hears of the customer's answer by push.
func TestTheCustomersAnswerIsPushed(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	carry(t, p)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
	path := link(t, p.As(p.People.Manager1), no)
	heard := make(chan string, 8)
	if err := p.DB.Listen(t.Context(), p.Deps.Log, func(topic, key string) { heard <- topic + ":" + key }, func() {}); err != nil {
		t.Fatal(err)
	}
	p.Anonymous().Post(path, url.Values{"wording": {"1"}, "act": {"save"}})
	deadline := time.After(5 * time.Second)
	for {
		select {
		case got := <-heard:
			if strings.HasPrefix(got, "consent:") && strings.HasSuffix(got, "/"+no) {
				return
			}
		case <-deadline:
			t.Fatal("nothing was heard")
		}
	}
}

// A thousand guesses open nothing, are soon refused, and the customer beside them
// is not.
func TestGuessingTokensOpensNothing(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	carry(t, p)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
	path := link(t, p.As(p.People.Manager1), no)
	var opened, missed, slowed atomic.Int64
	begun := time.Now()
	var crowd sync.WaitGroup
	for w := range 8 {
		crowd.Go(func() {
			c := p.Anonymous()
			for n := range 125 {
				token := strings.Repeat(string(rune('a'+w)), 20) + strings.Repeat(string(rune('A'+n%26)), 7)
				switch c.Get("/c/" + token).Status {
				case http.StatusNotFound:
					missed.Add(1)
				case http.StatusTooManyRequests:
					slowed.Add(1)
				default:
					opened.Add(1)
				}
			}
		})
	}
	crowd.Wait()
	t.Logf("1,000 guesses in %v: %d looked up, %d refused", time.Since(begun).Round(time.Millisecond), missed.Load(), slowed.Load())
	if opened.Load() != 0 || missed.Load() > 40 {
		t.Errorf("%d opened, %d were looked up", opened.Load(), missed.Load())
	}
	if got := p.Anonymous().Get(path); got.Status != http.StatusTooManyRequests || !strings.Contains(got.Body, "一分钟后再试") {
		t.Errorf("the address that guesses: %d", got.Status)
	}
	if n := p.DB.QueryInt(`SELECT count(*) FROM consent_act WHERE method = 'page'`); n != 1 {
		t.Errorf("%d acts, want the one of making the link", n)
	}
}

func TestTheDoorIsClosedWithItsModule(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	carry(t, p)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
	path := link(t, p.As(p.People.Manager1), no)
	p.DB.MustExec(`UPDATE module_state SET in_use = false WHERE code = 'consent'`)
	p.Deps.Modules.Evict()
	for _, at := range []string{path, "/c/verify", "/c/verify?code=ABCD-EFGH-JKMN"} {
		if got := p.Anonymous().Get(at); got.Status != http.StatusNotFound || !strings.Contains(got.Body, "不开放") {
			t.Errorf("%s: %d", at, got.Status)
		}
	}
}
