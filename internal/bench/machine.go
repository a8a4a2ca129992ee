package bench

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// Machine is what the figures were taken on.
type Machine struct {
	Cores    int    `json:"cores"`
	CPU      string `json:"cpu"`
	Go       string `json:"go"`
	Postgres string `json:"postgres"`
	Data     string `json:"data"` // what lies below the synthetic growth, in a sentence
}

// thisMachine describes the machine; CPU is empty where the system does not say.
func thisMachine(postgres, data string) Machine {
	return Machine{Cores: runtime.NumCPU(), CPU: cpuModel("/proc/cpuinfo"), Go: runtime.Version(), Postgres: postgres, Data: data}
}

// String returns the machine as the line under the table.
func (m Machine) String() string {
	cpu := m.CPU
	if cpu == "" {
		cpu = "处理器未知"
	}
	return fmt.Sprintf("机器：%d 核，%s；%s；PostgreSQL %s\n数据：%s", m.Cores, cpu, m.Go, m.Postgres, m.Data)
}

// cpuModel reads the first model name of a file in the form of /proc/cpuinfo.
func cpuModel(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, value, ok := strings.Cut(lines.Text(), ":")
		if ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
