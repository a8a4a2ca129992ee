package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/href"
	"liuhen/internal/sourcing"
	"liuhen/views/layout"
	sourcingview "liuhen/views/sourcing"
	"liuhen/views/ui"
)

// draftPages let people say of a file what the portal cannot tell by itself:
// its sheet, and which of its columns become what.
type draftPages struct{ *shell }

func (p draftPages) routes() []route {
	return []route{
		{http.MethodGet, "/admin/imports/drafts/:id", authz.ManageImports, p.show},
		{http.MethodPost, "/admin/imports/drafts/:id", authz.ManageImports, p.save},
		{http.MethodPost, "/admin/imports/drafts/:id/sheet", authz.ManageImports, p.sheet},
		{http.MethodPost, "/admin/imports/drafts/:id/drop", authz.ManageImports, p.drop},
	}
}

// show answers with the editor; what is chosen stands in the query, so that
// checking it is asking for the page again.
func (p draftPages) show(c echo.Context) error {
	id, err := importID(c)
	if err != nil {
		return err
	}
	return p.editor(c, id, mappingForm(c.QueryParams()), nil)
}

// editor answers with the editor, and with what is wrong if anything is.
func (p draftPages) editor(c echo.Context, id int64, form sourcing.MappingForm, faults map[string]string) error {
	e, err := p.Intake.Edit(c.Request().Context(), acting(c), id, form)
	if err != nil {
		return err
	}
	view := sourcingview.DraftPage{Editor: e, Faults: faults}
	if faults != nil {
		return p.invalid(c, draftHead(e), sourcingview.Draft(view))
	}
	return p.page(c, draftHead(e), sourcingview.Draft(view))
}

func (p draftPages) save(c echo.Context) error {
	id, err := importID(c)
	if err != nil {
		return err
	}
	values, err := c.FormParams()
	if err != nil {
		return err
	}
	form := mappingForm(values)
	job, err := p.Intake.Remember(c.Request().Context(), acting(c), id, form, values.Get("dry") != "0")
	if err == nil {
		return importPages(p).received(c, sourcing.Received{Job: job})
	}
	if faults := fieldFaults(err); faults != nil {
		return p.editor(c, id, form, faults)
	}
	return err
}

func (p draftPages) sheet(c echo.Context) error {
	id, err := importID(c)
	if err != nil {
		return err
	}
	got, err := p.Intake.ChooseSheet(c.Request().Context(), acting(c), id, shownText(c.FormValue("sheet")))
	if err == nil {
		return importPages(p).received(c, got)
	}
	if faults := fieldFaults(err); faults != nil {
		return p.editor(c, id, sourcing.MappingForm{}, faults)
	}
	return err
}

func (p draftPages) drop(c echo.Context) error {
	id, err := importID(c)
	if err != nil {
		return err
	}
	if err := p.Intake.DropDraft(c.Request().Context(), acting(c), id); err != nil {
		return err
	}
	return p.done(c, href.Imports(), "已放弃，没有写入任何数据。")
}

// mappingForm reads the editor's fields. Where another kind of file was chosen,
// the fields are those of the kind before and a new proposal is asked for.
func mappingForm(values url.Values) sourcing.MappingForm {
	f := sourcing.MappingForm{Name: shownText(values.Get("name")), Title: shownText(values.Get("title"))}
	f.Choices.Kind = shownText(values.Get("kind"))
	if former := values.Get("for"); former != f.Choices.Kind {
		if former != "" {
			f.Name, f.Title = "", ""
		}
		return f
	}
	for _, k := range sourcing.FileKinds() {
		if k.Word != f.Choices.Kind {
			continue
		}
		for _, t := range k.Targets {
			as := t.Converts[0].As
			if given, ok := values["a."+t.Key]; ok {
				as = shownText(given[0])
			}
			f.Choices.Fields = append(f.Choices.Fields, sourcing.Choice{
				Target: t.Key, Column: shownText(values.Get("c." + t.Key)), As: as,
				Words: shownText(values.Get("w." + t.Key)), Fixed: shownText(values.Get("f." + t.Key)),
			})
		}
	}
	return f
}

func draftHead(e *sourcing.Editor) head {
	return head{Title: strings.TrimSpace("列对照 " + e.FileName), Nav: navImports, Help: layout.Help{
		Purpose: "告诉系统这种文件的每一列是什么。建议来自列名和内容的样子；保存后按来源记住，成为第 " + strconv.Itoa(nextVersion(e)) + " 版，谁在何时保存都留痕。页面上不显示文件里的内容。",
		Rules:   []ui.Link{{Label: "C3 类信息不得导入", URL: href.Why("c3")}, {Label: "来源说法不一由人裁决", URL: href.Why("source-conflict")}},
	}}
}

func nextVersion(e *sourcing.Editor) int {
	if e.Former == nil {
		return 1
	}
	return e.Former.Version + 1
}
