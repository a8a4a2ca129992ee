package static_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"liuhen/static"
)

func names() []string {
	return []string{static.Style, static.Script, static.Icons, static.Mark, static.HTMX}
}

func TestURLNamesTheContent(t *testing.T) {
	t.Parallel()
	shape := regexp.MustCompile(`^/static/[a-z0-9./-]+\.[0-9a-f]{12}\.(css|js|svg)$`)
	for _, name := range names() {
		if got := static.URL(name); !shape.MatchString(got) {
			t.Errorf("URL(%q) = %q", name, got)
		}
	}
}

func TestURLPanicsOnAnUnknownName(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	static.URL("nothing.css")
}

func TestHandlerServesPlainAndGzip(t *testing.T) {
	t.Parallel()
	for _, name := range names() {
		for _, accept := range []string{"", "gzip, br"} {
			r := httptest.NewRequest(http.MethodGet, static.URL(name), nil)
			r.Header.Set("Accept-Encoding", accept)
			w := httptest.NewRecorder()
			static.Handler().ServeHTTP(w, r)
			if w.Code != http.StatusOK {
				t.Fatalf("%s: status %d", name, w.Code)
			}
			if got := w.Header().Get("Cache-Control"); !strings.Contains(got, "immutable") {
				t.Errorf("%s: Cache-Control %q", name, got)
			}
			if got := body(t, w); !bytes.Equal(got, static.Read(name)) {
				t.Errorf("%s with %q: content differs", name, accept)
			}
		}
	}
}

func body(t *testing.T, w *httptest.ResponseRecorder) []byte {
	t.Helper()
	if w.Header().Get("Content-Encoding") == "" {
		return w.Body.Bytes()
	}
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func TestHandlerKnowsOnlyFingerprintedNames(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/static/portal.css", "/static/portal.000000000000.css", "/static/../static.go", "/static/"} {
		w := httptest.NewRecorder()
		static.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusNotFound {
			t.Errorf("GET %s = %d, want 404", path, w.Code)
		}
	}
}

func TestHandlerAnswersHeadWithoutBody(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	static.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodHead, static.URL(static.Style), nil))
	if w.Body.Len() != 0 || w.Header().Get("Content-Length") == "0" {
		t.Errorf("body %d bytes, Content-Length %s", w.Body.Len(), w.Header().Get("Content-Length"))
	}
}

// Vendored code must stand beside its licence.
func TestVendoredCodeHasItsLicence(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("vendor/LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "BSD") {
		t.Error("licence text not recognised")
	}
}

// The script and the stylesheet stay within the size the page load is planned for.
func TestOwnFilesStaySmall(t *testing.T) {
	t.Parallel()
	if lines := bytes.Count(static.Read(static.Script), []byte("\n")); lines > 330 {
		t.Errorf("%s has %d lines", static.Script, lines)
	}
	if size := len(static.Read(static.Style)); size > 40_000 {
		t.Errorf("%s has %d bytes", static.Style, size)
	}
}
