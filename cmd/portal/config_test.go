package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func parsed(t *testing.T, env map[string]string, args ...string) (*config, error) {
	t.Helper()
	in := input{getenv: func(k string) string { return env[k] }, out: &bytes.Buffer{}}
	c := &config{}
	f := c.flags(in, "serve")
	c.serveFlags(in, f)
	return c, c.parse(f, args)
}

func TestEveryProblemOfTheSettingsIsListedAtOnce(t *testing.T) {
	t.Parallel()
	_, err := parsed(t, nil, "--addr", "nonsense", "--log", "loud", "--owner-database", "x", "--trusted-proxy", "here", "--postgres-bundle", "/no/such/folder", "--watch-dir", "/no/such/inbox", "extra")
	if err == nil {
		t.Fatal("accepted")
	}
	for _, part := range []string{"nonsense", "loud", "DATABASE_URL", "here", "/no/such/folder", "/no/such/inbox", "extra"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not named in\n%v", part, err)
		}
	}
}

func TestAFlagWinsOverItsEnvironmentVariable(t *testing.T) {
	t.Parallel()
	env := map[string]string{"LIUHEN_ADDR": "127.0.0.1:1", "LIUHEN_LOG": "error", "LIUHEN_DATA_DIR": "/var/lib/a", "LIUHEN_HTTPS": "1", "LIUHEN_FIRM": "甲银行"}
	c, err := parsed(t, env, "--addr", "127.0.0.1:2", "--log", "debug")
	if err != nil {
		t.Fatal(err)
	}
	if c.addr != "127.0.0.1:2" || c.logLevel != slog.LevelDebug {
		t.Errorf("addr %s, level %v: the flags must win", c.addr, c.logLevel)
	}
	if c.data != "/var/lib/a" || !c.https || c.firm != "甲银行" {
		t.Errorf("%+v: the environment is not read", c)
	}
}

func TestHelpNamesEverySubCommand(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := run(t.Context(), []string{"--help"}, func(string) string { return "" }, &out); err != nil {
		t.Fatal(err)
	}
	for _, c := range commands() {
		if !strings.Contains(out.String(), c.name) {
			t.Errorf("%s is not in the help", c.name)
		}
		if c.name == "version" {
			continue
		}
		if err := run(t.Context(), []string{c.name, "--help"}, func(string) string { return "" }, &out); err != nil {
			t.Errorf("%s --help: %v", c.name, err)
		}
	}
	if err := run(t.Context(), []string{"nonsense"}, func(string) string { return "" }, &out); err == nil {
		t.Error("an unknown sub-command is accepted")
	}
}
