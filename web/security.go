package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"liuhen/internal/fault"
)

// policy is the content security policy of every page: only our own files, no
// inline script or style, no frames.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// secured sets the headers that hold for every answer.
func (s *shell) secured(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(self)")
		h.Set("Cache-Control", "no-store")
		if s.Secure {
			h.Set("Strict-Transport-Security", "max-age=63072000")
		}
		return next(c)
	}
}

// sameOrigin refuses unsafe requests that another site sent
// (http.CrossOriginProtection: Sec-Fetch-Site, else Origin against Host).
func (s *shell) sameOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	check := http.NewCrossOriginProtection()
	return func(c echo.Context) error {
		if err := check.Check(c.Request()); err != nil {
			return fault.Wrap(fault.Forbidden, "这个请求来自别的网站，已被拒绝。请在本系统内操作。", err)
		}
		return next(c)
	}
}

// legible puts a question mark in place of what no text can hold, bytes that are not
// UTF-8 and NUL, in the values of the address and of a form that is not a file
// upload: the database takes neither, and no handler has to think of it.
func legible(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if query := r.URL.Query(); repaired(query) {
			r.URL.RawQuery = query.Encode()
		}
		if strings.HasPrefix(r.Header.Get(echo.HeaderContentType), echo.MIMEApplicationForm) {
			_ = r.ParseForm() // what is left of a broken form is judged by its handler
			repaired(r.PostForm)
			repaired(r.Form)
		}
		return next(c)
	}
}

// repaired replaces what is illegible and reports whether there was anything.
func repaired(values url.Values) bool {
	some := false
	for _, list := range values {
		for i, v := range list {
			if utf8.ValidString(v) && !strings.Contains(v, "\x00") {
				continue
			}
			list[i], some = strings.ReplaceAll(strings.ToValidUTF8(v, "?"), "\x00", "?"), true
		}
	}
	return some
}

// arrivedKey is where numbered leaves when the request came in.
const arrivedKey = "arrived"

// arrived returns when the request came in.
func arrived(c echo.Context) time.Time {
	t, _ := c.Get(arrivedKey).(time.Time)
	return t
}

// numbered gives each request a number, which a problem page names and the log
// repeats, and notes when it came in.
func numbered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Set(arrivedKey, time.Now())
		var b [5]byte
		rand.Read(b[:])
		c.Response().Header().Set(echo.HeaderXRequestID, fmt.Sprintf("%X", b[:]))
		return next(c)
	}
}

// panicked is a panic as an error.
type panicked struct {
	value any
	stack []byte
}

// Error tells what was panicked with, and where.
func (p *panicked) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

// recovered turns a panic into an error with its stack for the log.
func recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if p := recover(); p != nil {
				if e, ok := p.(error); ok && errors.Is(e, http.ErrAbortHandler) {
					panic(p)
				}
				err = &panicked{value: p, stack: debug.Stack()}
			}
		}()
		return next(c)
	}
}

// logged writes one line for each request, without query string: it may hold
// what somebody searched for.
func (s *shell) logged(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		err := next(c)
		if err != nil {
			s.problem(err, c)
		}
		r := c.Response()
		var staffID int64
		if by := acting(c); by != nil {
			staffID = by.ID
		}
		s.Log.DebugContext(c.Request().Context(), "request", "method", c.Request().Method, "route", c.Path(),
			"status", r.Status, "bytes", r.Size, "took", time.Since(start), "staff", staffID,
			"request", r.Header().Get(echo.HeaderXRequestID))
		return nil
	}
}
