package whyview_test

import (
	"strings"
	"testing"

	"liuhen/internal/authz"
	"liuhen/internal/htmlcheck"
	whyview "liuhen/views/why"
)

func TestGallery(t *testing.T) {
	t.Parallel()
	htmlcheck.Specimens(t, whyview.Gallery())
}

func TestEveryRuleIsExplainedWhole(t *testing.T) {
	t.Parallel()
	for _, r := range authz.Rules() {
		page := htmlcheck.Render(t, whyview.RulePage(r, nil))
		htmlcheck.Fragment(t, page)
		parts := append([]string{r.Title, r.Text, r.Version, r.Owner, r.Since.Format("2006-01-02")}, r.Ways...)
		for _, part := range append(parts, strings.Split(r.Law, "；")...) {
			if !strings.Contains(page, part) {
				t.Errorf("%s: the page lacks %q", r.Code, part)
			}
		}
	}
}
