package arch

import (
	"bufio"
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"strings"
	"testing"
)

const (
	maxFileLines = 450
	maxFuncLines = 80
)

// TestSizes holds the limits of the house: no file above 450 lines, no function
// above 80, no init functions.
func TestSizes(t *testing.T) {
	t.Parallel()
	root := moduleRoot(t)
	out, err := exec.Command("git", "-C", root, "ls-files", "*.go", "*.templ", "*.sql", "*.css", "*.js").Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		name := lines.Text()
		if strings.HasSuffix(name, "_templ.go") || strings.Contains(name, "vendor/") || strings.Contains(name, "/testdata/") {
			continue
		}
		raw, err := os.ReadFile(root + "/" + name)
		if os.IsNotExist(err) {
			continue // deleted, not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(raw, []byte("\n")); n > maxFileLines {
			t.Errorf("%s has %d lines, at most %d: split it by subject", name, n, maxFileLines)
		}
		if strings.HasSuffix(name, ".go") {
			checkFuncs(t, name, raw)
		}
	}
}

func checkFuncs(t *testing.T, name string, raw []byte) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, raw, 0)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	for _, d := range file.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		n := fset.Position(fn.End()).Line - fset.Position(fn.Pos()).Line + 1
		if n > maxFuncLines {
			t.Errorf("%s: %s has %d lines, at most %d", name, fn.Name.Name, n, maxFuncLines)
		}
		if fn.Name.Name == "init" && fn.Recv == nil {
			t.Errorf("%s: no init functions: pass what is needed", name)
		}
	}
}

func moduleRoot(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		t.Fatalf("go list -m: %v", err)
	}
	return strings.TrimSpace(string(out))
}
