package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"liuhen/internal/access"
	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
	"liuhen/views/layout"
	trailview "liuhen/views/trail"
	"liuhen/views/ui"
)

// trailSetting hands the trail's reader what stands above it.
func trailSetting() trail.Setting {
	return trail.Setting{
		MayRead:    func(role string) bool { return authz.Allows(staff.Role(role), authz.ReadTrail) },
		RoleLabel:  func(role string) string { return staff.Role(role).Label() },
		GroupLabel: func(group string) string { return access.Group(group).Label() },
		Zone:       pg.Zone(),
	}
}

// trailPages show the operations log.
type trailPages struct{ *shell }

func (p trailPages) routes() []route {
	return []route{
		{http.MethodGet, "/trail", authz.ReadTrail, p.list},
		{http.MethodGet, "/trail.csv", authz.ReadTrail, p.export},
	}
}

func (p trailPages) list(c echo.Context) error {
	by := acting(c)
	q, err := trailQuery(c)
	view := trailview.Log{Page: trail.Page{Query: q}, Customers: authz.Allows(by.Role, authz.SeeCustomers)}
	if err == nil {
		view.Page, err = p.Trail.List(c.Request().Context(), by.Who(), q)
	}
	if f := fault.As(err); f != nil && len(f.Fields) > 0 {
		for _, field := range f.Fields {
			switch field.Name {
			case "from":
				view.FromFault = field.Sentence
			case "to":
				view.ToFault = field.Sentence
			}
		}
		return p.invalid(c, trailHead(), trailview.Body(view))
	}
	if err != nil {
		return err
	}
	return p.page(c, trailHead(), trailview.Body(view))
}

func trailHead() head {
	return head{Title: "操作留痕", Nav: navTrail, Help: layout.Help{
		Purpose: "查谁在什么时候看过、做过什么。默认最近七天；记录只增不改，查看与导出本身也会留痕。",
		Rules:   []ui.Link{{Label: "按角色分工", URL: href.Why("role")}},
	}}
}

// export answers with the file. Its headers are set with the first byte, so
// that a refusal before it is still a page.
func (p trailPages) export(c echo.Context) error {
	by := acting(c)
	q, err := trailQuery(c)
	if err != nil {
		return err
	}
	name := "trail-" + p.now().In(p.Trail.Zone).Format("20060102-150405") + ".csv"
	return p.Trail.Export(c.Request().Context(), by.Who(), q, &attachment{c: c, name: name})
}

// attachment is a file being sent, begun by the first write.
type attachment struct {
	c     echo.Context
	name  string
	begun bool
}

// Write sends bytes, after the headers of the file the first time.
func (a *attachment) Write(b []byte) (int, error) {
	if !a.begun {
		a.begun = true
		h := a.c.Response().Header()
		h.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
		h.Set(echo.HeaderContentDisposition, `attachment; filename="`+a.name+`"`)
	}
	return a.c.Response().Write(b)
}

// trailQuery reads the filters of an address. Days that are none are Invalid.
func trailQuery(c echo.Context) (trail.Query, error) {
	q := trail.Query{
		StaffNo:    shownText(c.QueryParam("staff")),
		Action:     trail.Action(shownText(c.QueryParam("action"))),
		CustomerNo: ui.PlainCustomerNo(shownText(c.QueryParam("customer"))),
		Refused:    c.QueryParam("refused") == "1",
		After:      c.QueryParam("after"),
		Before:     c.QueryParam("before"),
	}
	var f fault.Fields
	for name, day := range map[string]*time.Time{"from": &q.From, "to": &q.To} {
		typed := c.QueryParam(name)
		if typed == "" {
			continue
		}
		t, err := time.Parse(time.DateOnly, typed)
		f.Require(err == nil && t.Year() >= 1900, name, "日期应写成 2026-11-23 的样子。")
		*day = t
	}
	return q, f.Err()
}

// shownText returns what was typed as a page can show it again.
func shownText(s string) string { return strings.ToValidUTF8(s, "?") }
