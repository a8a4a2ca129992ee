package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/consent"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/pg"
	consentview "liuhen/views/consent"
	"liuhen/views/layout"
)

// wordingPages show the texts to which customers agree and take proposals for the
// next version.
type wordingPages struct{ *shell }

func (p wordingPages) routes() []route {
	return []route{
		{http.MethodGet, "/consents/wordings", authz.ReadWordings, p.show},
		{http.MethodPost, "/consents/wordings", authz.ManageWordings, p.propose},
	}
}

func wordingHead(title string) head {
	return head{Title: title, Nav: navWordings, Help: layout.Help{
		Purpose: "客户同意的是哪一版文字，就记哪一版。合规起草，另一位合规或风控批准后生效；提交之后任何人不能改动，旧版本一直留着。",
		Rules:   ruleLinks("consent-wording", "consent-lapsed", "four-eyes"),
	}}
}

func (p wordingPages) show(c echo.Context) error {
	w, err := p.Consents.Wordings(c.Request().Context(), acting(c), max(0, whole(c.QueryParam("version"))))
	if err != nil {
		return err
	}
	manages := authz.Allows(acting(c).Role, authz.ManageWordings)
	if manages && c.QueryParam("edit") != "" {
		typed := consent.Wording{}
		if len(w.All) > 0 {
			typed = w.All[0]
		}
		typed.Base, typed.Note = typed.No, ""
		for i := range typed.Texts {
			typed.Texts[i].AskAgain = false
		}
		return p.page(c, wordingHead("起草授权文本"), consentview.Edit(consentview.EditPage{Typed: typed, Holders: w.Holders, Firm: p.firm()}))
	}
	if w.Pending != nil && c.QueryParam("pending") != "" {
		w.Shown, w.Changes = *w.Pending, nil
		if len(w.All) > 0 {
			w.Changes = w.Shown.Changes(w.All[0])
		}
	}
	return p.page(c, wordingHead("授权文本"), consentview.Wordings(consentview.WordingsPage{Wordings: w, Firm: p.firm(), Manages: manages, Now: p.now()}))
}

// firm is the institution as its customers know it.
func (s *shell) firm() string {
	if s.Firm == "" {
		return "本机构"
	}
	return s.Firm
}

func (p wordingPages) propose(c echo.Context) error {
	ctx := c.Request().Context()
	page := consentview.EditPage{Typed: typedWording(c), From: shownText(c.FormValue("from")), Firm: p.firm(), Preview: c.FormValue("act") == "preview"}
	var err error
	if page.Typed.From, err = typedMoment("from", page.From); err == nil && page.Preview {
		err = page.Typed.Check()
	}
	var id int64
	if err == nil && !page.Preview {
		id, err = p.Consents.Propose(ctx, acting(c), page.Typed)
	}
	f := fault.As(err)
	if err != nil && (f == nil || f.Kind != fault.Invalid) {
		return err
	}
	if err == nil && !page.Preview {
		return p.done(c, href.Approval(id), "已提交，等另一位批准；从现在起文字不能再改。")
	}
	return p.edited(c, page, f)
}

// edited answers with the form again: with what is wrong, or with the preview.
func (p wordingPages) edited(c echo.Context, page consentview.EditPage, f *fault.Error) error {
	w, err := p.Consents.Wordings(c.Request().Context(), acting(c), 0)
	if err != nil {
		return err
	}
	page.Holders = w.Holders
	if f != nil {
		page.Faults = f.Fields
		return p.invalid(c, wordingHead("起草授权文本"), consentview.Edit(page))
	}
	return p.page(c, wordingHead("起草授权文本"), consentview.Edit(page))
}

// typedMoment reads the value of the field of date and time with the name; empty is the zero time.
func typedMoment(name, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, s, pg.Zone()); err == nil {
			return t, nil
		}
	}
	var f fault.Fields
	f.Add(name, "请写成日期和时间，如 2026-12-01 08:00。")
	return time.Time{}, f.Err()
}

// typedWording reads the form of a proposal. A category without a purpose is left
// out.
func typedWording(c echo.Context) consent.Wording {
	text := func(name string) string {
		return strings.TrimSpace(strings.ReplaceAll(shownText(c.FormValue(name)), "\r\n", "\n"))
	}
	w := consent.Wording{Base: whole(c.FormValue("base")), Title: text("title"), Intro: text("intro"), Body: text("body"), Note: text("note")}
	for _, leaf := range consent.Leaves() {
		code := string(leaf)
		t := consent.Text{Category: leaf, Purpose: text("purpose-" + code), Frequency: text("frequency-" + code), AskAgain: c.FormValue("again-"+code) != ""}
		if t.Purpose == "" {
			continue
		}
		if typed := text("months-" + code); typed != "" {
			t.Months = whole(typed)
		}
		for _, h := range consent.Channels() {
			for _, sent := range c.Request().PostForm["channels-"+code] {
				if sent == string(h) && len(t.Channels) < len(consent.Channels()) {
					t.Channels = append(t.Channels, h)
				}
			}
		}
		w.Texts = append(w.Texts, t)
	}
	return w
}
