package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// program is a portal started as a process of its own.
type program struct {
	cmd *exec.Cmd
	url string
}

// address is where a started portal says it can be reached.
var address = regexp.MustCompile(`http://[0-9.]+:[0-9]+`)

// startDemo starts the demo institution in a folder and returns once it is
// ready to serve, with the time that took.
func startDemo(ctx context.Context, self, folder string) (p *program, took time.Duration, err error) {
	complaints, err := os.Create(filepath.Join(folder, "portal.log"))
	if err != nil {
		return nil, 0, err
	}
	defer complaints.Close() // the child has its own
	begun := time.Now()
	cmd := exec.CommandContext(ctx, self, "demo", "--addr", "127.0.0.1:0", "--data", filepath.Join(folder, "demo"))
	cmd.Env = withoutDatabase(os.Environ())
	cmd.Stderr = complaints
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 30 * time.Second
	said, err := cmd.StdoutPipe()
	if err != nil {
		return nil, 0, err
	}
	if err := cmd.Start(); err != nil {
		return nil, 0, fmt.Errorf("start %s: %w", self, err)
	}
	p = &program{cmd: cmd}
	if p.url, err = readAddress(said); err == nil {
		err = p.ready(ctx)
	}
	if err != nil {
		err = errors.Join(fmt.Errorf("start the demo institution: %w", err), p.stop())
		text, _ := os.ReadFile(complaints.Name()) // only adds to the error
		return nil, 0, fmt.Errorf("%w\n%.2000s", err, text)
	}
	return p, time.Since(begun), nil
}

// readAddress waits for the address among the lines a portal prints.
func readAddress(said io.Reader) (string, error) {
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if url := address.FindString(lines.Text()); url != "" {
			go drain(lines)
			return url, nil
		}
	}
	return "", errors.Join(errors.New("it ended without an address"), lines.Err())
}

// drain keeps a child from waiting for somebody to read what it prints.
func drain(lines *bufio.Scanner) {
	for lines.Scan() {
		_ = lines.Text() // nobody asks
	}
}

// withoutDatabase leaves out what would lead a portal to another database.
func withoutDatabase(env []string) []string {
	var kept []string
	for _, e := range env {
		if !strings.HasPrefix(e, "DATABASE_") && !strings.HasPrefix(e, "LIUHEN_ADDR=") {
			kept = append(kept, e)
		}
	}
	return kept
}

// ready waits until the portal answers that it can serve.
func (p *program) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/readyz", nil)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(r)
		if err == nil {
			err = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return err
			}
		}
		if ctx.Err() != nil {
			return errors.Join(ctx.Err(), err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// resident returns the memory of the process in megabytes.
func (p *program) resident() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	return readResident(string(text))
}

// readResident reads VmRSS out of /proc/<pid>/status, in megabytes.
func readResident(status string) (float64, error) {
	for line := range strings.Lines(status) {
		rest, ok := strings.CutPrefix(line, "VmRSS:")
		if !ok {
			continue
		}
		kilobytes, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
		return kilobytes / 1024, err
	}
	return 0, errors.New("no VmRSS in the status of the process")
}

// stop ends the portal as Ctrl+C does and waits for it.
func (p *program) stop() error {
	err := p.cmd.Process.Signal(syscall.SIGINT)
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	return errors.Join(err, p.cmd.Wait())
}
