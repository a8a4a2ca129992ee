package embedded

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// systemFolders are where distributions keep one folder for each major version.
const systemFolders = "/usr/lib/postgresql/*/bin:/usr/pgsql-*/bin"

// Find returns the folder of the PostgreSQL programs to use for dir: those of
// the major version that made the data there, or the newest installed when
// there is no data yet. It looks in the distribution's folders, then in PATH,
// then in the fallback bundle, whose missing links it makes. bundle may be "".
func Find(dir, bundle string) (bin string, err error) {
	l, err := newLayout(dir)
	if err != nil {
		return "", err
	}
	want, err := l.dataMajor()
	if err != nil {
		return "", err
	}
	return finder{patterns: systemFolders, path: os.Getenv("PATH"), bundle: bundle}.find(want, l)
}

// finder holds the places to look in, so that tests can name others.
type finder struct{ patterns, path, bundle string }

func (f finder) find(want int, l layout) (string, error) {
	var seen []string
	candidates := append(f.installed(), f.onPath()...)
	for _, bin := range candidates {
		major, err := version(exec.Command(filepath.Join(bin, "postgres"), "--version"))
		if err == nil && (want == 0 || want == major) {
			return bin, nil
		}
		if err == nil {
			seen = append(seen, strconv.Itoa(major))
		}
	}
	bin, major, bundleErr := openBundle(f.bundle)
	if bin != "" && (want == 0 || want == major) {
		return bin, nil
	}
	if bin != "" {
		seen = append(seen, strconv.Itoa(major))
	}
	return "", errors.Join(notFound(want, l, seen), bundleErr)
}

// notFound says what is missing and how to get it.
func notFound(want int, l layout, seen []string) error {
	if want == 0 {
		return errors.New("本机没有找到 PostgreSQL 的程序文件（postgres 与 initdb），请执行 apt-get install postgresql 后重试，或用 DATABASE_URL 指定已有的数据库")
	}
	found := "没有找到任何版本"
	if len(seen) > 0 {
		found = "只找到版本 " + strings.Join(slices.Compact(seen), "、")
	}
	return fmt.Errorf("找不到 PostgreSQL %d 的程序文件：数据目录 %s 由该版本建立，不能用别的版本打开，本机%s；请执行 apt-get install postgresql-%d（系统自带版本相同时为 apt-get install postgresql）后重试，数据未被改动",
		want, l.data, found, want)
}

// installed lists the distribution's folders, newest major version first.
func (f finder) installed() []string {
	var bins []string
	for _, pattern := range filepath.SplitList(f.patterns) {
		found, err := filepath.Glob(pattern)
		if err == nil {
			bins = append(bins, found...)
		}
	}
	bins = slices.DeleteFunc(bins, func(bin string) bool { return !complete(bin) })
	slices.SortStableFunc(bins, func(a, b string) int { return majorInPath(b) - majorInPath(a) })
	return bins
}

// onPath lists the folders that hold the programs PATH leads to, links resolved.
func (f finder) onPath() []string {
	var bins []string
	for _, dir := range filepath.SplitList(f.path) {
		real, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
		if err != nil || !filepath.IsAbs(real) {
			continue
		}
		if bin := filepath.Dir(real); complete(bin) && !slices.Contains(bins, bin) {
			bins = append(bins, bin)
		}
	}
	return bins
}

// complete reports whether a folder holds the two programs needed.
func complete(bin string) bool {
	for _, name := range []string{"postgres", "initdb"} {
		info, err := os.Stat(filepath.Join(bin, name))
		if err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o111 == 0 {
			return false
		}
	}
	return true
}

// majorInPath reads 15 from /usr/lib/postgresql/15/bin and /usr/pgsql-15/bin.
func majorInPath(bin string) int {
	parent := filepath.Base(filepath.Dir(bin))
	major, _ := leadingInt(strings.TrimPrefix(parent, "pgsql-"))
	return major
}

// version runs "postgres --version" as prepared in cmd and returns the major.
func version(cmd *exec.Cmd) (int, error) {
	out, err := cmd.Output()
	if err != nil {
		return 0, err
	}
	_, number, _ := strings.Cut(string(out), "(PostgreSQL) ")
	major, ok := leadingInt(number)
	if !ok {
		return 0, fmt.Errorf("no version in %q", out)
	}
	return major, nil
}

// leadingInt reads the digits a text starts with.
func leadingInt(text string) (int, bool) {
	end := 0
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(text[:end])
	return n, err == nil
}
