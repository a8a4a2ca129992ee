package web

import "testing"

func TestLocalPath(t *testing.T) {
	t.Parallel()
	for next, want := range map[string]string{
		"/":                             "/",
		"/customers":                    "/customers",
		"/customers?q=%E9%A1%BE&sort=x": "/customers?q=%E9%A1%BE&sort=x",
		"/customers/10000001#assets":    "/customers/10000001#assets",
		"/trail?to=2026-11-23":          "/trail?to=2026-11-23",
		"":                              "/",
		"customers":                     "/",
		"//evil.example":                "/",
		"///evil.example":               "/",
		`/\evil.example`:                "/",
		`\\evil.example`:                "/",
		`/a\b`:                          "/",
		"/\t/evil.example":              "/",
		"/\n/evil.example":              "/",
		"/\x00":                         "/",
		"/\x7f":                         "/",
		"/\xff":                         "/",
		" /customers":                   "/",
		"https://evil.example/":         "/",
		"https:/evil.example":           "/",
		"javascript:alert(1)":           "/",
		"data:text/html,x":              "/",
		"@evil.example":                 "/",
		"/login":                        "/",
		"/login?next=/login":            "/",
		"/logout":                       "/",
		"/live":                         "/",
	} {
		if got := localPath(next); got != want {
			t.Errorf("localPath(%q) = %q, want %q", next, got, want)
		}
	}
}
