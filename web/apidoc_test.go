package web_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"liuhen/internal/sourcing"
	"liuhen/internal/webtest"
)

// apiDocument is the description of the machine interface that the portal serves.
type apiDocument struct{ text string }

func readDocument(t *testing.T, p *webtest.Portal) *apiDocument {
	t.Helper()
	served := p.Anonymous().Get("/api/v1/openapi.yaml")
	if served.Status != http.StatusOK || !strings.Contains(served.Body, "openapi: \"3.1.0\"") {
		t.Fatalf("%d: %.200s", served.Status, served.Body)
	}
	return &apiDocument{served.Body}
}

// hold holds an answer against the document: its status must be promised for
// the path and its members be those of the answer or of a problem.
func (d *apiDocument) hold(t *testing.T, _ *http.Request, resource, _ string, got webtest.Response) {
	t.Helper()
	if !strings.Contains(d.block("/api/v1/"+resource), strconv.Quote(strconv.Itoa(got.Status))+":") {
		t.Errorf("%s answers %d, which the document does not promise", resource, got.Status)
	}
	schema := "Problem"
	if got.Status == http.StatusOK {
		schema = "Result"
	}
	var members map[string]json.RawMessage
	if err := json.NewDecoder(bytes.NewReader([]byte(got.Body))).Decode(&members); err != nil {
		t.Fatalf("%s answers %d %q: %v", resource, got.Status, got.Body, err)
	}
	required, properties := d.schema(schema)
	for name := range members {
		if !slices.Contains(properties, name) {
			t.Errorf("%s answers with %s, which the document does not have", resource, name)
		}
	}
	for _, name := range required {
		if _, ok := members[name]; !ok {
			t.Errorf("%s answers without %s: %s", resource, name, got.Body)
		}
	}
}

// block returns what stands indented under the line that is a key.
func (d *apiDocument) block(key string) string {
	lines := strings.Split(d.text, "\n")
	for i, line := range lines {
		if strings.TrimSpace(line) != key+":" {
			continue
		}
		indent := len(line) - len(strings.TrimLeft(line, " "))
		end := i + 1
		for end < len(lines) && len(lines[end])-len(strings.TrimLeft(lines[end], " ")) > indent {
			end++
		}
		return strings.Join(lines[i+1:end], "\n")
	}
	return ""
}

// schema returns the required and all properties of a schema.
func (d *apiDocument) schema(name string) (required, properties []string) {
	body := d.block("schemas")
	of := (&apiDocument{body}).block(name)
	if m := regexp.MustCompile(`(?m)^      required: (\[.*\])$`).FindStringSubmatch(of); m != nil {
		_ = json.Unmarshal([]byte(m[1]), &required) // none is found below
	}
	for _, m := range regexp.MustCompile(`(?m)^        ([a-z_]+):$`).FindAllStringSubmatch(of, -1) {
		properties = append(properties, m[1])
	}
	return required, properties
}

func TestTheDocumentNamesTheFieldsOfTheMappings(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	d := readDocument(t, p)
	for _, r := range sourcing.Resources() {
		ref := regexp.MustCompile(`schemas/(\w+)`).FindStringSubmatch(d.block("/api/v1/" + r.Name))
		if ref == nil {
			t.Fatalf("%s is not in the document", r.Name)
		}
		need, named := d.schema(ref[1])
		required, optional := p.Deps.Intake.Fields(r)
		all := append(slices.Clone(required), optional...)
		must := slices.Clone(required)
		for _, list := range [][]string{need, named, all, must} {
			slices.Sort(list)
		}
		if !slices.Equal(named, all) || !slices.Equal(need, must) {
			t.Errorf("%s: the document has %v, needs %v; the mapping %v, needs %v", r.Name, named, need, all, must)
		}
	}
}
