// Package realdata opens the public data sets that tests run on. They stand
// beside the repository, not in it: LIUHEN_DATA names their folder, which is
// ../shared/data of the repository by default. It is test support.
package realdata

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Path returns the path of a file of the data sets. Where it is missing the
// test is skipped, or fails with CI=true.
func Path(t testing.TB, name ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{folder(t)}, name...)...)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the public data sets are needed in CI: %v", err)
		}
		t.Skipf("the public data sets are not here, set LIUHEN_DATA to their folder: %v", err)
	}
	return path
}

// Read returns the content of a file of the data sets.
func Read(t testing.TB, name ...string) []byte {
	t.Helper()
	raw, err := os.ReadFile(Path(t, name...))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// Lines returns the lines of a file that are not empty, unpacked if it ends in
// .gz.
func Lines(t testing.TB, name ...string) []string {
	t.Helper()
	raw := Read(t, name...)
	var r io.Reader = bytes.NewReader(raw)
	if strings.HasSuffix(name[len(name)-1], ".gz") {
		var err error
		if r, err = gzip.NewReader(r); err != nil {
			t.Fatal(err)
		}
	}
	var lines []string
	s := bufio.NewScanner(r)
	for s.Scan() {
		if line := s.Text(); line != "" {
			lines = append(lines, line)
		}
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

// NaughtyStrings returns the Big List of Naughty Strings, and bytes it lacks:
// NUL, invalid UTF-8, marks that turn the direction or have no width.
func NaughtyStrings(t testing.TB) []string {
	t.Helper()
	var list []string
	if err := json.Unmarshal(Read(t, "attack", "blns.json"), &list); err != nil {
		t.Fatal(err)
	}
	return append(list, "\x00", "a\x00b", "\xff\xfe", "顾\x00明远", "\u202e反", "\u200b", "\ufeff",
		"'; DROP TABLE trail; --", "%", "_", "?", "$1", `\`)
}

// folder is where the data sets stand.
func folder(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv("LIUHEN_DATA"); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(filepath.Dir(dir), "shared", "data")
		}
		dir = filepath.Dir(dir)
	}
	t.Fatal("no go.mod above the test")
	return ""
}
