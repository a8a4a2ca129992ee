package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// pgbench is PostgreSQL's own load generator, which plays a page's statements
// straight from C, without the page.
type pgbench struct {
	program string
	server  Server
	folder  string // for scripts
}

// findPgbench returns pgbench from beside the server's programs, else from PATH.
func findPgbench(bin string) (string, error) {
	beside := filepath.Join(bin, "pgbench")
	if _, err := os.Stat(beside); err == nil {
		return beside, nil
	}
	path, err := exec.LookPath("pgbench")
	if err != nil {
		return "", fmt.Errorf("没有找到对照程序 pgbench（%s 与 PATH 里都没有），请执行 apt-get install postgresql：%w", bin, err)
	}
	return path, nil
}

// pace is how pgbench got on with a script: transactions a second, and the
// latency that one transaction in a hundred exceeds.
type pace struct {
	perSecond float64
	slowest   time.Duration
}

// run plays a script over as many connections as a visit has for about d. On a
// machine so busy that no transaction ends in the time, it plays longer, up to
// eight times.
func (p pgbench) run(ctx context.Context, text string, variables map[string]string, d time.Duration) (pace, error) {
	for longer := max(d, time.Second); ; longer *= 2 {
		got, err := p.play(ctx, text, variables, longer)
		if !errors.Is(err, errNoneEnded) || longer >= 8*max(d, time.Second) {
			return got, err
		}
	}
}

func (p pgbench) play(ctx context.Context, text string, variables map[string]string, d time.Duration) (got pace, err error) {
	folder, err := os.MkdirTemp(p.folder, "pgbench-")
	if err != nil {
		return pace{}, fmt.Errorf("pgbench: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	path := filepath.Join(folder, "page.sql")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return pace{}, fmt.Errorf("pgbench: %w", err)
	}
	args := []string{
		"--log", "--log-prefix=" + filepath.Join(folder, "log"),
		"--no-vacuum", "--protocol=prepared",
		"--client=" + strconv.Itoa(clients), "--jobs=2",
		"--time=" + strconv.Itoa(int(math.Ceil(d.Seconds()))),
		"--file=" + path,
		"--host=" + p.server.Folder, "--username=" + p.server.User,
	}
	for name, value := range variables {
		args = append(args, "--define="+name+"="+value)
	}
	cmd := exec.CommandContext(ctx, p.program, append(args, p.server.Database)...)
	cmd.Env = append(os.Environ(), "PGPASSWORD="+p.server.Password, "LC_ALL=C", "PGOPTIONS=-c timezone=Asia/Shanghai")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return pace{}, fmt.Errorf("pgbench: %w\n%.2000s", err, out)
	}
	if got.perSecond, err = readTPS(string(out)); err != nil {
		return pace{}, err
	}
	got.slowest, err = slowest(folder)
	return got, err
}

// slowest returns the 99th percentile of the latencies in the logs of a folder.
func slowest(folder string) (time.Duration, error) {
	logs, err := filepath.Glob(filepath.Join(folder, "log*"))
	if err != nil {
		return 0, fmt.Errorf("pgbench: %w", err)
	}
	var latencies []time.Duration
	for _, path := range logs {
		log, err := os.ReadFile(path)
		if err != nil {
			return 0, fmt.Errorf("pgbench: %w", err)
		}
		if latencies, err = readLatencies(latencies, string(log)); err != nil {
			return 0, err
		}
	}
	return percentile(latencies, 99), nil
}

// readLatencies appends the latencies of a log that pgbench wrote, one
// transaction a line: client, number, microseconds, ….
func readLatencies(latencies []time.Duration, log string) ([]time.Duration, error) {
	for line := range strings.Lines(log) {
		fields := strings.Fields(line)
		if len(fields) < 3 {
			return nil, fmt.Errorf("pgbench wrote a line of its log that is none: %q", line)
		}
		us, err := strconv.ParseInt(fields[2], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("pgbench wrote a line of its log that is none: %q", line)
		}
		latencies = append(latencies, time.Duration(us)*time.Microsecond)
	}
	return latencies, nil
}

// errNoneEnded says that no transaction ended within the time.
var errNoneEnded = errors.New("pgbench: no transaction ended within the time")

var (
	tpsLine    = regexp.MustCompile(`(?m)^tps = ([0-9.]+) \((?:without initial connection time|excluding connections establishing)\)`)
	failedLine = regexp.MustCompile(`(?m)^number of failed transactions: (\d+) `)
)

// readTPS reads the transactions a second out of what pgbench prints, without
// the time to connect. It returns an error if some failed.
func readTPS(out string) (float64, error) {
	if m := failedLine.FindStringSubmatch(out); m != nil && m[1] != "0" {
		return 0, errors.New("pgbench: " + m[0] + "…")
	}
	if strings.Contains(out, "actually processed: 0\n") {
		return 0, errNoneEnded
	}
	m := tpsLine.FindStringSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("pgbench printed no figure:\n%.2000s", out)
	}
	return strconv.ParseFloat(m[1], 64)
}
