package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/static"
)

// route is one row of the site map.
type route struct {
	Method string
	Path   string
	Need   authz.Permission
	Handle echo.HandlerFunc
}

// routes is the site map: every page and act of the portal with the permission
// it needs. Each area lists its own rows beside its handlers.
func (s *shell) routes() []route {
	files := customerPages{shell: s}
	var all []route
	for _, rows := range [][]route{
		signinPages{s}.routes(),
		homePages{s}.routes(),
		files.routes(),
		accessPages{shell: s, files: files}.routes(),
		glassPages{shell: s, files: files}.routes(),
		accessLogPages{s}.routes(),
		accessManyPages{s}.routes(),
		anomalyPages{s}.routes(),
		exportPages{s}.routes(),
		approvalPages{s}.routes(),
		policyPages{s}.routes(),
		delegationPages{s}.routes(),
		tagPages{s}.routes(),
		tagRulePages{s}.routes(),
		consentPages{s}.routes(),
		overviewPages{s}.routes(),
		doorPages{s}.routes(),
		wordingPages{s}.routes(),
		trailPages{s}.routes(),
		importPages{s}.routes(),
		draftPages{s}.routes(),
		sourcePages{s}.routes(),
		conflictPages{s}.routes(),
		s.machine.routes(),
		peoplePages{s}.routes(),
		peopleImportPages{s}.routes(),
		organisationPages{s}.routes(),
		handoverPages{s}.routes(),
		transferPages{s}.routes(),
		modulePages{s}.routes(),
		passwordPages{s}.routes(),
		codePages{s}.routes(),
		sessionPages{s}.routes(),
		securityPages{s}.routes(),
		{{http.MethodGet, "/live", authz.SignedIn, s.live}},
	} {
		all = append(all, rows...)
	}
	return all
}

// mount hangs the site map and what stands outside it into e. The order of the
// middleware is part of the contract: number, log, headers, origin, session,
// boundary, guard.
func (s *shell) mount(e *echo.Echo) {
	e.Use(numbered, s.logged, recovered, s.measured, s.secured, s.sameOrigin, legible)
	e.GET("/static/*", echo.WrapHandler(static.Handler()))
	e.GET("/healthz", s.healthz)
	e.GET("/readyz", s.readyz)
	e.GET("/metrics", s.metrics)
	session := []echo.MiddlewareFunc{echo.WrapMiddleware(s.sessions.LoadAndSave), s.boundary, recovered}
	for _, r := range s.routes() {
		if strings.HasPrefix(r.Path, apiPrefix) {
			e.Add(r.Method, r.Path, r.Handle, recovered) // no session, no cookie
			continue
		}
		e.Add(r.Method, r.Path, s.guard(r.Need, r.Handle), session...)
	}
	e.RouteNotFound("/*", s.guard(authz.Public, s.nowhere), session...)
}

func (s *shell) nowhere(echo.Context) error { return echo.ErrNotFound }

// Row is one row of the site map as an auditor reads it.
type Row struct {
	Method, Path string
	Need         authz.Permission
}

// SiteMap lists every route with the permission it needs.
func SiteMap(d Deps) []Row {
	var rows []Row
	for _, r := range (&shell{Deps: d, machine: newMachine(d)}).routes() {
		rows = append(rows, Row{r.Method, r.Path, r.Need})
	}
	return rows
}
