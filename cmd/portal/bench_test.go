package main

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"liuhen/internal/bench"
)

// TestEveryLineOfTheMeasurementIsThere runs the real program at the tiny size,
// which holds no figure against its target.
func TestEveryLineOfTheMeasurementIsThere(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a measurement takes most of a minute")
	}
	program := filepath.Join(t.TempDir(), "portal")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	for measure, wants := range map[string][]string{
		"customers": {
			"再次启动", "常驻内存", "客户列表页，客户经理", "客户列表页，合规", "客户档案页，全部遮蔽", "8 路 p99",
			"行级安全", "在期授权", "会话层", "同样索引与约束的空表", "无索引的表", "笔交易流水",
		},
		"import": {"新导入", "再次导入 500 位客户", "XLSX", "原值入历史", "每批 1000 位新客户", "一批的时间"},
	} {
		t.Run(measure, func(t *testing.T) { measured(t, program, measure, wants) })
	}
}

// measured runs one measurement and looks for its lines.
func measured(t *testing.T, program, measure string, wants []string) {
	t.Helper()
	var out, progress bytes.Buffer
	cmd := exec.CommandContext(t.Context(), program, "bench", measure, "--size", "tiny", "--json")
	cmd.Stdout, cmd.Stderr = &out, &progress
	if err := cmd.Run(); err != nil {
		t.Fatalf("bench: %v\n%s", err, progress.String())
	}
	var whats []string
	for line := range strings.Lines(out.String()) {
		var l bench.Line
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if l.What == "" {
			continue // the machine
		}
		if l.Ours <= 0 || l.Target <= 0 && l.Bound != "" || l.Unit == "" || l.Size != "tiny" || l.Ratio != nil && l.Peer == nil {
			t.Errorf("incomplete: %s", line)
		}
		whats = append(whats, l.What)
	}
	for _, want := range wants {
		if !strings.Contains(strings.Join(whats, "\n"), want) {
			t.Errorf("no line about %s in %q", want, whats)
		}
	}
	if !strings.Contains(out.String(), `{"machine":{"cores":`) {
		t.Error("the machine is not said")
	}
}
