package htmlcheck

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"
)

var (
	update      = flag.Bool("update", false, "write the golden files anew")
	fingerprint = regexp.MustCompile(`\.[0-9a-f]{12}\.`)
)

// Golden compares html with testdata/<name>.html of the package under test;
// with -update it writes the file. Tags stand on lines of their own and the
// fingerprints of static files are left out, so that a difference is short.
func Golden(t testing.TB, name, html string) {
	t.Helper()
	got := fingerprint.ReplaceAllString(strings.ReplaceAll(html, "><", ">\n<"), ".") + "\n"
	file := filepath.Join("testdata", name+".html")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (write it with go test -update)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", file, diff)
	}
}

// Render renders a component to text.
func Render(t testing.TB, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatalf("render: %v", err)
	}
	return b.String()
}
