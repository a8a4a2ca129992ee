package consentview

import (
	"context"
	"io"
	"time"

	"github.com/a-h/templ"

	"liuhen/internal/consent"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/views/layout"
	"liuhen/views/ui"
)

// Gallery shows the pages of consent in their states. All of it is invented.
func Gallery() []ui.Specimen {
	now := ui.SpecimenTime()
	one, two := specimenWordings()
	page := WordingsPage{
		Wordings: consent.Wordings{
			All: []consent.Wording{two, one}, Current: 2, Shown: two, Changes: two.Changes(one),
			Holders: map[consent.Category]int{consent.Market: 1204, consent.Fund: 318},
		},
		Firm: "演示银行", Manages: true, Now: now,
	}
	waiting := page
	next := two
	next.No, next.ApprovalID, next.Author, next.Approver, next.Note = 0, 7, "丙三", "", "私募改为只在单聊里介绍。"
	waiting.Pending = &next
	edit := EditPage{Typed: two, Holders: page.Holders, Firm: "演示银行"}
	edit.Typed.Base = 2
	invalid := edit
	invalid.Preview = true
	invalid.Faults = []fault.Field{{Name: "note", Sentence: "修改说明为 4 到 300 个字，写在一行里。"}, {Name: "fund", Sentence: "公募：请至少选一个渠道。"}}
	file := specimenFile()
	past := file
	past.Past, past.Asked = true, "2026-10-01T09:00"
	back := file
	back.Form = RecordForm{Kind: consent.Granted, Method: consent.ByPaper, Faults: []fault.Field{{Name: "cell", Sentence: "请至少选一项。"}, {Name: "evidence", Sentence: "登记同意须写凭证编号，如扫描件或录音的编号。"}}}
	refused := file
	refused.Form = RecordForm{Kind: consent.Granted, Method: consent.BySpoken, Problem: "客户 90 天内拒绝或撤回过，口头同意不能登记。", Rule: "consent-asked"}
	linked, unasked := file, file
	linked.Links = LinksPart{Made: "https://portal.example/c/xyz", Picture: Picture{Path: "M0 0h1v1h-1z", Size: 21}}
	linked.File.Links = []consent.Link{{ID: 3, Purpose: consent.Change, MadeBy: "甲一", MadeAt: now, ExpiresAt: now.AddDate(0, 0, 30)}}
	unasked.Links = LinksPart{Problem: "客户 90 天内拒绝或撤回过，不再主动征询。", Rule: "consent-asked"}
	asked := Asked{Wording: two, Firm: "演示银行", Branch: "滨江支行", Name: "甲先生", Manager: "甲一（工号 90001）", Action: "/c/x", TextURL: "/c/x/text", Now: now}
	none := FilePage{File: consent.File{Standing: consent.Standing{Customer: file.Customer, At: now}}, Now: now}
	return []ui.Specimen{
		{Name: "card", Component: Card(file.Standing, now)},
		{Name: "card-none", Component: Card(none.Standing, now)},
		inShell("营销授权", "consents", Page(file)),
		inShell("营销授权", "consents-past", Page(past)),
		inShell("营销授权", "consents-invalid", Page(back)),
		inShell("营销授权", "consents-refused", Page(refused)),
		inShell("营销授权", "consents-none", Page(none)),
		inShell("授权总览", "overview", Overview(specimenOverview())),
		inShell("撤回授权", "withdrawals", Withdrawals(WithdrawalsPage{List: specimenOverview().Taken, Next: 7, Now: now})),
		inShell("撤回授权", "withdrawals-none", Withdrawals(WithdrawalsPage{First: true, Now: now})),
		inShell("授权总览", "overview-empty", Overview(OverviewPage{Overview: consent.Overview{All: consent.Line{Name: "合计"}}, Now: now})),
		inShell("营销授权", "consents-link", Page(linked)),
		inShell("营销授权", "consents-quiet", Page(unasked)),
		onPhone("您愿意收到哪些资讯？", "door-first", Question(asked)),
		onPhone("您愿意收到哪些资讯？", "door-again", Question(againAsked(asked))),
		onPhone("授权文本", "door-text", WholeText(asked)),
		onPhone("授权回执", "door-receipt", Receipt(ReceiptPage{Receipt: specimenReceipt(), Back: "/c/x", Saved: true, Now: now})),
		onPhone("授权回执", "door-receipt-none", Receipt(ReceiptPage{Typed: "ABC", Problem: "没有这个回执编号。请核对后再输，字母不分大小写。", Now: now})),
		onPhone("没有找到", "door-closed", Closed("没有找到", "这个链接无效或已过期，请向您的客户经理要一个新的。", "8C6EE5F98E")),
		inShell("授权文本", "wordings", Wordings(page)),
		inShell("授权文本", "wordings-waiting", Wordings(waiting)),
		inShell("授权文本", "wordings-none", Wordings(WordingsPage{Now: now, Manages: true})),
		inShell("起草授权文本", "wording-edit", Edit(edit)),
		inShell("起草授权文本", "wording-edit-invalid", Edit(invalid)),
	}
}

