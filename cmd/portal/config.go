package main

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
)

// config is every setting of the program, from flags and environment. A flag
// wins over its environment variable.
type config struct {
	addr     string       // where to listen, host:port
	data     string       // the folder of everything that is kept outside the database
	database string       // DATABASE_URL: an outside server as the program's role; empty: the embedded one
	owner    string       // DATABASE_OWNER_URL: the same server as the owner of the tables
	bundle   string       // an unpacked PostgreSQL bundle, used where the machine has none
	watch    string       // a folder whose files are imported; empty for none
	firm     string       // the institution's name on screen
	https    bool         // the portal is reached over https
	proxies  []*net.IPNet // whose X-Forwarded-For is believed
	logLevel slog.Level
	demo     bool
	reset    bool
	problems []error
}

// flags returns a flag set for a sub-command with the settings that every one
// of them takes.
func (c *config) flags(in input, name string) *flag.FlagSet {
	f := flag.NewFlagSet("portal "+name, flag.ContinueOnError)
	f.SetOutput(in.out)
	f.StringVar(&c.data, "data", or(in.getenv("LIUHEN_DATA_DIR"), defaultData(in.getenv, name == "demo")), "数据目录（LIUHEN_DATA_DIR）")
	f.StringVar(&c.database, "database", in.getenv("DATABASE_URL"), "外部数据库，程序角色（DATABASE_URL）；不填则用内置数据库")
	f.StringVar(&c.owner, "owner-database", in.getenv("DATABASE_OWNER_URL"), "外部数据库，表的所有者，用于升级（DATABASE_OWNER_URL）")
	f.StringVar(&c.bundle, "postgres-bundle", in.getenv("LIUHEN_POSTGRES_BUNDLE"), "PostgreSQL 备用程序包目录（LIUHEN_POSTGRES_BUNDLE）")
	f.Func("log", "日志级别 debug、info、warn、error（LIUHEN_LOG），默认 info", c.noting(c.setLevel))
	if level := in.getenv("LIUHEN_LOG"); level != "" {
		c.note(c.setLevel(level))
	}
	return f
}

// serveFlags adds the settings of a process that serves pages.
func (c *config) serveFlags(in input, f *flag.FlagSet) {
	f.StringVar(&c.addr, "addr", or(in.getenv("LIUHEN_ADDR"), "127.0.0.1:8080"), "监听地址（LIUHEN_ADDR）")
	firm := ""
	if c.demo {
		firm = "演示银行"
	}
	f.StringVar(&c.firm, "firm", or(in.getenv("LIUHEN_FIRM"), firm), "机构名称，显示在页面上（LIUHEN_FIRM）")
	f.Func("trusted-proxy", "反向代理的地址段，逗号分隔，如 10.0.0.5/32（LIUHEN_TRUSTED_PROXY）", c.noting(c.setProxies))
	if list := in.getenv("LIUHEN_TRUSTED_PROXY"); list != "" {
		c.note(c.setProxies(list))
	}
	f.StringVar(&c.watch, "watch-dir", in.getenv("LIUHEN_WATCH_DIR"), "监看目录：放进来的 来源代码.映射名称.任意.csv 会自动导入（LIUHEN_WATCH_DIR）")
	f.BoolVar(&c.https, "https", in.getenv("LIUHEN_HTTPS") == "1", "用户经 https 访问：Cookie 只走加密连接（LIUHEN_HTTPS=1）")
}

// parse reads the arguments and returns every problem of the settings at once.
func (c *config) parse(f *flag.FlagSet, args []string) error {
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		c.note(fmt.Errorf("多余的参数：%s", strings.Join(f.Args(), " ")))
	}
	if c.addr != "" {
		if _, port, err := net.SplitHostPort(c.addr); err != nil || port == "" {
			c.note(fmt.Errorf("监听地址 %q 应写成 主机:端口，例如 127.0.0.1:8080", c.addr))
		}
	}
	if c.data == "" {
		c.note(errors.New("不知道数据放在哪里：请用 --data 指定目录"))
	} else if abs, err := filepath.Abs(c.data); err != nil {
		c.note(err)
	} else {
		c.data = abs
	}
	if c.owner != "" && c.database == "" {
		c.note(errors.New("给了 DATABASE_OWNER_URL 就必须同时给 DATABASE_URL"))
	}
	if c.watch != "" {
		if info, err := os.Stat(c.watch); err != nil || !info.IsDir() {
			c.note(fmt.Errorf("监看目录 %s 不存在或不是目录", c.watch))
		}
	}
	if c.bundle != "" {
		if _, err := os.Stat(c.bundle); err != nil {
			c.note(fmt.Errorf("PostgreSQL 备用程序包目录不能用：%w", err))
		}
	}
	return errors.Join(c.problems...)
}

func (c *config) setLevel(s string) error {
	if err := c.logLevel.UnmarshalText([]byte(s)); err != nil {
		return fmt.Errorf("日志级别 %q 应为 debug、info、warn 或 error", s)
	}
	return nil
}

func (c *config) setProxies(list string) error {
	c.proxies = nil
	for _, s := range strings.Split(list, ",") {
		_, p, err := net.ParseCIDR(strings.TrimSpace(s))
		if err != nil {
			return fmt.Errorf("反向代理的地址段 %q 应写成 10.0.0.5/32", s)
		}
		c.proxies = append(c.proxies, p)
	}
	return nil
}

// noting keeps what set finds wrong for the list of problems, so that one does
// not hide the others.
func (c *config) noting(set func(string) error) func(string) error {
	return func(s string) error {
		c.note(set(s))
		return nil
	}
}

func (c *config) note(err error) {
	if err != nil {
		c.problems = append(c.problems, err)
	}
}

// defaultData is /var/lib/liuhen for root, else the user's data folder. The
// demo keeps apart from a real installation.
func defaultData(getenv func(string) string, demo bool) string {
	name := "liuhen"
	if demo {
		name = "liuhen-demo"
	}
	if os.Geteuid() == 0 {
		return filepath.Join("/var/lib", name)
	}
	if dir := getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, name)
	}
	if home := getenv("HOME"); home != "" {
		return filepath.Join(home, ".local", "share", name)
	}
	return ""
}

func or(s, otherwise string) string {
	if s != "" {
		return s
	}
	return otherwise
}
