package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

// logTo returns a log that keeps what is worth a look.
func logTo(b *bytes.Buffer) *slog.Logger {
	return slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{Level: slog.LevelInfo}))
}

// left is a request whose reader did not wait.
func left() *http.Request {
	ctx, leave := context.WithCancel(context.Background())
	leave()
	return httptest.NewRequest(http.MethodGet, "/customers", nil).WithContext(ctx)
}

func TestAReaderWhoLeftIsNoProblem(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		fmt.Errorf("list customers: %w", context.Canceled),
		errors.New("pq: canceling statement due to user request"),
	} {
		var log bytes.Buffer
		s, answer := &shell{Deps: Deps{Log: logTo(&log)}}, httptest.NewRecorder()
		c := echo.New().NewContext(left(), answer)
		s.problem(err, c)
		if log.Len() > 0 || answer.Body.Len() > 0 || c.Response().Committed || c.Response().Status != statusGone {
			t.Errorf("%v: status %d, body %q, log %q", err, c.Response().Status, answer.Body, &log)
		}
	}
}

func TestAPanicIsAProblemWhoeverLeft(t *testing.T) {
	t.Parallel()
	crash := &panicked{value: "index out of range"}
	if gone(fmt.Errorf("show: %w", crash), left()) {
		t.Error("a panic passes for a reader who left")
	}
	if gone(errors.New("disk full"), httptest.NewRequest(http.MethodGet, "/", nil)) {
		t.Error("a failure passes for a reader who left")
	}
}

func TestASessionThatFailsIsLoggedAndAnswered(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	m, answer := newSessions(Deps{Log: logTo(&log)}), httptest.NewRecorder()
	m.ErrorFunc(answer, httptest.NewRequest(http.MethodGet, "/", nil), errors.New("no database"))
	if answer.Code != http.StatusServiceUnavailable || !strings.Contains(answer.Body.String(), "暂时不可用") || strings.Contains(answer.Body.String(), "database") {
		t.Errorf("%d %q", answer.Code, answer.Body)
	}
	if !strings.Contains(log.String(), "level=ERROR") || !strings.Contains(log.String(), "no database") {
		t.Errorf("log %q", &log)
	}
	log.Reset()
	answer = httptest.NewRecorder()
	m.ErrorFunc(answer, left(), context.Canceled)
	if log.Len() > 0 || answer.Body.Len() > 0 {
		t.Errorf("a reader who left: body %q, log %q", answer.Body, &log)
	}
}
