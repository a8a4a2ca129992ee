package web

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"liuhen/internal/fault"
	"liuhen/internal/href"
)

// problemDetails is what a machine is told went wrong (RFC 9457).
type problemDetails struct {
	Type     string         `json:"type"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Detail   string         `json:"detail"`
	Instance string         `json:"instance"`
	Errors   []problemField `json:"errors,omitempty"`
}

type problemField struct {
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
}

// apiProblem answers a machine: the same sentence a person would read, and the
// places that are wrong.
func (s *shell) apiProblem(c echo.Context, f *fault.Error, number string) {
	p := problemDetails{Type: "about:blank", Status: statusOf(f.Kind), Detail: f.Sentence, Instance: number}
	var he *echo.HTTPError
	if errors.As(f.Cause, &he) && f.Kind != fault.Internal {
		p.Status, p.Detail = he.Code, apiSentence(he.Code, f.Sentence)
	}
	p.Title = http.StatusText(p.Status)
	if f.Rule != "" {
		p.Type = href.Why(f.Rule)
	}
	for _, field := range f.Fields {
		p.Errors = append(p.Errors, problemField{Pointer: field.Name, Detail: field.Sentence})
	}
	if p.Status == http.StatusUnauthorized {
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Bearer realm="liuhen"`)
	}
	body, err := json.Marshal(p)
	if err == nil {
		err = c.Blob(p.Status, "application/problem+json", body)
	}
	if err != nil {
		s.Log.ErrorContext(c.Request().Context(), "api problem", "error", err)
	}
}

// apiSentence says in a machine's terms what echo refused.
func apiSentence(status int, otherwise string) string {
	switch status {
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return "没有这个接口或方法。接口说明见 " + href.OpenAPI() + "。"
	case http.StatusRequestEntityTooLarge:
		return "一批内容超过 8 MB，没有写入。请分成几批。"
	case http.StatusUnsupportedMediaType:
		return "请求头 Content-Type 应为 application/json。"
	default:
		return otherwise
	}
}
