package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/sourcing"
	"liuhen/views/layout"
	sourcingview "liuhen/views/sourcing"
	"liuhen/views/ui"
)

// sourcePages show how fresh each source system is, and keep its alarm and its
// tokens.
type sourcePages struct{ *shell }

func (p sourcePages) routes() []route {
	return []route{
		{http.MethodGet, "/admin/sources", authz.ManageImports, p.list},
		{http.MethodPost, "/admin/sources", authz.ManageSources, p.add},
		{http.MethodGet, "/admin/sources/:code", authz.ManageImports, p.show},
		{http.MethodPost, "/admin/sources/:code", authz.ManageSources, p.change},
		{http.MethodPost, "/admin/sources/:code/tokens", authz.ManageSources, p.issue},
		{http.MethodPost, "/admin/sources/:code/tokens/:id/revoke", authz.ManageSources, p.revoke},
	}
}

func (p sourcePages) list(c echo.Context) error {
	view, err := p.listView(c)
	if err != nil {
		return err
	}
	return p.page(c, sourceHead("数据来源"), sourcingview.Sources(view))
}

func (p sourcePages) listView(c echo.Context) (view sourcingview.SourcesPage, err error) {
	view.Manage = authz.Allows(acting(c).Role, authz.ManageSources)
	if view.Systems, err = p.Intake.Systems(c.Request().Context(), acting(c)); err != nil {
		return view, err
	}
	view.Alarms, err = p.Intake.Alarms(c.Request().Context(), acting(c))
	return view, err
}

func (p sourcePages) add(c echo.Context) error {
	shown, form, err := systemForm(c, shownText(c.FormValue("code")))
	if err == nil {
		err = p.Intake.AddSystem(c.Request().Context(), acting(c), form)
	}
	if err == nil {
		return p.done(c, href.Sources(), "已新增来源。")
	}
	if shown.Faults = fieldFaults(err); shown.Faults == nil {
		return err
	}
	view, err := p.listView(c)
	if err != nil {
		return err
	}
	view.Form = shown
	return p.invalid(c, sourceHead("数据来源"), sourcingview.Sources(view))
}

func (p sourcePages) show(c echo.Context) error {
	view, err := p.oneView(c)
	if err != nil {
		return err
	}
	return p.page(c, sourceHead(view.Report.Name), sourcingview.Source(view))
}

// oneView fills the page of the source of the address.
func (p sourcePages) oneView(c echo.Context) (view sourcingview.SourcePage, err error) {
	view.Manage = authz.Allows(acting(c).Role, authz.ManageSources)
	view.Report, err = p.Intake.System(c.Request().Context(), acting(c), c.Param("code"))
	if err == nil {
		view.Form = sourcingview.FormOf(view.Report.System)
	}
	return view, err
}

func (p sourcePages) change(c echo.Context) error {
	shown, form, err := systemForm(c, c.Param("code"))
	if err == nil {
		err = p.Intake.ChangeSystem(c.Request().Context(), acting(c), form)
	}
	if err == nil {
		return p.done(c, href.Source(form.Code), "已保存。")
	}
	return p.again(c, err, func(view *sourcingview.SourcePage, faults map[string]string) {
		view.Form, view.Form.Faults = shown, faults
	})
}

// again answers with the page of the source and what is wrong with its form.
func (p sourcePages) again(c echo.Context, why error, keep func(*sourcingview.SourcePage, map[string]string)) error {
	faults := fieldFaults(why)
	if faults == nil {
		return why
	}
	view, err := p.oneView(c)
	if err != nil {
		return err
	}
	keep(&view, faults)
	return p.invalid(c, sourceHead(view.Report.Name), sourcingview.Source(view))
}

// issue answers with the page itself: the token is shown this once and kept
// nowhere, so there is nothing a redirect could show.
func (p sourcePages) issue(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return err
	}
	form := sourcing.TokenForm{Scopes: values["scope"], Note: shownText(c.FormValue("note"))}
	secret, err := p.Intake.IssueToken(c.Request().Context(), acting(c), c.Param("code"), form)
	if err != nil {
		return p.again(c, err, func(view *sourcingview.SourcePage, faults map[string]string) {
			view.Token = sourcingview.TokenForm{Note: form.Note, Scopes: form.Scopes, Faults: faults}
		})
	}
	view, err := p.oneView(c)
	if err != nil {
		return err
	}
	view.Secret = secret
	return p.page(c, sourceHead(view.Report.Name), sourcingview.Source(view))
}

func (p sourcePages) revoke(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return fault.Wrap(fault.NotFound, "没有这个令牌，或它已经停用。", err)
	}
	if err := p.Intake.RevokeToken(c.Request().Context(), acting(c), c.Param("code"), id); err != nil {
		return err
	}
	return p.done(c, href.Source(c.Param("code")), "令牌已停用。")
}

// systemForm reads the form of a source system.
func systemForm(c echo.Context, code string) (sourcingview.SystemForm, sourcing.SystemForm, error) {
	shown := sourcingview.SystemForm{
		Code: code, Name: shownText(c.FormValue("name")), Note: shownText(c.FormValue("note")), Lag: strings.TrimSpace(shownText(c.FormValue("lag"))),
	}
	form := sourcing.SystemForm{Code: code, Name: shown.Name, Note: shown.Note}
	if shown.Lag == "" {
		return shown, form, nil
	}
	var err error
	if form.LagHours, err = strconv.Atoi(shown.Lag); err != nil || form.LagHours == 0 {
		const sentence = "提醒时限应是整数小时；不需要提醒请留空。"
		return shown, form, &fault.Error{Kind: fault.Invalid, Sentence: sentence, Fields: []fault.Field{{Name: "lag", Sentence: sentence}}, Cause: err}
	}
	return shown, form, nil
}

func sourceHead(title string) head {
	return head{Title: title, Nav: navSources, Help: layout.Help{
		Purpose: "看每个来源系统的各类信息最近何时送达、有没有出错，设置多久没有送达就提醒，签发和停用机器接口的令牌。",
		Rules:   []ui.Link{{Label: "数据要及时、准确", URL: href.Why("fresh-data")}, {Label: "机器接口凭令牌写入", URL: href.Why("machine-token")}},
	}}
}
