package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/sourcing"
	"liuhen/views/layout"
	sourcingview "liuhen/views/sourcing"
	"liuhen/views/ui"
)

// conflictPages let people decide where sources disagree about a customer.
// They hold values of the basic group, so an administrator has no part in them.
type conflictPages struct{ *shell }

func (p conflictPages) routes() []route {
	return []route{
		{http.MethodGet, "/admin/conflicts", authz.SettleConflicts, p.list},
		{http.MethodPost, "/admin/conflicts/:id", authz.SettleConflicts, p.settle},
	}
}

func (p conflictPages) list(c echo.Context) error {
	page, err := p.Intake.Conflicts(c.Request().Context(), acting(c))
	if err != nil {
		return err
	}
	return p.page(c, conflictHead(), sourcingview.Conflicts(sourcingview.ConflictsPage{Page: page}))
}

func (p conflictPages) settle(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return fault.Wrap(fault.NotFound, "没有这个冲突，或不在您的范围内。", err)
	}
	ctx, by := c.Request().Context(), acting(c)
	form := sourcingview.ConflictForm{ID: id, Verdict: shownText(c.FormValue("verdict")), Reason: shownText(c.FormValue("reason"))}
	err = p.Intake.Settle(ctx, by, id, sourcing.Verdict(form.Verdict), form.Reason)
	if err == nil {
		return p.done(c, href.Conflicts(), "已决定，结果见下方「最近的决定」。")
	}
	if form.Faults = fieldFaults(err); form.Faults == nil {
		return err
	}
	page, err := p.Intake.Conflicts(ctx, by)
	if err != nil {
		return err
	}
	return p.invalid(c, conflictHead(), sourcingview.Conflicts(sourcingview.ConflictsPage{Page: page, Form: form}))
}

func conflictHead() head {
	return head{Title: "信息冲突", Nav: navConflicts, Help: layout.Help{
		Purpose: "来源系统对同一位客户说法不一时，在这里并排对照，核对后决定保留、采用或分为两人。没有决定之前，那一行原样封存，不会丢也不会改动档案。",
		Rules:   []ui.Link{{Label: "来源说法不一由人裁决", URL: href.Why("source-conflict")}},
	}}
}