// inShell is a page in the shell.
func inShell(title, name string, body templ.Component) ui.Specimen {
	return ui.Specimen{Name: name, Page: true, Component: templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return layout.Page(layout.SpecimenFrame(title)).Render(templ.WithChildren(ctx, body), w)
	})}
}

func specimenWordings() (one, two consent.Wording) {
	at := ui.SpecimenTime()
	one = consent.Wording{
		ID: 1, No: 1, Title: "您愿意收到哪些资讯？", Intro: "选了才会发，没选的一条都不会发，随时可以更改。",
		Body: "我们依您的选择发送资讯。\n您可以随时撤回。", Note: "第一版。", Hash: []byte{0xab, 0xcd}, From: at.AddDate(-2, 0, 0), Carried: true,
		Texts: []consent.Text{
			{Category: consent.Market, Purpose: "利率与汇市周报", Frequency: "不定期", Channels: []consent.Channel{consent.Mass, consent.SMS}},
			{Category: consent.Fund, Purpose: "公募基金上新与公告", Frequency: "每月不超过 2 条", Channels: []consent.Channel{consent.Moments, consent.Chat}},
		},
	}
	two = one
	two.ID, two.No, two.Carried, two.Author, two.Approver, two.ApprovalID = 2, 2, false, "丙三", "丁四", 5
	two.Body, two.Note, two.From = "我们依您的选择发送资讯。\n您可以随时撤回，当场生效。", "写明频次；市场资讯重新征询。", at.AddDate(0, -3, 0)
	two.Texts = []consent.Text{
		{Category: consent.Market, Purpose: "利率与汇市周报", Frequency: "每周不超过 2 条", Channels: []consent.Channel{consent.Mass, consent.SMS}, AskAgain: true},
		{Category: consent.Fund, Purpose: "公募基金上新与公告", Frequency: "每月不超过 2 条", Channels: []consent.Channel{consent.Moments, consent.Chat}, Months: 24},
	}
	return one, two
}

// specimenFile is a customer who answered, and withdrew some.
func specimenFile() FilePage {
	now := ui.SpecimenTime()
	_, two := specimenWordings()
	at, taken := now.AddDate(0, -2, 0), now.AddDate(0, 0, -6)
	s := consent.Standing{
		Customer: customer.Ref{ID: 1, No: "90000001", Name: "甲明远"}, At: now, Wording: &two,
		States: map[consent.Cell]consent.State{}, Rules: map[consent.Cell]consent.Rule{}, Evidence: map[consent.Cell]consent.Source{},
		Contact: consent.Contact{ServedAt: &at, OpenedAt: &at, AnsweredAt: &taken, RefusedAt: &taken},
	}
	rules := []consent.Rule{consent.Allowed, consent.WasRefused, consent.WasTaken, consent.HasLapsed, consent.HasExpired, consent.NoConsent}
	kinds := []consent.Kind{consent.Granted, consent.Refused, consent.Withdrawn, consent.Granted, consent.Granted, ""}
	for i, c := range consent.Cells() {
		s.Rules[c], s.States[c] = rules[i%6], consent.State{Kind: kinds[i%6], Wording: 1, Since: at}
		s.Evidence[c] = consent.Source{Method: consent.ByPaper, Evidence: "扫描件 118", Receipt: "7KQ2-M4XD-9TFA"}
	}
	return FilePage{
		File: consent.File{Standing: s, Next: 7, Acts: []consent.Act{
			{ID: 9, At: taken, RecordedAt: taken, Method: consent.BySpoken, Staff: "甲一", Address: "10.1.2.3", Device: "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0", Receipt: "2BCD-EFGH-JKMN", Reason: "客户来电", Said: []consent.Said{{Kind: consent.Withdrawn, Category: consent.Product}}},
			{ID: 8, At: at, RecordedAt: at.Add(30 * time.Hour), Method: consent.ByPaper, Staff: "甲一", Evidence: "扫描件 118", Receipt: "7KQ2-M4XD-9TFA", Wording: 1, Said: []consent.Said{{Kind: consent.Granted, Category: consent.Market, Channel: consent.SMS}}},
		}},
		Records: true, Form: RecordForm{Kind: consent.Granted, Method: consent.BySpoken}, Now: now,
	}
}

