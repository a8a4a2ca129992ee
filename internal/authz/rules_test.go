package authz_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"liuhen/internal/access"
	"liuhen/internal/authz"
)

func TestEveryRuleIsComplete(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	word := regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	for _, r := range authz.Rules() {
		if !word.MatchString(r.Code) || seen[r.Code] {
			t.Errorf("code %q is no word of its own", r.Code)
		}
		seen[r.Code] = true
		if r.Title == "" || r.Text == "" || r.Law == "" || r.Version == "" || r.Owner == "" || r.Since.IsZero() || len(r.Ways) == 0 {
			t.Errorf("%s lacks a part: %+v", r.Code, r)
		}
		if found, ok := authz.FindRule(r.Code); !ok || found.Title != r.Title {
			t.Errorf("FindRule(%q) = %v, %v", r.Code, found.Title, ok)
		}
	}
	if _, ok := authz.FindRule("no-such-rule"); ok {
		t.Error("a rule was found that is not listed")
	}
}

// Whoever is stopped is told why, so each rule named anywhere has its page.
func TestEveryRuleNamedInTheProgramIsListed(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile(`(?:\.Because|href\.Why)\("([^"]*)"\)`)
	found := 0
	for _, folder := range []string{"cmd", "internal", "views", "web"} {
		err := filepath.WalkDir(filepath.Join("..", "..", folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !source(path) {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, m := range named.FindAllStringSubmatch(string(text), -1) {
				found++
				if _, ok := authz.FindRule(m[1]); !ok {
					t.Errorf("%s names the rule %q, which has no page", path, m[1])
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found == 0 {
		t.Error("no rule is named anywhere: the pattern is out of date")
	}
}

// source reports whether the file is written by hand and part of the program.
func source(path string) bool {
	return strings.HasSuffix(path, ".templ") ||
		strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(path, "_templ.go")
}

func TestTheTimeLimitIsTheOneOfRequests(t *testing.T) {
	t.Parallel()
	rule, _ := authz.FindRule("time-limit")
	for _, minutes := range []int{access.MinMinutes, access.MaxMinutes} {
		if want := strconv.Itoa(minutes) + " 分钟"; !strings.Contains(rule.Text, want) {
			t.Errorf("the rule does not name %s", want)
		}
	}
}
