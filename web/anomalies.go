package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"liuhen/internal/access"
	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	accessview "liuhen/views/access"
	"liuhen/views/layout"
)

// anomalyPages show compliance whose access is unusual.
type anomalyPages struct{ *shell }

func (p anomalyPages) routes() []route {
	return []route{
		{http.MethodGet, "/access/anomalies", authz.WatchAccess, p.list},
		{http.MethodPost, "/access/anomalies", authz.WatchAccess, p.check},
	}
}

func anomalyHead() head {
	return head{Title: "调阅异常", Nav: navAccess, Help: layout.Help{
		Purpose: "超过门槛的调阅列在这里，列出不等于违规。看过明细后写下核查意见，记入留痕；之后又有新的记录时重新列出。",
		Rules:   ruleLinks("access-anomalies", "trail"),
	}}
}

func (p anomalyPages) list(c echo.Context) error {
	page, err := p.read(c, access.Anomaly(c.QueryParam("kind")), shownText(c.QueryParam("staff")))
	if err != nil {
		return err
	}
	return p.page(c, anomalyHead(), accessview.Anomalies(page))
}

func (p anomalyPages) read(c echo.Context, kind access.Anomaly, staffNo string) (accessview.AnomaliesPage, error) {
	all, err := p.Lists.Anomalies(c.Request().Context(), acting(c), kind, staffNo)
	return accessview.AnomaliesPage{
		Tabs: accessview.Tabs{Current: href.AccessAnomalies(), Watches: true}, All: all, Kind: kind, StaffNo: staffNo,
		ViewerNo: acting(c).No, Now: p.now(),
	}, err
}

// check keeps what compliance thinks of one of those that are listed.
func (p anomalyPages) check(c echo.Context) error {
	kind, staffNo := access.Anomaly(c.FormValue("kind")), shownText(c.FormValue("staff"))
	page, err := p.read(c, kind, staffNo)
	if err != nil {
		return err
	}
	one, ok := page.One()
	if !ok {
		return fault.New(fault.NotFound, "没有这项异常，或已不再超过门槛。")
	}
	err = p.Desk.CheckOff(c.Request().Context(), acting(c), kind, staffNo, one.Words(), c.FormValue("opinion"))
	if f := fault.As(err); f != nil && f.Kind == fault.Invalid {
		page.Opinion, page.Fault = shownText(c.FormValue("opinion")), f.Sentence
		return p.invalid(c, anomalyHead(), accessview.Anomalies(page))
	}
	if err != nil {
		return err
	}
	return p.done(c, href.AccessAnomalies(), "已记下核查意见。")
}
