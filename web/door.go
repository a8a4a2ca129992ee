package web

import (
	"bytes"
	"errors"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/consent"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	consentview "liuhen/views/consent"
)

// doorPages are the customer's own: no sign-in, a token opens them.
type doorPages struct{ *shell }

// doorPrefix is where they stand.
const doorPrefix = "/c/"

func (p doorPages) routes() []route {
	return []route{
		{http.MethodGet, "/c/verify", authz.Public, p.verify},
		{http.MethodGet, "/c/:token", authz.Public, p.show},
		{http.MethodPost, "/c/:token", authz.Public, p.answer},
		{http.MethodGet, "/c/:token/text", authz.Public, p.text},
	}
}

// sheet answers with a page of the customer.
func (s *shell) sheet(c echo.Context, status int, title string, body templ.Component) error {
	var buf bytes.Buffer
	ctx := templ.WithChildren(c.Request().Context(), body)
	if err := consentview.Door(consentview.Sheet{Title: title, Firm: s.firm()}).Render(ctx, &buf); err != nil {
		return err
	}
	c.Response().Header().Set("X-Robots-Tag", "noindex")
	return c.HTMLBlob(status, bytes.ToValidUTF8(buf.Bytes(), []byte("\uFFFD")))
}

// doorProblem is what a customer reads when something does not work.
func (s *shell) doorProblem(c echo.Context, f *fault.Error, number string) {
	status := statusOf(f.Kind)
	if err := s.sheet(c, status, titleOf(status), consentview.Closed(titleOf(status), f.Sentence, number)); err != nil {
		s.Log.ErrorContext(c.Request().Context(), "problem page", "error", err)
	}
}

func visitor(c echo.Context) consent.Visitor {
	return consent.Visitor{Address: c.RealIP(), Device: c.Request().UserAgent()}
}

// knock runs a try of a token or code: tries that open nothing are counted and
// slowed down.
func (p doorPages) knock(c echo.Context, try func() error) error {
	if err := p.inUse(c); err != nil {
		return err
	}
	if err := p.guesses.allow(c.RealIP()); err != nil {
		return err
	}
	err := try()
	if fault.KindOf(err) == fault.NotFound && err != nil {
		if slow := p.guesses.missed(c.Request().Context(), c.RealIP()); slow != nil {
			return slow
		}
	}
	return err
}

// visit opens the page of a token.
func (p doorPages) visit(c echo.Context) (consentview.Asked, error) {
	var v consent.Visit
	token := c.Param("token")
	err := p.knock(c, func() (err error) {
		v, err = p.Door.Open(c.Request().Context(), token, visitor(c))
		return err
	})
	return consentview.Asked{
		Wording: v.Wording, Firm: p.firm(), Branch: v.Branch, Name: v.Name, Manager: v.Manager, Action: href.ConsentPage(token),
		Present: v.Open, Answered: v.Answered, Personal: v.Personal, Receipt: v.Receipt, TextURL: href.ConsentPageText(token), Now: p.now(),
	}, err
}

func (p doorPages) show(c echo.Context) error {
	asked, err := p.visit(c)
	if err != nil {
		return err
	}
	return p.sheet(c, http.StatusOK, asked.Wording.Title, consentview.Question(asked))
}

func (p doorPages) text(c echo.Context) error {
	asked, err := p.visit(c)
	if err != nil {
		return err
	}
	return p.sheet(c, http.StatusOK, "授权文本", consentview.WholeText(asked))
}

// answer takes what the customer chose. Where the text has changed since the page
// was shown nothing is kept, and the page comes again with the new text.
func (p doorPages) answer(c echo.Context) error {
	a := typedAnswer(c)
	receipt := ""
	err := p.knock(c, func() (err error) {
		receipt, err = p.Door.Answer(c.Request().Context(), c.Param("token"), a, visitor(c))
		return err
	})
	if f := fault.As(err); f != nil && f.Kind == fault.Conflict && f.Rule == string(consent.HasLapsed) {
		asked, err := p.visit(c)
		if err != nil {
			return err
		}
		asked.Moved = true
		return p.sheet(c, http.StatusConflict, asked.Wording.Title, consentview.Question(asked))
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, href.ConsentVerify(href.Text("code", receipt), href.Text("from", c.Param("token"))))
}

// typedAnswer reads what was ticked. Only pairs that exist are read, once each; no
// button pressed, as when a form is sent by the keyboard, means to save.
func typedAnswer(c echo.Context) consent.Answer {
	a := consent.Answer{Wording: whole(c.FormValue("wording")), None: c.FormValue("act") == "none", Personal: c.FormValue("personal") == "1"}
	for _, cell := range consent.Cells() {
		if c.FormValue(string(cell.Category)+"."+string(cell.Channel)) == "1" {
			a.Ticked = append(a.Ticked, cell)
		}
	}
	return a
}

// verify shows what a receipt proves. from leads back to the customer's own page.
func (p doorPages) verify(c echo.Context) error {
	page := consentview.ReceiptPage{Typed: shownText(c.QueryParam("code")), Now: p.now()}
	if from := c.QueryParam("from"); from != "" && !strings.ContainsAny(from, "/\\?#") {
		page.Back, page.Saved = href.ConsentPage(from), true
	}
	if page.Typed == "" {
		if err := p.inUse(c); err != nil {
			return err
		}
		return p.sheet(c, http.StatusOK, "授权回执", consentview.Receipt(page))
	}
	err := p.knock(c, func() error {
		r, err := p.Door.Verify(c.Request().Context(), page.Typed)
		page.Receipt = &r
		return err
	})
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.NotFound && f.Rule == "" {
		page.Receipt, page.Problem, page.Saved, page.Back = nil, f.Sentence, false, ""
		return p.sheet(c, http.StatusNotFound, "授权回执", consentview.Receipt(page))
	}
	if err != nil {
		return err
	}
	return p.sheet(c, http.StatusOK, "授权回执", consentview.Receipt(page))
}
