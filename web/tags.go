package web

import (
	"context"
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

// tagPages are the tags of one customer.
type tagPages struct{ *shell }

func (p tagPages) routes() []route {
	return []route{
		{http.MethodGet, "/customers/:no/tags", authz.SeeCustomers, p.record},
		{http.MethodPost, "/customers/:no/tags", authz.TagCustomers, p.give},
		{http.MethodPost, "/customers/:no/tags/:id/remove", authz.TagCustomers, p.remove},
	}
}

func (p tagPages) record(c echo.Context) error {
	page, err := p.recordPage(c)
	if err != nil {
		return err
	}
	return p.page(c, recordHead(page), tagview.Record(page))
}

func (p tagPages) recordPage(c echo.Context) (tagview.RecordPage, error) {
	by := acting(c)
	record, err := p.Tags.Record(c.Request().Context(), by, c.Param("no"))
	return tagview.RecordPage{Record: record, Edits: authz.Allows(by.Role, authz.TagCustomers), Now: p.now()}, err
}

func (p tagPages) give(c echo.Context) error {
	no, in := c.Param("no"), tag.ByHand{Label: c.FormValue("label"), Reason: c.FormValue("reason")}
	err := p.Tags.Give(c.Request().Context(), acting(c), no, in)
	if err == nil {
		return p.done(c, href.CustomerTags(no), "已添加标签「"+shownText(in.Label)+"」。")
	}
	return p.recordAgain(c, err, func(page *tagview.RecordPage, faults map[string]string) {
		page.Form = tagview.HandForm{Values: tag.ByHand{Label: shownText(in.Label), Reason: shownText(in.Reason)}, Faults: faults}
	})
}

func (p tagPages) remove(c echo.Context) error {
	no, reason := c.Param("no"), c.FormValue("reason")
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return fault.Wrap(fault.NotFound, "没有这个标签。", err)
	}
	err = p.Tags.Remove(c.Request().Context(), acting(c), no, id, reason)
	if err == nil {
		return p.done(c, href.CustomerTags(no), "已移除标签。")
	}
	return p.recordAgain(c, err, func(page *tagview.RecordPage, faults map[string]string) {
		page.Remove = tagview.RemoveForm{ID: id, Reason: shownText(reason), Fault: faults["end_reason"]}
	})
}

// recordAgain shows the page with the faults of a form; another error goes on to
// the boundary.
func (p tagPages) recordAgain(c echo.Context, err error, keep func(*tagview.RecordPage, map[string]string)) error {
	faults := fieldFaults(err)
	if faults == nil {
		return err
	}
	page, err := p.recordPage(c)
	if err != nil {
		return err
	}
	keep(&page, faults)
	return p.invalid(c, recordHead(page), tagview.Record(page))
}

// settleTags evaluates what a note has made necessary, so that the page that
// comes next shows it. It may fail: what is due stays due.
func (s *shell) settleTags(ctx context.Context) {
	if _, err := s.TagKeeper.Settle(ctx); err != nil {
		s.Log.WarnContext(ctx, "evaluate tags after a note", "error", err)
	}
}

func recordHead(page tagview.RecordPage) head {
	return head{Title: page.Record.Customer.Name + " · 标签", Nav: navCustomers, Help: layout.Help{
		Purpose: "一位客户的标签：为什么有、从何时起、哪条规则的哪一版、依据什么；条件不再满足时自动消失，历史留存。依据属于受保护分组的，获批调阅后才显示。",
		Rules:   ruleLinks("tags", "closed-group"),
	}}
}
