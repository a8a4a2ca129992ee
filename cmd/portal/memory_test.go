package main

import "testing"

func TestServerSettingsFollowTheMemory(t *testing.T) {
	t.Parallel()
	for memory, want := range map[int64]string{
		0:         "128MB", // not known
		512 << 20: "128MB",
		4 << 30:   "512MB",
		256 << 30: "4096MB",
	} {
		if got := serverSettings(memory)["shared_buffers"]; got != want {
			t.Errorf("%d bytes: shared_buffers = %s, want %s", memory, got, want)
		}
	}
	if n := usableMemory(); n < 64<<20 {
		t.Errorf("this machine has %d bytes", n)
	}
}
