package main

import (
	"bufio"
	"bytes"
	"os"
	"strconv"
	"strings"
)

// serverSettings are the settings of the embedded server: PostgreSQL's own
// defaults are for a machine of the nineties. memory is what the process may
// use, in bytes; 0 if that is not known.
func serverSettings(memory int64) map[string]string {
	const mb = 1 << 20
	buffers := min(max(memory/8, 128*mb), 4096*mb)
	return map[string]string{
		"shared_buffers":       strconv.FormatInt(buffers/mb, 10) + "MB",
		"effective_cache_size": strconv.FormatInt(max(memory/2, 512*mb)/mb, 10) + "MB",
		"max_wal_size":         "2GB", // an import would otherwise wait for checkpoint after checkpoint
		"random_page_cost":     "1.1", // no disk that turns
	}
}

// usableMemory returns the machine's memory, or less where a control group
// limits the process; 0 if neither is told.
func usableMemory() int64 {
	total := memTotal()
	limit, err := os.ReadFile("/sys/fs/cgroup/memory.max")
	if err != nil {
		return total
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(limit)), 10, 64)
	if err != nil || n <= 0 || total > 0 && n > total { // "max"
		return total
	}
	return n
}

// memTotal reads the machine's memory as the kernel tells it.
func memTotal() int64 {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) == 3 && fields[0] == "MemTotal:" {
			kb, err := strconv.ParseInt(fields[1], 10, 64)
			if err != nil {
				return 0
			}
			return kb << 10
		}
	}
	return 0
}
