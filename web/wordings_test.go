package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"liuhen/internal/htmlcheck"
	"liuhen/internal/webtest"
)

// typedWording is the form of a first version that offers market news.
func typedWording() url.Values {
	return url.Values{
		"base": {"0"}, "title": {"您愿意收到哪些资讯？"}, "intro": {"选了才会发，没选的一条都不会发，随时可以更改。"},
		"body": {strings.Repeat("本文说明我们怎样使用您的选择。\r\n", 10)}, "note": {"第一版文本"},
		"purpose-market": {"利率与汇市的周报"}, "frequency-market": {"每周不超过 2 条"}, "channels-market": {"sms", "chat"},
	}
}

func TestAWordingIsWrittenPreviewedAndAgreedTo(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	compliance, risk := p.As(p.People.Compliance1), p.As(p.People.Risk1)
	if body := p.As(p.People.Manager1).Get("/consents/wordings").Body; !strings.Contains(body, "还没有授权文本") || strings.Contains(body, "edit=1") {
		t.Error("a manager without a wording")
	}
	form := typedWording()
	form.Set("act", "preview")
	shown := compliance.Post("/consents/wordings", form)
	if shown.Status != http.StatusOK || !strings.Contains(shown.Body, "客户看到的样子") || !strings.Contains(shown.Body, "利率与汇市的周报") {
		t.Fatalf("preview: %d", shown.Status)
	}
	htmlcheck.Page(t, shown.Body)
	form.Set("act", "submit")
	bad := typedWording()
	bad.Set("channels-market", "")
	bad.Set("note", "短")
	if got := compliance.Post("/consents/wordings", bad); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "市场资讯：请至少选一个渠道") || !strings.Contains(got.Body, "利率与汇市的周报") {
		t.Errorf("a form with faults: %d", got.Status)
	}
	done := compliance.Post("/consents/wordings", form)
	if done.Status != http.StatusSeeOther {
		t.Fatalf("submit: %d %s", done.Status, done.Body)
	}
	if body := risk.Get(done.Header.Get("Location")).Body; !strings.Contains(body, "授权文本第 1 版") || !strings.Contains(body, "文本指纹") {
		t.Error("the second person does not see what to decide on")
	}
	if body := risk.Get("/consents/wordings?pending=1").Body; !strings.Contains(body, "待批准") {
		t.Error("the text that waits is not shown")
	}
	if got := risk.Post(done.Header.Get("Location")+"/decide", url.Values{"decision": {"approve"}}); got.Status != http.StatusSeeOther {
		t.Fatalf("approve: %d %s", got.Status, got.Body)
	}
	got := p.As(p.People.Auditor1).Get("/consents/wordings?version=1")
	if !strings.Contains(got.Body, "使用中") || !strings.Contains(got.Body, "郑合规 提交，冯风控 批准") {
		t.Error("the version is not in force")
	}
	htmlcheck.Page(t, got.Body)
	if got := compliance.Get("/consents/wordings?version=9"); got.Status != http.StatusNotFound {
		t.Errorf("no such version: %d", got.Status)
	}
}
