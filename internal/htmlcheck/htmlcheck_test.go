package htmlcheck_test

import (
	"strings"
	"testing"

	"liuhen/internal/htmlcheck"
	"liuhen/static"
)

func document(body string) string {
	return `<!doctype html><html lang="zh-CN"><head><meta name="viewport" content="width=device-width">` +
		`<title>客户 · 留痕</title></head><body><main><h1>客户</h1>` + body + `</main></body></html>`
}

func TestGoodDocumentHasNoFaults(t *testing.T) {
	t.Parallel()
	good := document(`<form method="post" action="/login"><label for="u">工号</label><input id="u" name="u" aria-describedby="h">` +
		`<span id="h">提示</span><button><svg aria-hidden="true"><use href="` + static.URL(static.Icons) + `#i-lock"></use></svg>登录</button></form>` +
		`<div id="t"></div><a href="/x" hx-get="/x" hx-target="#t">更多</a><label><input type="checkbox">全选</label><h2>二</h2><h3>三</h3>`)
	if faults := htmlcheck.PageFaults(good); len(faults) > 0 {
		t.Errorf("faults in a good page: %q", faults)
	}
}

func TestFaultsOfTheDocument(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, old, new, want string }{
		{"two h1", "<main>", "<main><h1>又</h1>", "2 h1"},
		{"no h1", "<h1>客户</h1>", "", "0 h1"},
		{"no language", ` lang="zh-CN"`, "", "lang"},
		{"title without name", " · 留痕", "", "title"},
		{"title without page", "客户 ·", " ·", "title"},
		{"no main", "main>", "div>", "0 main"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wantFault(t, htmlcheck.PageFaults(strings.ReplaceAll(document(""), tt.old, tt.new)), tt.want)
		})
	}
}

func TestFaultsOfParts(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, html, want string }{
		{"field without label", `<input name="q">`, "without a label"},
		{"empty label", `<label for="q"> </label><input id="q">`, "without a label"},
		{"select without label", `<select name="q"></select>`, "without a label"},
		{"inline script", `<script>alert(1)</script>`, "script inside"},
		{"script from elsewhere", `<script src="https://example.com/x.js"></script>`, "another place"},
		{"script without a scheme", `<script src="//example.com/x.js"></script>`, "another place"},
		{"inline style", `<p style="color:red">x</p>`, "style attribute"},
		{"style element", `<style>p{}</style>`, "not allowed"},
		{"event attribute", `<p onclick="x()">x</p>`, "onclick"},
		{"htmx event attribute", `<p hx-on:click="x()">x</p>`, "hx-on:click"},
		{"javascript address", `<a href=" javascript:x()">x</a>`, "javascript:"},
		{"trigger filter", `<form hx-get="/x" hx-trigger="click[ctrlKey]"></form>`, "filter"},
		{"computed values", `<form hx-get="/x" hx-vals="js:{a:1}"></form>`, "hx-vals"},
		{"id twice", `<p id="a"></p><p id="a"></p>`, "used twice"},
		{"empty id", `<p id=""></p>`, "empty"},
		{"post without action", `<form method="post"></form>`, "without an action"},
		{"form only for scripts", `<form hx-post="/x"></form>`, "only with scripts"},
		{"form in form", `<form method="get"><div><form action="/x"></form></div></form>`, "inside a form"},
		{"button without name", `<button><svg aria-hidden="true"><title>x</title></svg></button>`, "no name"},
		{"link without name", `<a href="/x"></a>`, "no name"},
		{"dialog without name", `<dialog>说明</dialog>`, "no name"},
		{"picture without alt", `<img src="/x.png">`, "without alt"},
		{"unknown icon", `<svg><use href="` + static.URL(static.Icons) + `#i-nothing"></use></svg>`, "not in the sprite"},
		{"request no key reaches", `<div hx-get="/x">x</div>`, "no key can reach"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wantFault(t, htmlcheck.FragmentFaults(tt.html), tt.want)
			wantFault(t, htmlcheck.PageFaults(document(tt.html)), tt.want)
		})
	}
}

func TestFaultsOfReferences(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, html, want string }{
		{"label for nothing", `<label for="nobody">x</label>`, `for names "nobody"`},
		{"described by nothing", `<p aria-describedby="nobody">x</p>`, "aria-describedby"},
		{"one of two missing", `<p id="a" aria-labelledby="a nobody">x</p>`, `"nobody"`},
		{"controls nothing", `<button aria-controls="nobody">x</button>`, "aria-controls"},
		{"target missing", `<a href="/x" hx-get="/x" hx-target="#nobody">x</a>`, "hx-target"},
		{"second swap missing", `<a id="a" href="/x" hx-get="/x" hx-select-oob="#a,#nobody:innerHTML">x</a>`, "hx-select-oob"},
		{"link into nothing", `<a href="#nobody">x</a>`, "href"},
		{"heading left out", `<h3>x</h3>`, "jumps"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wantFault(t, htmlcheck.PageFaults(document(tt.html)), tt.want)
		})
	}
}

func wantFault(t *testing.T, faults []string, want string) {
	t.Helper()
	for _, f := range faults {
		if strings.Contains(f, want) {
			return
		}
	}
	t.Errorf("no fault about %q in %q", want, faults)
}
