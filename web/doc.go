// Package web serves the portal to a browser. routes.go is the site map: each
// row names a method, a path, the permission it needs and its handler, and the
// guard is attached from the row, so no handler repeats it.
//
// A handler reads the request, calls one method of a domain and renders one
// page or redirects. It never looks at HX-Request: an address has one
// representation, and htmx picks its fragment from the page. Errors are
// returned; the boundary in problem.go turns their kind into a status and a page.
package web
