package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/views/layout"
	"liuhen/views/ui"
)

// statusOf is the one table from a fault's kind to an HTTP status.
func statusOf(k fault.Kind) int {
	switch k {
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Conflict:
		return http.StatusConflict
	case fault.Throttled:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// titleOf is the heading of a problem page.
func titleOf(status int) string {
	switch status {
	case http.StatusForbidden:
		return "不能打开"
	case http.StatusNotFound:
		return "没有找到"
	case http.StatusUnprocessableEntity, http.StatusBadRequest:
		return "内容需要修改"
	case http.StatusConflict:
		return "情况已有变化"
	case http.StatusTooManyRequests:
		return "请稍候再试"
	case http.StatusServiceUnavailable:
		return "暂时不可用"
	default:
		return "出错了"
	}
}

// boundary renders every error of a handler inside the session, so that the
// session is saved once and with the right status.
func (s *shell) boundary(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := next(c); err != nil {
			s.problem(err, c)
		}
		return nil
	}
}

// problem answers with the page that says what went wrong. What is internal is
// logged with its cause; the page only names the request's number.
func (s *shell) problem(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	if gone(err, c.Request()) {
		s.Log.DebugContext(c.Request().Context(), "reader gone", "path", c.Path(), "error", err)
		c.Response().Status = statusGone
		return
	}
	f := asFault(err)
	status := statusOf(f.Kind)
	number := c.Response().Header().Get(echo.HeaderXRequestID)
	level := slog.LevelInfo
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	s.Log.Log(c.Request().Context(), level, "problem", "status", status, "path", c.Path(), "request", number, "error", err)
	if strings.HasPrefix(c.Request().URL.Path, apiPrefix) {
		s.apiProblem(c, f, number)
		return
	}
	if strings.HasPrefix(c.Request().URL.Path, doorPrefix) {
		s.doorProblem(c, f, number)
		return
	}
	page := layout.Fault{Title: titleOf(status), Text: f.Sentence, Number: number, Way: ui.Link{Label: "回到工作台", URL: href.Home()}}
	if f.Rule != "" {
		page.Rule = ui.Link{Label: "为什么", URL: href.Why(f.Rule)}
	}
	frame, ferr := s.frame(c, head{Title: page.Title})
	if ferr != nil {
		s.Log.ErrorContext(c.Request().Context(), "problem page", "error", ferr)
		frame = layout.Frame{Title: page.Title, Firm: s.Firm, Demo: s.Demo, Now: s.now()}
	}
	c.Response().Header().Set("HX-Push-Url", "false")
	if err := send(c, status, layout.Problem(frame, page)); err != nil {
		s.Log.ErrorContext(c.Request().Context(), "problem page", "error", err)
	}
}

// statusGone is what the log and the metrics say of a request whose reader did
// not wait for the answer. It is sent to nobody.
const statusGone = 499

// gone reports whether err comes of the reader having left: the browser took the
// request back, and what was under way for it broke off. A panic never does.
func gone(err error, r *http.Request) bool {
	var p *panicked
	return errors.Is(r.Context().Err(), context.Canceled) && !errors.As(err, &p)
}

// asFault finds the fault in err, reads echo's own errors as faults, and makes
// anything else an internal one that says nothing of its cause.
func asFault(err error) *fault.Error {
	if f := fault.As(err); f != nil && f.Kind != fault.Internal {
		return f
	}
	var he *echo.HTTPError
	if errors.As(err, &he) {
		switch he.Code {
		case http.StatusNotFound, http.StatusMethodNotAllowed:
			return fault.Wrap(fault.NotFound, "没有这一页。请检查地址，或从导航进入。", err)
		case http.StatusRequestEntityTooLarge:
			return fault.Wrap(fault.Invalid, "提交的内容太大。", err)
		case http.StatusBadRequest, http.StatusUnsupportedMediaType:
			return fault.Wrap(fault.Invalid, "提交的内容无法读取，请返回页面重新填写。", err)
		}
	}
	return fault.Wrap(fault.Internal, "系统没能完成这一步，您的数据没有改变。请稍后重试；若仍出现，请把编号告诉管理员。", err)
}
