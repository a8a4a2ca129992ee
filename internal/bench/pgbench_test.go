package bench

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestReadTPS(t *testing.T) {
	t.Parallel()
	const good = `pgbench (15.20)
number of transactions actually processed: 1234
number of failed transactions: 0 (0.000%)
latency average = 6.4 ms
initial connection time = 20.1 ms
tps = 1246.512345 (without initial connection time)
`
	const old = "tps = 10.5 (including connections establishing)\ntps = 11.5 (excluding connections establishing)\n"
	for _, c := range []struct {
		name, out string
		want      float64
		fails     bool
	}{
		{"version 15", good, 1246.512345, false},
		{"version 13", old, 11.5, false},
		{"failures", "number of failed transactions: 3 (0.1%)\ntps = 9 (without initial connection time)\n", 0, true},
		{"nothing", "connection refused", 0, true},
	} {
		got, err := readTPS(c.out)
		if got != c.want || (err != nil) != c.fails {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
}

func TestReadLatencies(t *testing.T) {
	t.Parallel()
	got, err := readLatencies([]time.Duration{time.Second}, "0 1 4912 0 1790000000 12\n3 2 250 0 1790000000 99\n")
	if want := []time.Duration{time.Second, 4912 * time.Microsecond, 250 * time.Microsecond}; !slices.Equal(got, want) || err != nil {
		t.Errorf("readLatencies = %v, %v", got, err)
	}
	for _, log := range []string{"0 1\n", "0 1 failed 0 1790000000 12\n"} {
		if _, err := readLatencies(nil, log); err == nil {
			t.Errorf("%q is read", log)
		}
	}
}

func TestPgbenchIsFoundBesideTheServer(t *testing.T) {
	t.Parallel()
	bin := t.TempDir()
	beside := filepath.Join(bin, "pgbench")
	if err := os.WriteFile(beside, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if got, err := findPgbench(bin); got != beside || err != nil {
		t.Errorf("findPgbench = %q, %v", got, err)
	}
}

func TestReadResident(t *testing.T) {
	t.Parallel()
	got, err := readResident("Name:\tportal\nVmPeak:\t  999 kB\nVmRSS:\t   51200 kB\nThreads:\t9\n")
	if got != 50 || err != nil {
		t.Errorf("readResident = %v, %v", got, err)
	}
	if _, err := readResident("Name:\tportal\n"); err == nil {
		t.Error("a status without VmRSS is read")
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	for _, s := range Sizes() {
		got, err := SizeNamed(s.Name)
		if got != s || err != nil {
			t.Errorf("SizeNamed(%q) = %+v, %v", s.Name, got, err)
		}
		if s.Granted > s.Customers || s.Enforced && s.Rounds < 3 {
			t.Errorf("%s makes no measurement: %+v", s.Name, s)
		}
	}
	if _, err := SizeNamed("huge"); err == nil {
		t.Error("an unknown size is taken")
	}
}
