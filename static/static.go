// Package static carries the files a browser loads: the stylesheet, the icon
// sprite, the mark, the page script and htmx. Each file is served under a name
// that contains a fingerprint of its content, so it may be cached for ever.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"liuhen/internal/href"
)

// Names of the embedded files, as URL takes them.
const (
	Style  = "portal.css"
	Phone  = "customer.css" // of the customer's own page
	Script = "portal.js"
	Icons  = "icons.svg"
	Mark   = "mark.svg"
	HTMX   = "vendor/htmx-2.0.11.min.js"
)

//go:embed portal.css customer.css portal.js icons.svg mark.svg vendor/htmx-2.0.11.min.js
var files embed.FS

// asset is one file ready to be sent.
type asset struct {
	mime  string
	plain []byte
	gzip  []byte
}

// set holds every asset by its public address, and the address of each name.
type set struct {
	urls   map[string]string
	assets map[string]asset
}

var loaded = sync.OnceValue(load)

// URL returns the fingerprinted address of an embedded file. An unknown name
// is a programming error and panics.
func URL(name string) string {
	url, ok := loaded().urls[name]
	if !ok {
		panic(fmt.Sprintf("static: no file %q", name))
	}
	return url
}

// Read returns the content of an embedded file; an unknown name panics.
func Read(name string) []byte {
	return loaded().assets[URL(name)].plain
}

// Handler serves the fingerprinted addresses, gzipped where the browser takes
// it, to be kept a year and never asked for again. Anything else is 404.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := loaded().assets[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		body := a.plain
		h := w.Header()
		h.Set("Content-Type", a.mime)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Add("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = a.gzip
		}
		h.Set("Content-Length", strconv.Itoa(len(body)))
		if r.Method == http.MethodHead {
			return
		}
		// A failed write means the browser has gone; nobody is left to tell.
		_, _ = w.Write(body)
	})
}

// load reads, fingerprints and compresses the embedded files. The names are
// those of the embed line, so a failure here is a broken build.
func load() set {
	s := set{urls: map[string]string{}, assets: map[string]asset{}}
	for _, name := range []string{Style, Phone, Script, Icons, Mark, HTMX} {
		plain, err := files.ReadFile(name)
		if err != nil {
			panic(fmt.Sprintf("static: read %s: %v", name, err))
		}
		url := href.Static(fingerprinted(name, plain))
		s.urls[name] = url
		s.assets[url] = asset{mime: mime(name), plain: plain, gzip: compress(plain)}
	}
	return s
}

// fingerprinted inserts the first 48 bits of the content's hash before the
// extension: portal.css becomes portal.0123456789ab.css.
func fingerprinted(name string, content []byte) string {
	sum := sha256.Sum256(content)
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
}

func mime(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	default:
		return "image/svg+xml"
	}
}

// compress gzips at the best level; writing to a buffer cannot fail.
func compress(plain []byte) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(err)
	}
	if _, err := z.Write(plain); err != nil {
		panic(err)
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}
