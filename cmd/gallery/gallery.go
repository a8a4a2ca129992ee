package main

import (
	"bytes"
	"net/http"

	"github.com/a-h/templ"

	"liuhen/internal/href"
	"liuhen/static"
	accessview "liuhen/views/access"
	accountview "liuhen/views/account"
	approvalview "liuhen/views/approval"
	consentview "liuhen/views/consent"
	customerview "liuhen/views/customer"
	exportview "liuhen/views/export"
	homeview "liuhen/views/home"
	"liuhen/views/layout"
	sourcingview "liuhen/views/sourcing"
	staffview "liuhen/views/staff"
	tagview "liuhen/views/tag"
	trailview "liuhen/views/trail"
	"liuhen/views/ui"
	whyview "liuhen/views/why"
)

// policy is the content security policy of the portal, so that what it would
// refuse is already missing here.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// area is one package of views.
type area struct {
	name      string
	specimens []ui.Specimen
}

// areas is the registry: a new package of views adds its line here.
func areas() []area {
	return []area{
		{"ui", ui.Gallery()},
		{"layout", layout.Gallery()},
		{"account", accountview.Gallery()},
		{"home", homeview.Gallery()},
		{"customer", customerview.Gallery()},
		{"access", accessview.Gallery()},
		{"approval", approvalview.Gallery()},
		{"consent", consentview.Gallery()},
		{"export", exportview.Gallery()},
		{"sourcing", sourcingview.Gallery()},
		{"staff", staffview.Gallery()},
		{"tag", tagview.Gallery()},
		{"trail", trailview.Gallery()},
		{"why", whyview.Gallery()},
	}
}

// handler serves the list, each specimen, all parts of an area, and the
// static files.
func handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle(href.Static(""), static.Handler())
	all := areas()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		show(w, r, contents(layout.SpecimenFrame("样张"), all))
	})
	mux.HandleFunc("GET "+href.CustomerSearch(), func(w http.ResponseWriter, r *http.Request) {
		show(w, r, ui.FoundList([]ui.Found{
			{URL: "/layout/page", Label: "甲明远", Detail: "9000 0001 · 滨江支行", Extra: "C3"},
			{URL: "/layout/page", Label: "甲孟宜", Detail: "9000 0002 · 城东支行", Extra: "C2"},
		}, ""))
	})
	mux.Handle("GET "+href.OwnCodesPicture(), http.RedirectHandler(static.URL(static.Mark), http.StatusSeeOther)) // a picture, but no secret's
	for _, a := range all {
		for _, s := range a.specimens {
			page := s.Component
			if !s.Page {
				page = framed(layout.SpecimenFrame(s.Name), s.Component)
			}
			mux.HandleFunc("GET "+address(a, s), func(w http.ResponseWriter, r *http.Request) { show(w, r, page) })
		}
		mux.HandleFunc("GET /"+a.name, func(w http.ResponseWriter, r *http.Request) {
			show(w, r, together(layout.SpecimenFrame(a.name), a))
		})
	}
	return mux
}

func address(a area, s ui.Specimen) string { return "/" + a.name + "/" + s.Name }

// show renders c whole before it answers.
func show(w http.ResponseWriter, r *http.Request, c templ.Component) {
	var b bytes.Buffer
	if err := c.Render(r.Context(), &b); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	// A failed write means the browser has gone.
	_, _ = b.WriteTo(w)
}
