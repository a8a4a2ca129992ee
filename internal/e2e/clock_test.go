package e2e

import (
	"testing"
	"time"
)

// oneClock compares the time that pages print with that of their watermark: a
// portal that tells two times tells neither.
func oneClock(t *testing.T, s *stage) {
	c := s.customer(t, "manager1")
	w, compliance := s.as(t, "manager1"), s.as(t, "compliance1")
	s.asked(t, w, c, "contact")
	for _, p := range []struct {
		w          *window
		path       string
		css, words string
	}{
		{w, "/customers/" + c.no, "#timeline time", `(\d\d:\d\d)`},
		{w, "/access", "main", `(\d\d:\d\d) 提交`},
		{compliance, "/trail", "tbody time", `(\d\d:\d\d)`},
	} {
		p.w.visit(p.path)
		p.w.until(`text(` + quote(p.css) + `)`)
		told := look[string](p.w, `(text(`+quote(p.css)+`).match(new RegExp(`+quote(p.words)+`)) ?? ["", "never"])[1]`)
		mark := look[string](p.w, `document.querySelector(".wm").textContent.match(/\b\d\d:\d\d/)[0]`)
		if !near(t, told, mark) {
			t.Errorf("%s says it is %s, its watermark says %s", p.path, told, mark)
		}
	}
}

// near reports whether two times of day are within five minutes.
func near(t *testing.T, a, b string) bool {
	t.Helper()
	one, err := time.Parse("15:04", a)
	if err != nil {
		return false
	}
	other, err := time.Parse("15:04", b)
	if err != nil {
		t.Fatal(err)
	}
	apart := one.Sub(other).Abs()
	return min(apart, 24*time.Hour-apart) <= 5*time.Minute
}
