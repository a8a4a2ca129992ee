// Package arch holds the test that keeps the import rules of the house. The
// rules are explained in ARCHITECTURE.md; here they are enforced.
package arch

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// pkg is what the rules need to know of a package.
type pkg struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
	Standard     bool
}

// edge allows one domain to import another, and says why.
type edge struct{ from, to, why string }

// edges lists every import between domains. A domain is a business word under
// internal; what all of them stand on (fault, pg, seal, trail, staff, authz) is
// not a domain.
func edges() []edge {
	return []edge{
		{"access", "approval", "an access request is an approval of kind access, and opening grants is its effect"},
		{"access", "customer", "a request is about a customer within the requester's scope"},
		{"export", "approval", "an export is an approval of kind export"},
		{"export", "customer", "what is exported is the customer list, in its filters and masks"},
		{"export", "access", "an export names its purpose and reason as a request for access does, and goes to the same people"},
		{"sourcing", "customer", "an import stores masks, bands and pinyin beside the values it brings"},
		{"demo", "sourcing", "the demo institution is imported like any other"},
		{"demo", "customer", "the demo's notes and files use the words of the customer's file"},
		{"demo", "consent", "the demo's wordings and derived consents come by the way of texts and consents from elsewhere"},
		{"tag", "customer", "tags are of customers within the scope, and rules use the words of the file"},
		{"tag", "approval", "publishing a rule is an approval of kind tag_rule, and its effect"},
		{"module", "approval", "switching a module is an approval of kind module_change, and its effect"},
		{"consent", "customer", "consents are of customers within the scope"},
		{"consent", "approval", "publishing a wording is an approval of kind consent_wording, and its effect"},
		{"staffing", "approval", "what takes two people to change about people is an approval of kind staff_change"},
		{"staffing", "sourcing", "people come in a file that is read as an import reads any"},
		{"worklist", "approval", "the inbox shows approvals in the engine's own types"},
		{"worklist", "access", "the inbox shows what an access request asks for"},
		{"worklist", "customer", "the inbox shows grade and band in the file's words"},
	}
}

func domains() []string {
	return []string{"customer", "sourcing", "access", "approval", "worklist", "demo", "tag", "staffing", "export", "module", "consent"}
}

// ground is what a domain may import besides the standard library, third
// parties and its edges.
func ground() []string {
	return []string{"fault", "pg", "seal", "trail", "staff", "authz", "href", "sheet", "chore", "figure"}
}

func testSupport() []string {
	return []string{"pgtest", "fixture", "webtest", "htmlcheck", "realdata", "e2e"}
}

func TestImportRules(t *testing.T) {
	t.Parallel()
	for _, p := range list(t) {
		name, ok := strings.CutPrefix(p.ImportPath, "liuhen/")
		if !ok {
			continue
		}
		for _, imported := range p.Imports {
			if why := forbidden(name, imported); why != "" {
				t.Errorf("%s imports %s: %s", name, imported, why)
			}
		}
	}
}

func TestEveryEdgeIsUsed(t *testing.T) {
	t.Parallel()
	imports := map[string][]string{}
	for _, p := range list(t) {
		imports[p.ImportPath] = p.Imports
	}
	for _, e := range edges() {
		if !slices.Contains(imports["liuhen/internal/"+e.from], "liuhen/internal/"+e.to) {
			t.Errorf("internal/arch allows %s to import %s, which it does not do", e.from, e.to)
		}
	}
}

// forbidden returns why the package named from may not import what, or "".
func forbidden(from, what string) string {
	ours, local := strings.CutPrefix(what, "liuhen/")
	area, _, _ := strings.Cut(strings.TrimPrefix(ours, "internal/"), "/")
	testing := slices.Contains(testSupport(), strings.TrimPrefix(from, "internal/")) || strings.HasPrefix(from, "internal/e2e")
	switch {
	case local && slices.Contains(testSupport(), area) && !testing && !strings.HasPrefix(from, "cmd/gallery") && !specimenSupport(from, area):
		return "test support is imported by tests only"
	case testing:
		return ""
	case from == "internal/fault" || from == "internal/href" || from == "internal/figure":
		if local || strings.Contains(what, ".") {
			return "it stands on the standard library alone"
		}
	case strings.HasPrefix(from, "views/"):
		return forbiddenInViews(ours, what, local)
	case from == "web":
		if what == "github.com/jmoiron/sqlx" || strings.HasPrefix(what, "github.com/lib/pq") || what == "database/sql" {
			return "web holds no SQL"
		}
	case strings.HasPrefix(from, "internal/"):
		return forbiddenInside(strings.TrimPrefix(from, "internal/"), ours, what, local)
	}
	return ""
}

// specimenSupport lets views name their specimens for the gallery.
func specimenSupport(from, area string) bool {
	return area == "htmlcheck" && strings.HasPrefix(from, "views/")
}

func forbiddenInViews(ours, what string, local bool) string {
	switch {
	case local && (ours == "web" || strings.HasPrefix(ours, "internal/pg")):
		return "views know neither the web nor the database"
	case strings.HasPrefix(what, "github.com/labstack/"), strings.HasPrefix(what, "github.com/alexedwards/"),
		strings.HasPrefix(what, "github.com/jmoiron/"), strings.HasPrefix(what, "github.com/lib/pq"):
		return "views know neither the web nor the database"
	}
	return ""
}

func forbiddenInside(from, ours, what string, local bool) string {
	for _, outer := range []string{"github.com/labstack/", "github.com/a-h/templ", "github.com/alexedwards/"} {
		if strings.HasPrefix(what, outer) {
			return "the inside does not know how it is shown"
		}
	}
	if !local {
		return ""
	}
	if !strings.HasPrefix(ours, "internal/") && ours != "migrations" {
		return "the inside does not know how it is shown"
	}
	fromArea, _, _ := strings.Cut(from, "/")
	toArea, _, _ := strings.Cut(strings.TrimPrefix(ours, "internal/"), "/")
	if fromArea == toArea || ours == "migrations" {
		return ""
	}
	if slices.Contains(domains(), toArea) {
		for _, e := range edges() {
			if e.from == fromArea && e.to == toArea {
				return ""
			}
		}
		return "one domain imports another only over an edge listed, with its reason, in internal/arch"
	}
	if slices.Contains(domains(), fromArea) && !slices.Contains(ground(), toArea) {
		return "a domain stands on fault, pg, seal, trail, staff, authz and sheet"
	}
	return ""
}

// list returns the packages of the module.
func list(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports,Standard", "liuhen/...")
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("go list: %v", err)
		}
		all = append(all, p)
	}
}
