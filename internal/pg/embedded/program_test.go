package embedded

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// helperVar makes the test binary act as a program of its own: it starts the
// server in the named folder, prints one line and waits for its input to end.
const helperVar = "LIUHEN_EMBEDDED_HELPER"

func actAsProgram(dir string) int {
	ctx := context.Background()
	s, err := Start(ctx, quick(dir))
	if err == nil {
		err = addRow(s)
	}
	if err != nil {
		fmt.Println("failed:", err)
		return 1
	}
	fmt.Println("ready")
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		fmt.Println("failed:", err)
	}
	if err := s.Stop(ctx); err != nil {
		fmt.Println("failed:", err)
		return 1
	}
	fmt.Println("stopped")
	return 0
}

// program is a running helper.
type program struct {
	t      *testing.T
	cmd    *exec.Cmd
	input  io.WriteCloser
	output *bufio.Scanner
}

// runProgram starts the helper on dir without waiting for its first line.
func runProgram(t *testing.T, cmd *exec.Cmd, dir string) *program {
	t.Helper()
	cmd.Env = append(os.Environ(), helperVar+"="+dir)
	cmd.Stderr = os.Stderr
	input, err := cmd.StdinPipe()
	must(t, err)
	output, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // has ended already when the test passed
	return &program{t: t, cmd: cmd, input: input, output: bufio.NewScanner(output)}
}

func (p *program) line() string {
	p.t.Helper()
	if !p.output.Scan() {
		p.t.Fatalf("helper ended without a line: %v", p.output.Err())
	}
	return p.output.Text()
}

func (p *program) expect(want string) {
	p.t.Helper()
	if got := p.line(); got != want {
		p.t.Fatalf("helper says %q, want %q", got, want)
	}
}

// kill ends the helper the hard way and reaps it.
func (p *program) kill() {
	p.t.Helper()
	must(p.t, p.cmd.Process.Kill())
	_ = p.cmd.Wait() // "signal: killed"
}

// finish lets the helper stop its server and end.
func (p *program) finish() {
	p.t.Helper()
	must(p.t, p.input.Close())
	p.expect("stopped")
	must(p.t, p.cmd.Wait())
}

// copyProgram copies the test binary to where other users can run it.
func copyProgram(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "program")
	to, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o755)
	must(t, err)
	from, err := os.Open(os.Args[0])
	must(t, err)
	defer from.Close()
	_, err = io.Copy(to, from)
	must(t, err)
	must(t, to.Close())
	return path
}
