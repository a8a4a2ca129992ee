package web

import (
	_ "embed" // the description of the interface
	"errors"
	"io"
	"math"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/sourcing"
)

//go:embed openapi.yaml
var openAPI []byte

// apiPrefix begins every address of the machine interface. Nothing under it
// knows a session: a token is its own guard.
const apiPrefix = "/api/"

// What a token may ask for: so many batches a second over a while, so many at
// once, and so large a body.
const (
	apiPerSecond = 10
	apiBurst     = 20
	apiBody      = 8 << 20
)

// machineDoor is the machine interface. Each process counts the calls of each
// token by itself.
type machineDoor struct {
	intake   *sourcing.Intake
	mu       sync.Mutex
	limiters map[int64]*rate.Limiter
}

func newMachine(d Deps) *machineDoor {
	return &machineDoor{intake: d.Intake, limiters: map[int64]*rate.Limiter{}}
}

func (d *machineDoor) routes() []route {
	rows := []route{{http.MethodGet, href.OpenAPI(), authz.Public, d.describe}}
	for _, r := range sourcing.Resources() {
		rows = append(rows, route{http.MethodPost, apiPrefix + "v1/" + r.Name, authz.Machine, d.guard(d.take(r.Name))})
	}
	return rows
}

func (d *machineDoor) describe(c echo.Context) error {
	return c.Blob(http.StatusOK, "application/yaml; charset=utf-8", openAPI)
}

// guard lets a call through whose token lives and is not used too often.
func (d *machineDoor) guard(h func(echo.Context, *sourcing.Caller) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		scheme, token, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
		if !strings.EqualFold(scheme, "Bearer") {
			token = ""
		}
		by, err := d.intake.Caller(c.Request().Context(), strings.TrimSpace(token))
		if err != nil {
			return err
		}
		if wait := d.wait(by.TokenID); wait > 0 {
			c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(wait.Seconds()))))
			return fault.New(fault.Throttled, "这个令牌写入太频繁，请按 Retry-After 稍候再发；可以把多项合成一批。")
		}
		return h(c, by)
	}
}

// wait returns how long the token must wait; 0 lets it through.
func (d *machineDoor) wait(token int64) time.Duration {
	d.mu.Lock()
	l, ok := d.limiters[token]
	if !ok {
		l = rate.NewLimiter(apiPerSecond, apiBurst)
		d.limiters[token] = l
	}
	d.mu.Unlock()
	r := l.Reserve()
	wait := r.Delay()
	if wait > 0 {
		r.Cancel()
	}
	return wait
}

// take returns the handler that takes batches of a resource.
func (d *machineDoor) take(resource string) func(echo.Context, *sourcing.Caller) error {
	return func(c echo.Context, by *sourcing.Caller) error {
		kind, _, err := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType))
		if err != nil || kind != echo.MIMEApplicationJSON {
			return echo.NewHTTPError(http.StatusUnsupportedMediaType).SetInternal(err)
		}
		body, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, apiBody))
		var limit *http.MaxBytesError
		if errors.As(err, &limit) {
			return echo.NewHTTPError(http.StatusRequestEntityTooLarge).SetInternal(err)
		}
		if err != nil {
			return fault.Wrap(fault.Invalid, "请求没有传完整，没有写入。请重发，Idempotency-Key 不变。", err)
		}
		batch := sourcing.Batch{Resource: resource, Key: c.Request().Header.Get("Idempotency-Key"), Body: body}
		answer, err := d.intake.Take(c.Request().Context(), by, batch)
		if err != nil {
			return err
		}
		if answer.Replayed {
			c.Response().Header().Set("Idempotency-Replayed", "true")
		}
		return c.JSONBlob(http.StatusOK, answer.Body)
	}
}