// specimenOverview is two branches, one of which lags.
func specimenOverview() OverviewPage {
	now := ui.SpecimenTime()
	line := func(id int64, name string, customers int64, percent func(i int) int64) consent.Line {
		l := consent.Line{
			ID: id, Name: name, Customers: customers, Granted: map[consent.Cell]int64{},
			People: consent.People{Served: customers * 9 / 10, Opened: customers * 7 / 10, Answered: customers * 6 / 10, Agreed: customers / 2, Silent: customers * 3 / 10},
		}
		for i, c := range consent.Cells() {
			l.Granted[c] = customers * percent(i) / 100
		}
		return l
	}
	high := func(i int) int64 { return int64(20 + i*37%70) }
	low := func(i int) int64 { return int64(i * 37 % 70 / 3) }
	p := OverviewPage{Now: now, Overview: consent.Overview{
		At: now, Soon: 318,
		Lines: []consent.Line{line(2, "甲支行", 2400, high), line(3, "乙支行", 610, low)},
		All:   line(0, "合计", 3010, high),
		Taken: []consent.Taken{
			{At: now.Add(-time.Hour), Lag: 2, No: "90000001", Name: "甲明远", Manager: "甲一", Category: consent.Product, Method: consent.ByReply, Reason: "回复“退订”"},
			{At: now.AddDate(0, 0, -2), Lag: 4000, No: "90000002", Name: "乙明远", Manager: "甲一", Category: consent.Fund, Channel: consent.Phone, Method: consent.BySpoken},
		},
		Versions: []consent.Held{{No: 2, From: now.AddDate(0, -3, 0), Current: true, Cells: 12040, AskAgain: true}, {No: 1, From: now.AddDate(-2, 0, 0), Cells: 3200}},
	}}
	p.Offered = map[consent.Cell]bool{}
	for i, c := range consent.Cells() {
		p.Offered[c] = i != 25
	}
	monday := now.AddDate(0, 0, -int(now.Weekday()+6)%7)
	for i := range 12 {
		p.Weeks = append(p.Weeks, consent.Week{First: monday.AddDate(0, 0, 7*(i-11)), Agreed: int64(40 + i*7), Refused: int64(9 + i%4), Withdrawn: int64(i % 5)})
	}
	return p
}

// onPhone is a page of the customer.
func onPhone(title, name string, body templ.Component) ui.Specimen {
	return ui.Specimen{Name: name, Page: true, Component: templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return Door(Sheet{Title: title, Firm: "演示银行"}).Render(templ.WithChildren(ctx, body), w)
	})}
}

// againAsked is the page of a customer who answered before.
func againAsked(a Asked) Asked {
	at := ui.SpecimenTime().AddDate(0, -2, 0)
	a.Present = map[consent.Cell]bool{{Category: consent.Fund, Channel: consent.Chat}: true}
	a.Answered, a.Receipt, a.Personal, a.Moved = &at, "7KQ2-M4XD-9TFA", true, true
	return a
}

func specimenReceipt() *consent.Receipt {
	at, yes := ui.SpecimenTime(), true
	r := consent.Receipt{Code: "7KQ2-M4XD-9TFA", Name: "甲**", At: at, RecordedAt: at, Method: consent.ByPage, Wording: 2, Hash: "abcd", Personal: &yes, Newer: true}
	r.Said = []consent.Said{
		{Kind: consent.Granted, Category: consent.Fund, Channel: consent.Chat},
		{Kind: consent.Refused, Category: consent.Market, Channel: consent.SMS},
	}
	return &r
}
