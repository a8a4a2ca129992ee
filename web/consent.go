package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/consent"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	consentview "liuhen/views/consent"
	"liuhen/views/layout"
)

// consentPages show how a customer stands and take what the customer said.
type consentPages struct{ *shell }

func (p consentPages) routes() []route {
	return []route{
		{http.MethodGet, "/customers/:no/consents", authz.SeeCustomers, p.show},
		{http.MethodGet, "/customers/:no/consents/card", authz.SeeCustomers, p.card},
		{http.MethodPost, "/customers/:no/consents", authz.NoteCustomers, p.record},
		{http.MethodPost, "/customers/:no/consents/withdraw", authz.SeeCustomers, p.withdraw},
		{http.MethodPost, "/customers/:no/consents/links", authz.NoteCustomers, p.link},
		{http.MethodPost, "/customers/:no/consents/links/:id/end", authz.SeeCustomers, p.endLink},
	}
}

func consentHelp() layout.Help {
	return layout.Help{
		Purpose: "客户对每个类别、每个渠道分别同意或拒绝；没有答复按不同意处理。撤回当场生效。每一次征询、打开、答复都记在历史里，可以还原到过去任一时刻。",
		Rules:   ruleLinks("consent-none", "consent-withdrawn", "consent-asked"),
	}
}

func (p consentPages) show(c echo.Context) error {
	return p.file(c, blankRecord(), consentview.LinksPart{})
}

func blankRecord() consentview.RecordForm {
	return consentview.RecordForm{Method: consent.BySpoken, Kind: consent.Granted}
}

// file answers with the page; 422 where a form on it came back.
func (p consentPages) file(c echo.Context, form consentview.RecordForm, links consentview.LinksPart) error {
	asked := shownText(c.QueryParam("at"))
	at, err := typedMoment("at", asked)
	if err != nil {
		return err
	}
	f, err := p.Consents.File(c.Request().Context(), acting(c), c.Param("no"), at, number(c.QueryParam("before")))
	if err != nil {
		return err
	}
	f.At = f.At.In(p.now().Location())
	page := consentview.FilePage{File: f, Records: authz.Allows(acting(c).Role, authz.NoteCustomers), Asked: asked, Form: form, Links: links, Now: p.now()}
	h := head{Title: f.Customer.Name + " · 营销授权", Nav: navCustomers, Help: consentHelp()}
	if len(form.Faults) > 0 || form.Problem != "" || links.Problem != "" {
		return p.invalid(c, h, consentview.Page(page))
	}
	return p.page(c, h, consentview.Page(page))
}

// card is the part of the file, asked for when consents have changed.
func (p consentPages) card(c echo.Context) error {
	s, err := p.Consents.Now(c.Request().Context(), acting(c), c.Param("no"))
	if err != nil {
		return err
	}
	s.At = s.At.In(p.now().Location())
	return p.fragment(c, consentview.Card(s, p.now()))
}

func (p consentPages) record(c echo.Context) error {
	no, form := c.Param("no"), typedRecord(c)
	at, err := typedMoment("at", form.At)
	receipt := ""
	if err == nil {
		r := consent.Record{At: at, Method: form.Method, Evidence: form.Evidence, Reason: form.Reason}
		for _, cell := range consent.Cells() {
			if form.Cells[cell] {
				r.Said = append(r.Said, consent.Said{Kind: form.Kind, Category: cell.Category, Channel: cell.Channel})
			}
		}
		receipt, err = p.Consents.Record(c.Request().Context(), acting(c), no, r)
	}
	f := fault.As(err)
	switch {
	case err == nil:
		return p.done(c, href.CustomerConsents(no), "已登记，当场生效。回执 "+receipt)
	case f != nil && f.Kind == fault.Invalid && len(f.Fields) > 0:
		form.Faults = f.Fields
	case f != nil && (f.Kind == fault.Invalid || f.Kind == fault.Conflict):
		form.Problem, form.Rule = f.Sentence, f.Rule
	default:
		return err
	}
	return p.file(c, form, consentview.LinksPart{})
}

// typedRecord reads the form of a record. What is not understood is left out.
func typedRecord(c echo.Context) consentview.RecordForm {
	form := consentview.RecordForm{
		Kind: consent.Kind(shownText(c.FormValue("kind"))), Method: consent.Method(shownText(c.FormValue("method"))),
		Evidence: shownText(c.FormValue("evidence")), Reason: shownText(c.FormValue("reason")), At: shownText(c.FormValue("at")),
		Cells: map[consent.Cell]bool{},
	}
	for _, sent := range c.Request().PostForm["cell"] {
		category, channel, _ := strings.Cut(sent, ".")
		form.Cells[consent.Cell{Category: consent.Category(category), Channel: consent.Channel(channel)}] = true
	}
	return form
}

func (p consentPages) withdraw(c echo.Context) error {
	no, category := c.Param("no"), consent.Category(shownText(c.FormValue("category")))
	receipt, err := p.Consents.Close(c.Request().Context(), acting(c), no, category, shownText(c.FormValue("reason")))
	if err != nil {
		return err
	}
	return p.done(c, href.CustomerConsents(no), "已停止"+category.Label()+"，当场生效。回执 "+receipt)
}

// link makes a link and shows it with its QR code. It answers with the page itself
// and not with a redirect: only the hash of the link is kept, so no other answer
// could show it.
func (p consentPages) link(c echo.Context) error {
	token, err := p.Consents.MakeLink(c.Request().Context(), acting(c), c.Param("no"), consent.Purpose(shownText(c.FormValue("purpose"))))
	f := fault.As(err)
	if f != nil && (f.Kind == fault.Conflict || f.Kind == fault.Invalid) {
		return p.file(c, blankRecord(), consentview.LinksPart{Problem: f.Sentence, Rule: f.Rule})
	}
	if err != nil {
		return err
	}
	scheme := "http://"
	if p.Secure {
		scheme = "https://"
	}
	made := consentview.LinksPart{Made: scheme + c.Request().Host + href.ConsentPage(token)}
	if made.Picture, err = qrOf(made.Made); err != nil {
		return err
	}
	return p.file(c, blankRecord(), made)
}

func (p consentPages) endLink(c echo.Context) error {
	no := c.Param("no")
	if err := p.Consents.EndLink(c.Request().Context(), acting(c), no, number(c.Param("id"))); err != nil {
		return err
	}
	return p.done(c, href.CustomerConsents(no), "链接已停用，客户手里的立即打不开。")
}
