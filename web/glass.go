package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"liuhen/internal/access"
	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/staff"
	accessview "liuhen/views/access"
)

// glassPages open closed groups in an emergency and show who did.
type glassPages struct {
	*shell
	files customerPages
}

func (p glassPages) routes() []route {
	return []route{
		{http.MethodGet, "/access/reviews", authz.RequestAccess, p.list},
		{http.MethodGet, "/customers/:no/break-glass", authz.SeeCustomers, p.banner},
		{http.MethodPost, "/customers/:no/break-glass", authz.BreakGlass, p.open},
	}
}

// list is the part of the page of access with the reviews, for its refresh.
func (p glassPages) list(c echo.Context) error {
	page, err := p.reviews(c)
	if err != nil {
		return err
	}
	return p.fragment(c, accessview.ReviewList(page))
}

// reviews are the break-glass that concern who acts.
func (s *shell) reviews(c echo.Context) (accessview.ReviewsPage, error) {
	by := acting(c)
	list, err := s.Lists.Reviews(c.Request().Context(), by)
	return accessview.ReviewsPage{Reviews: list, ViewerID: by.ID, Everything: by.Role == staff.Compliance, Now: s.now()}, err
}

// banner is the mark of a file while a break-glass is open.
func (p glassPages) banner(c echo.Context) error {
	no := c.Param("no")
	glass, err := p.Desk.Urgent(c.Request().Context(), acting(c), no)
	if err != nil {
		return err
	}
	return p.fragment(c, accessview.Banner(accessview.GlassOf(no, glass, p.now())))
}

func (p glassPages) open(c echo.Context) error {
	no, form := c.Param("no"), requestForm(c)
	b, err := p.Desk.BreakGlass(c.Request().Context(), acting(c), no, access.Glass{Groups: form.Groups, Reason: form.Reason})
	if f := fault.As(err); f != nil && f.Kind == fault.Invalid && len(form.Groups) > 0 && form.Groups[0].Known() {
		form.Urgent, form.Faults = true, f.Fields
		return p.files.showWith(c, no, form)
	}
	if err != nil {
		return err
	}
	return p.done(c, href.Customer(no), b.Sentence())
}
