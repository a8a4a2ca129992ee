package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"liuhen/internal/approval"
	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	approvalview "liuhen/views/approval"
	"liuhen/views/layout"
)

// delegationPages are where an approver names who stands in.
type delegationPages struct{ *shell }

func (p delegationPages) routes() []route {
	return []route{
		{http.MethodGet, "/access/delegations", authz.Approve, p.show},
		{http.MethodPost, "/access/delegations", authz.Approve, p.delegate},
		{http.MethodPost, "/access/delegations/:id/revoke", authz.Approve, p.revoke},
	}
}

func delegationHead() head {
	return head{Title: "审批代理", Nav: navApprovals, Help: layout.Help{
		Purpose: "外出前指定同角色的代理人和起止日期：这段时间新来的和正在等的申请由代理人审批，记录里写明代谁。随时可以收回。",
		Rules:   ruleLinks("delegation", "four-eyes"),
	}}
}

func (p delegationPages) show(c echo.Context) error {
	all, err := p.Deputies.Of(c.Request().Context(), acting(c))
	if err != nil {
		return err
	}
	return p.page(c, delegationHead(), approvalview.DelegationsBody(approvalview.DelegationsPage{Delegations: all, Now: p.now()}))
}

func (p delegationPages) delegate(c echo.Context) error {
	ctx, by := c.Request().Context(), acting(c)
	form := approvalview.AwayForm{
		Deputy: shownText(c.FormValue("deputy")), First: shownText(c.FormValue("first")),
		Last: shownText(c.FormValue("last")), Reason: shownText(c.FormValue("reason")),
	}
	away := approval.Away{DeputyID: number(form.Deputy), First: p.day(form.First), Last: p.day(form.Last), Reason: form.Reason}
	err := p.Deputies.Delegate(ctx, by, away)
	f := fault.As(err)
	if f == nil || f.Kind != fault.Invalid {
		if err != nil {
			return err
		}
		return p.done(c, href.Delegations(), "代理已设置，到日子自动开始。")
	}
	all, err := p.Deputies.Of(ctx, by)
	if err != nil {
		return err
	}
	form.Faults = f.Fields
	return p.invalid(c, delegationHead(), approvalview.DelegationsBody(approvalview.DelegationsPage{Delegations: all, Form: form, Now: p.now()}))
}

// day reads a day of the institution's calendar; the zero time for anything else.
func (p delegationPages) day(s string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, s, p.now().Location())
	if err != nil {
		return time.Time{}
	}
	return t
}

func (p delegationPages) revoke(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return fault.Wrap(fault.NotFound, "没有这条代理。", err)
	}
	if err := p.Deputies.Revoke(c.Request().Context(), acting(c), id); err != nil {
		return err
	}
	return p.done(c, href.Delegations(), "已收回代理，等着的申请很快转回来。")
}
