package ui_test

import (
	"strings"
	"testing"

	"liuhen/views/ui"
)

func TestACustomerNumberIsReadInTwoHalvesAndCopiedAsOne(t *testing.T) {
	t.Parallel()
	for no, want := range map[string]string{
		"10000432":  `<span class="cno">1000<span>0432</span></span>`,
		"":          "",
		"A1":        "A1",
		"<b>12345":  `<span class="cno">&lt;b&gt;1<span>2345</span></span>`,
		"<script>x": "&lt;script&gt;x",
	} {
		if got := string(ui.AppendCustomerNo(nil, no)); got != want {
			t.Errorf("%q is shown as %s", no, got)
		}
		var b strings.Builder
		if err := ui.CustomerNo(no).Render(t.Context(), &b); err != nil || b.String() != want {
			t.Errorf("%q is rendered as %s, %v", no, b.String(), err)
		}
	}
	for typed, want := range map[string]string{"1000 0432": "10000432", " 1000-0432 ": "10000432", "1000　0432": "10000432", "": "", "王": "王"} {
		if got := ui.PlainCustomerNo(typed); got != want {
			t.Errorf("%q is taken as %q", typed, got)
		}
	}
}
