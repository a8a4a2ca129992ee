package web_test

import (
	"context"
	"net/url"
	"strings"
	"time"

	"liuhen/internal/consent"
	"liuhen/internal/pg"
	"liuhen/internal/webtest"
)

// consentFields lists the inputs of consent: those of staff, and the customer's own.
func consentFields(p *webtest.Portal, file string) []field {
	manager, compliance, customer := p.As(p.People.Manager1), p.As(p.People.Compliance1), p.Anonymous()
	w := consent.Wording{
		Title: "您愿意收到哪些资讯？", Intro: "选了才会发，没选的一条都不会发，随时可以更改。",
		Body: strings.Repeat("本文说明我们怎样使用您的选择。\n", 10), Note: "测试用文本", From: time.Now().AddDate(-2, 0, 0),
		Texts: []consent.Text{{Category: consent.Market, Purpose: "市场资讯周报", Frequency: "每周", Channels: consent.Channels()}},
	}
	err := p.DB.InTx(context.Background(), pg.System, func(tx *pg.Tx) error {
		_, err := consent.Carry(context.Background(), tx, w)
		return err
	})
	if err != nil {
		panic(err)
	}
	made := manager.Post(file+"/consents/links", url.Values{"purpose": {"change"}}).Body
	_, token, _ := strings.Cut(made, "/c/")
	token, _, _ = strings.Cut(token, `"`)
	return []field{
		{"consent reason", func(a string) webtest.Response {
			return manager.Post(file+"/consents", url.Values{"kind": {"granted"}, "method": {"paper"}, "cell": {"market.sms"}, "evidence": {"扫描件 1"}, "reason": {a}})
		}, file + "/consents"},
		{"consent evidence", func(a string) webtest.Response {
			return manager.Post(file+"/consents", url.Values{"kind": {"granted"}, "method": {"paper"}, "cell": {"market.sms", a}, "evidence": {a}})
		}, file + "/consents"},
		{"consent choices", func(a string) webtest.Response {
			return manager.Post(file+"/consents", url.Values{"kind": {a}, "method": {a}, "cell": {a}, "at": {a}})
		}, ""},
		{"consent withdrawn", func(a string) webtest.Response {
			return manager.Post(file+"/consents/withdraw", url.Values{"category": {a}, "reason": {a}})
		}, ""},
		{"consent as of", func(a string) webtest.Response {
			return manager.Get(file + "/consents?" + url.Values{"at": {a}, "before": {a}}.Encode())
		}, ""},
		{"consent link", func(a string) webtest.Response {
			return manager.Post(file+"/consents/links", url.Values{"purpose": {a}})
		}, ""},
		{"wording texts", func(a string) webtest.Response {
			form := typedWording()
			for _, key := range []string{"title", "intro", "note", "purpose-market", "frequency-market"} {
				form.Set(key, a)
			}
			form.Set("act", "preview")
			return compliance.Post("/consents/wordings", form)
		}, ""},
		{"wording rest", func(a string) webtest.Response {
			form := typedWording()
			for _, key := range []string{"base", "from", "months-market", "channels-market", "again-market", "act"} {
				form.Set(key, a)
			}
			return compliance.Post("/consents/wordings", form)
		}, ""},
		{"customer's answer", func(a string) webtest.Response {
			return customer.Post("/c/"+token, url.Values{"wording": {a}, "act": {a}, "personal": {a}, "market.sms": {a}, a: {a}})
		}, ""},
		{"customer's receipt", func(a string) webtest.Response {
			return customer.Get("/c/verify?" + url.Values{"code": {a}, "from": {a}}.Encode())
		}, ""},
	}
}
