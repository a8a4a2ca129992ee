package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"liuhen/internal/sourcing"
	"liuhen/internal/webtest"
)

// apiDocument is the description of the machine interface that the portal serves.
type apiDocument struct {
	doc    *openapi3.T
	router routers.Router
}

func readDocument(t *testing.T, p *webtest.Portal) *apiDocument {
	t.Helper()
	served := p.Anonymous().Get("/api/v1/openapi.yaml")
	doc, err := openapi3.NewLoader().LoadFromData([]byte(served.Body))
	if err != nil {
		t.Fatalf("%d: %v", served.Status, err)
	}
	if err := doc.Validate(t.Context()); err != nil || doc.OpenAPI != "3.1.0" {
		t.Fatalf("the document of version %s: %v", doc.OpenAPI, err)
	}
	router, err := legacy.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return &apiDocument{doc, router}
}

// hold holds a call and its answer against the document: a batch taken without
// rejecting an item must be allowed by it, and every answer one it promises.
func (d *apiDocument) hold(t *testing.T, r *http.Request, resource, body string, got webtest.Response) {
	t.Helper()
	check := httptest.NewRequest(http.MethodPost, "/api/v1/"+resource, strings.NewReader(body))
	check.Header = r.Header
	route, params, err := d.router.FindRoute(check)
	if err != nil {
		t.Fatal(err)
	}
	in := &openapi3filter.RequestValidationInput{Request: check, PathParams: params, Route: route, Options: &openapi3filter.Options{
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true,
	}}
	if refused := openapi3filter.ValidateRequest(t.Context(), in); strings.Contains(got.Body, `"rejected":0`) && refused != nil {
		t.Errorf("%s takes what the document forbids: %v", resource, refused)
	}
	answer := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: got.Status, Header: got.Header, Body: io.NopCloser(strings.NewReader(got.Body)), Options: in.Options}
	if err := openapi3filter.ValidateResponse(t.Context(), answer); err != nil {
		t.Errorf("%s answers %d %s, which the document does not promise: %v", resource, got.Status, got.Body, err)
	}
}

func TestTheDocumentNamesTheFieldsOfTheMappings(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	d := readDocument(t, p)
	for _, r := range sourcing.Resources() {
		required, optional := p.Deps.Intake.Fields(r)
		item := d.doc.Paths.Value("/api/v1/" + r.Name).Post.RequestBody.Value.Content["application/json"].Schema.Value.Properties["items"].Value.Items.Value
		var named []string
		for name := range item.Properties {
			named = append(named, name)
		}
		all, need := append(slices.Clone(required), optional...), slices.Clone(item.Required)
		for _, list := range [][]string{named, all, need} {
			slices.Sort(list)
		}
		must := slices.Sorted(slices.Values(required))
		if !slices.Equal(named, all) || !slices.Equal(need, must) {
			t.Errorf("%s: the document has %v, needs %v; the mapping %v, needs %v", r.Name, named, need, all, must)
		}
	}
}
