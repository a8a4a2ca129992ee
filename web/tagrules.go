package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/tag"
	"liuhen/views/layout"
	tagview "liuhen/views/tag"
)

// tagRulePages are where the rules of tags are written and put in force.
type tagRulePages struct{ *shell }

func (p tagRulePages) routes() []route {
	return []route{
		{http.MethodGet, "/admin/tags", authz.ManageTags, p.list},
		{http.MethodGet, "/admin/tags/new", authz.ManageTags, p.blank},
		{http.MethodPost, "/admin/tags/new", authz.ManageTags, p.create},
		{http.MethodGet, "/admin/tags/:id", authz.ManageTags, p.show},
		{http.MethodGet, "/admin/tags/:id/draft", authz.ManageTags, p.edit},
		{http.MethodPost, "/admin/tags/:id/draft", authz.ManageTags, p.save},
		{http.MethodGet, "/admin/tags/:id/preview", authz.ManageTags, p.preview},
		{http.MethodPost, "/admin/tags/:id/submit", authz.ManageTags, p.submit},
		{http.MethodPost, "/admin/tags/:id/retire", authz.ManageTags, p.retire},
	}
}

func tagRulesHead(title string) head {
	return head{Title: title, Nav: navTags, Help: layout.Help{
		Purpose: "标签由规则给出。编写条件，预览会影响多少客户，交另一人复核；批准后立即发布并评估。条件只能用列出的字段，依据按信息分组保护。",
		Rules:   ruleLinks("tags", "four-eyes"),
	}}
}

func (p tagRulePages) list(c echo.Context) error {
	overview, err := p.TagDesk.Rules(c.Request().Context(), acting(c))
	if err != nil {
		return err
	}
	return p.page(c, tagRulesHead("标签规则"), tagview.Rules(tagview.RulesPage{Overview: overview, Now: p.now()}))
}

func (p tagRulePages) blank(c echo.Context) error {
	return p.page(c, tagRulesHead("新建标签规则"), tagview.Edit(tagview.Editor{Draft: tag.Draft{Group: tag.Basic}}))
}

func (p tagRulePages) create(c echo.Context) error {
	draft := draftForm(c)
	id, err := p.TagDesk.Create(c.Request().Context(), acting(c), draft)
	if err == nil {
		return p.done(c, href.TagRulePreview(id), "草稿已保存。下面是发布后的影响。")
	}
	if faults := fieldFaults(err); faults != nil {
		return p.invalid(c, tagRulesHead("新建标签规则"), tagview.Edit(tagview.Editor{Draft: shownDraft(draft), Faults: faults}))
	}
	return err
}

// ruleOf reads the rule of the address.
func (p tagRulePages) ruleOf(c echo.Context) (tag.RuleFile, error) {
	id, err := ruleID(c)
	if err != nil {
		return tag.RuleFile{}, err
	}
	return p.TagDesk.Rule(c.Request().Context(), acting(c), id)
}

func ruleID(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return 0, fault.Wrap(fault.NotFound, "没有这条标签规则。", err)
	}
	return id, nil
}

func (p tagRulePages) show(c echo.Context) error {
	rule, err := p.ruleOf(c)
	if err != nil {
		return err
	}
	return p.page(c, tagRulesHead(rule.Name), tagview.Rule(tagview.RulePage{Rule: rule, Viewer: acting(c).ID, Now: p.now()}))
}

func (p tagRulePages) edit(c echo.Context) error {
	rule, err := p.ruleOf(c)
	if err != nil {
		return err
	}
	last := rule.Latest()
	e := tagview.Editor{Rule: &rule, Draft: tag.Draft{Name: last.Name, Description: last.Description, Group: rule.Group}}
	if n, err := tag.ParseNode(last.Raw); err == nil {
		var shown bool
		e.Draft.All, e.Draft.Any, shown = n.Rows()
		e.Nested = !shown
	}
	return p.page(c, tagRulesHead(rule.Name), tagview.Edit(e))
}

func (p tagRulePages) save(c echo.Context) error {
	id, err := ruleID(c)
	if err != nil {
		return err
	}
	draft := draftForm(c)
	err = p.TagDesk.Save(c.Request().Context(), acting(c), id, draft)
	if err == nil {
		return p.done(c, href.TagRulePreview(id), "草稿已保存。下面是发布后的影响。")
	}
	faults := fieldFaults(err)
	if faults == nil {
		return err
	}
	rule, err := p.ruleOf(c)
	if err != nil {
		return err
	}
	return p.invalid(c, tagRulesHead(rule.Name), tagview.Edit(tagview.Editor{Rule: &rule, Draft: shownDraft(draft), Faults: faults}))
}

func (p tagRulePages) preview(c echo.Context) error {
	id, err := ruleID(c)
	if err != nil {
		return err
	}
	preview, err := p.TagDesk.Preview(c.Request().Context(), acting(c), id)
	if err != nil {
		return err
	}
	return p.page(c, tagRulesHead("预览 "+preview.Rule.Name), tagview.Preview(tagview.PreviewPage{Preview: preview}))
}

func (p tagRulePages) submit(c echo.Context) error {
	id, err := ruleID(c)
	if err != nil {
		return err
	}
	if err := p.TagDesk.Submit(c.Request().Context(), acting(c), id); err != nil {
		return err
	}
	return p.done(c, href.TagRule(id), "已提交，等待复核。")
}

func (p tagRulePages) retire(c echo.Context) error {
	id, err := ruleID(c)
	if err != nil {
		return err
	}
	reason := c.FormValue("reason")
	err = p.TagDesk.Retire(c.Request().Context(), acting(c), id, reason)
	if err == nil {
		return p.done(c, href.TagRule(id), "已停用，客户身上的标签随即消失。")
	}
	faults := fieldFaults(err)
	if faults == nil {
		return err
	}
	rule, err := p.ruleOf(c)
	if err != nil {
		return err
	}
	return p.invalid(c, tagRulesHead(rule.Name), tagview.Rule(tagview.RulePage{
		Rule: rule, Viewer: acting(c).ID, Now: p.now(), Retire: tagview.RetireForm{Reason: shownText(reason), Fault: faults["reason"]},
	}))
}

// draftForm reads the form of a version; rows without a condition are left out.
func draftForm(c echo.Context) tag.Draft {
	return tag.Draft{
		Name: c.FormValue("name"), Description: c.FormValue("description"), Group: tag.Group(c.FormValue("group")),
		All: rowsForm(c, "all"), Any: rowsForm(c, "any"),
	}
}

func rowsForm(c echo.Context, kind string) []tag.Row {
	form, err := c.FormParams()
	if err != nil {
		return nil
	}
	at := func(name string, i int) string {
		if list := form[kind+"_"+name]; i < len(list) {
			return list[i]
		}
		return ""
	}
	var rows []tag.Row
	for i, field := range form[kind+"_field"] {
		if field == "" {
			continue
		}
		rows = append(rows, tag.Row{Not: at("not", i) == "not", Simple: tag.Simple{
			Code: field, Value: at("value", i), Days: int(number(at("days", i))), Times: int(number(at("times", i))),
		}})
	}
	return rows
}

// shownDraft is what was typed, as text.
func shownDraft(d tag.Draft) tag.Draft {
	d.Name, d.Description = shownText(d.Name), shownText(d.Description)
	for _, rows := range [][]tag.Row{d.All, d.Any} {
		for i := range rows {
			rows[i].Value = shownText(rows[i].Value)
		}
	}
	return d
}
