package consentview

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"liuhen/internal/consent"
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
	return []ui.Specimen{
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
