package web

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/consent"
	"liuhen/internal/sheet"
	"liuhen/internal/staff"
	consentview "liuhen/views/consent"
	"liuhen/views/layout"
)

// overviewPages show how the customers stand with their consents, counted.
type overviewPages struct{ *shell }

func (p overviewPages) routes() []route {
	return []route{
		{http.MethodGet, "/consents", authz.SeeCustomers, p.overview},
		{http.MethodGet, "/consents.csv", authz.SeeCustomers, p.file},
		{http.MethodGet, "/consents/withdrawals", authz.SeeCustomers, p.withdrawals},
	}
}

func (p overviewPages) overview(c echo.Context) error {
	by := acting(c)
	o, err := p.Consents.Overview(c.Request().Context(), by, number(c.QueryParam("branch")))
	if err != nil {
		return err
	}
	h := head{Title: "授权总览", Nav: navConsents, Help: layout.Help{
		Purpose: "客户同意了哪些资讯、哪些渠道：按机构、类别和渠道看比例，点开任何一个数字就是名单。默认为不同意，没有答复不等于同意。",
		Rules:   ruleLinks("consent-none", "consent-withdrawn", "consent-lapsed", "consent-asked"),
	}}
	return p.page(c, h, consentview.Overview(consentview.OverviewPage{
		Overview: o, Class: classOf(c), Own: by.Role == staff.Manager, Now: p.now(),
	}))
}

func (p overviewPages) withdrawals(c echo.Context) error {
	before := number(c.QueryParam("after"))
	list, next, err := p.Consents.Withdrawals(c.Request().Context(), acting(c), before)
	if err != nil {
		return err
	}
	h := head{Title: "撤回授权", Nav: navConsents, Help: layout.Help{
		Purpose: "客户撤回了什么、从哪里撤回、多久生效。撤回不需要理由，写了原因的一并列出。",
		Rules:   ruleLinks("consent-withdrawn", "consent-asked"),
	}}
	return p.page(c, h, consentview.Withdrawals(consentview.WithdrawalsPage{List: list, Next: next, First: before == 0, Now: p.now()}))
}

// classOf is the class that an address asks for, empty for both.
func classOf(c echo.Context) consent.Class {
	switch class := consent.Class(c.QueryParam("class")); class {
	case consent.A, consent.B:
		return class
	default:
		return ""
	}
}

// file sends the coverage as a table: a line a branch and cell.
func (p overviewPages) file(c echo.Context) error {
	by, class := acting(c), classOf(c)
	o, err := p.Consents.Overview(c.Request().Context(), by, number(c.QueryParam("branch")))
	if err != nil {
		return err
	}
	name := "consents-" + p.now().Format("20060102-150405") + ".csv"
	mark := fmt.Sprintf("%s %s %s", by.Name, by.No, p.now().Format("2006-01-02 15:04"))
	w, err := sheet.New(sheet.CSV, &attachment{c: c, name: name}, mark)
	if err != nil {
		return err
	}
	rows := [][]string{{"机构", "客户数", "类别", "大类", "渠道", "同意客户数", "占比 %"}}
	for _, l := range append(o.Lines, o.All) {
		for _, cell := range consent.Cells() {
			if class != "" && cell.Category.Class() != class {
				continue
			}
			n := l.Granted[cell]
			rows = append(rows, []string{
				l.Name, strconv.FormatInt(l.Customers, 10), cell.Category.Label(), string(cell.Category.Class()), cell.Channel.Label(),
				strconv.FormatInt(n, 10), strconv.Itoa(l.Share(n)),
			})
		}
	}
	for _, row := range rows {
		if err := w.Row(row...); err != nil {
			return err
		}
	}
	return w.Close()
}
