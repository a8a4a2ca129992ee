package bench

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestALineKnowsItsVerdict(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		line Line
		ok   bool
	}{
		{"at least, met", ratioLine("a", "u", 35, 100, AtLeast, 0.35), true},
		{"at least, missed", ratioLine("a", "u", 34, 100, AtLeast, 0.35), false},
		{"at most, met", ratioLine("a", "u", 12, 10, AtMost, 1.2), true},
		{"at most, missed", ratioLine("a", "u", 13, 10, AtMost, 1.2), false},
		{"no peer", ratioLine("a", "u", 13, 0, AtMost, 1.2), false},
		{"absolute, met", absoluteLine("a", "ms", 25, AtMost, 25), true},
		{"for bearings", bearing("a", "u", 1, 100), true},
		{"absolute, missed", absoluteLine("a", "ms", 25.1, AtMost, 25), false},
	} {
		if c.line.OK != c.ok {
			t.Errorf("%s: %+v", c.name, c.line)
		}
	}
}

func TestFiguresKeepFourDigits(t *testing.T) {
	t.Parallel()
	for in, want := range map[float64]float64{0: 0, 1234.56: 1235, 0.123456: 0.1235, 123456: 123500, -1.23456: -1.235} {
		if got := round(in); got != want {
			t.Errorf("round(%v) = %v, want %v", in, got, want)
		}
	}
}

func TestTableLinesUp(t *testing.T) {
	t.Parallel()
	a, b := ratioLine("列表 / pgbench", "次/秒", 40, 100, AtLeast, 0.35), absoluteLine("p99", "毫秒", 30, AtMost, 25)
	c := bearing("COPY", "行/秒", 1, 100)
	a.Size, b.Size, c.Size = "small", "small", "small"
	var out bytes.Buffer
	if err := writeTable(&out, []Line{a, b, c}); err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"项目            本系统  对照  单位   比值  目标       达标  规模",
		"列表 / pgbench  40      100   次/秒  0.4   ≥ 0.35     是    small",
		"p99             30      —     毫秒   —     ≤ 25 毫秒  否    small",
		"COPY            1       100   行/秒  0.01  —          —     small",
		"",
	}, "\n")
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestJSONHasTheKeysOfEveryMeasurement(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := writeJSON(&out, absoluteLine("p99", "毫秒", 30, AtMost, 25)); err != nil {
		t.Fatal(err)
	}
	var keys map[string]any
	if err := json.Unmarshal(out.Bytes(), &keys); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"what", "ours", "peer", "unit", "ratio", "target", "ok", "size"} {
		if _, ok := keys[key]; !ok {
			t.Errorf("no key %q in %s", key, out.String())
		}
	}
	if strings.Count(out.String(), "\n") != 1 {
		t.Errorf("not one line: %q", out.String())
	}
}
