package embedded

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// fakePrograms writes two scripts that claim a version.
func fakePrograms(t *testing.T, bin, version string) {
	t.Helper()
	must(t, os.MkdirAll(bin, 0o755))
	for _, name := range []string{"postgres", "initdb"} {
		script := fmt.Sprintf("#!/bin/sh\necho '%s (PostgreSQL) %s'\n", name, version)
		must(t, os.WriteFile(filepath.Join(bin, name), []byte(script), 0o755))
	}
}

func TestFindChoosesByData(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	bin := func(name string) string { return filepath.Join(root, "pg", name, "bin") }
	fakePrograms(t, bin("9"), "9.6.24")
	fakePrograms(t, bin("15"), "15.20 (Debian 15.20-0)")
	fakePrograms(t, bin("16"), "16beta1")
	must(t, os.Remove(filepath.Join(bin("16"), "initdb"))) // client package only
	fakePrograms(t, filepath.Join(root, "real"), "17.2")
	links := filepath.Join(root, "links")
	must(t, os.Mkdir(links, 0o755))
	must(t, os.Symlink(filepath.Join(root, "real", "postgres"), filepath.Join(links, "postgres")))
	bundle := filepath.Join(root, "bundle", "package", "native", "bin")
	fakePrograms(t, bundle, "18.4")

	f := finder{
		patterns: filepath.Join(root, "pg", "*", "bin"),
		path:     "/nonexistent:" + links,
		bundle:   filepath.Join(root, "bundle"),
	}
	l, err := newLayout(filepath.Join("/tmp", "x"))
	must(t, err)
	for want, expected := range map[int]string{
		0:  bin("15"), // the newest complete one of the distribution
		9:  bin("9"),
		15: bin("15"),
		17: filepath.Join(root, "real"), // links resolved
		18: bundle,
	} {
		if got, err := f.find(want, l); err != nil || got != expected {
			t.Errorf("major %d: %s, %v; want %s", want, got, err, expected)
		}
	}
	_, err = f.find(16, l)
	wantError(t, err, "PostgreSQL 16", l.data, "只找到版本 15、9、17、18", "apt-get install postgresql-16", "数据未被改动")
}

func TestNothingInstalled(t *testing.T) {
	t.Parallel()
	dir := newFolder(t)
	l, err := newLayout(dir)
	must(t, err)
	nothing := finder{patterns: filepath.Join(t.TempDir(), "*"), path: t.TempDir()}
	_, err = nothing.find(0, l)
	wantError(t, err, "没有找到 PostgreSQL 的程序文件", "apt-get install postgresql")
	_, err = nothing.find(15, l)
	wantError(t, err, "PostgreSQL 15", "没有找到任何版本")

	o := quick(dir)
	o.BinDir = t.TempDir()
	startFails(t, o, o.BinDir, "没有 PostgreSQL 的程序文件", "apt-get install postgresql")
}

func TestWrongMajor(t *testing.T) {
	t.Parallel()
	dir := madeFolder(t)
	s := start(t, quick(dir))
	must(t, addRow(s))
	stop(t, s)
	marker := filepath.Join(dir, "data", "PG_VERSION")
	right, err := os.ReadFile(marker)
	must(t, err)
	put := func(text string) { t.Helper(); must(t, os.WriteFile(marker, []byte(text), 0o600)) }

	put("12\n")
	startFails(t, quick(dir), "PostgreSQL 12", filepath.Join(dir, "data"), "apt-get install postgresql-12", "数据未被改动")
	o := quick(dir)
	o.BinDir = s.bin // named by the caller: still refused
	startFails(t, o, "PostgreSQL 12", "只找到版本")
	put("??\n")
	startFails(t, quick(dir), "PG_VERSION", "无法识别")
	put(string(right))
	wantRows(t, start(t, quick(dir)), 1)
}

// TestBundle runs a server from a folder laid out like the npm package, whose
// programs are the installed ones.
func TestBundle(t *testing.T) {
	t.Parallel()
	dir := newFolder(t)
	installed, err := Find(dir, "")
	must(t, err)
	bundle := filepath.Join(filepath.Dir(dir), "bundle")
	native := filepath.Join(bundle, "package", "native")
	must(t, os.MkdirAll(filepath.Join(native, "bin"), 0o755))
	must(t, os.MkdirAll(filepath.Join(native, "lib"), 0o755))
	for _, name := range []string{"postgres", "initdb"} {
		must(t, os.Symlink(filepath.Join(installed, name), filepath.Join(native, "bin", name)))
	}
	must(t, os.WriteFile(filepath.Join(native, "lib", "libx.so.1.2"), []byte("x"), 0o644))
	list := filepath.Join(native, "pg-symlinks.json")
	must(t, os.WriteFile(list, []byte(`[{"source":"native/lib/libx.so.1.2","target":"native/lib/libx.so.1"},
		{"source":"native/lib/libx.so.1.2","target":"native/libx.so"}]`), 0o644))
	l, err := newLayout(dir)
	must(t, err)
	f := finder{bundle: bundle}
	for range 2 { // links that are there already are no fault
		bin, err := f.find(0, l)
		must(t, err)
		for _, link := range []string{"lib/libx.so.1", "libx.so"} {
			if text, err := os.ReadFile(filepath.Join(native, link)); err != nil || string(text) != "x" {
				t.Errorf("%s: %q, %v", link, text, err)
			}
		}
		o := quick(dir)
		o.BinDir = bin
		s := start(t, o)
		must(t, addRow(s))
		stop(t, s)
	}

	must(t, os.WriteFile(list, []byte(`[{"source":"native/lib/libx.so.1.2","target":"../../../evil"}]`), 0o644))
	_, err = f.find(0, l)
	wantError(t, err, "备用 PostgreSQL 程序包", "leads out", "apt-get install postgresql")
}

// TestRealBundle runs the real fallback bundle where one is unpacked.
func TestRealBundle(t *testing.T) {
	t.Parallel()
	bundle := os.Getenv("LIUHEN_PG_BUNDLE")
	if bundle == "" {
		t.Skip("LIUHEN_PG_BUNDLE names no unpacked fallback bundle")
	}
	dir := newFolder(t)
	l, err := newLayout(dir)
	must(t, err)
	o := quick(dir)
	o.BinDir, err = finder{bundle: bundle}.find(0, l)
	must(t, err)
	s := start(t, o)
	must(t, addRow(s))
	t.Log(ask[string](t, s, `SELECT version()`))
	stop(t, s)
	o.BinDir, o.Bundle = "", bundle // now chosen by the data's version
	wantRows(t, start(t, o), 1)
}
