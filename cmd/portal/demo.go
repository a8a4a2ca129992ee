package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"liuhen/internal/demo"
	"liuhen/internal/staff"
	"liuhen/internal/tag"
	accountview "liuhen/views/account"
	"liuhen/views/ui"
)

// demoMark is the file by which --reset knows a folder that demo made.
const demoMark = "liuhen-demo"

// runDemo runs the portal with the demo institution, building it at first start.
func runDemo(ctx context.Context, in input) (err error) {
	c := &config{demo: true}
	f := c.flags(in, "demo")
	c.serveFlags(in, f)
	f.BoolVar(&c.reset, "reset", false, "清空演示数据，从头建起")
	if err := c.parse(f, in.args); err != nil {
		return err
	}
	if err := prepareDemoFolder(c); err != nil {
		return err
	}
	h, err := openHouse(ctx, c, in, openDatabase)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	if err := demo.Build(ctx, h.db, h.deps.Intake, func(step string) { fmt.Fprintln(in.out, step) }); err != nil {
		return fmt.Errorf("建演示机构：%w", err)
	}
	if err := demo.Consents(ctx, h.db, func(step string) { fmt.Fprintln(in.out, step) }); err != nil {
		return fmt.Errorf("建演示机构：%w", err)
	}
	if err := supplyTags(ctx, h, in.out); err != nil {
		return fmt.Errorf("建演示机构：%w", err)
	}
	h.deps.Demo, h.deps.Password, h.deps.Accounts = true, demo.Password, offered()
	return h.serve(ctx, c, func(url string) error { return welcome(in.out, url, c.data) })
}

// supplyTags publishes the rules that come with the program, where they are not
// yet, and sets their tags.
func supplyTags(ctx context.Context, h *house, out io.Writer) error {
	if added, err := h.deps.TagKeeper.Supply(ctx, tag.SuppliedRules()); err != nil || added == 0 {
		return err
	}
	run, err := h.deps.TagKeeper.Settle(ctx)
	if err != nil || run == nil {
		return err
	}
	_, err = fmt.Fprintf(out, "标签：%d 条规则，新增 %d 个，%.1f 秒\n", run.Rules, run.Gained, float64(run.TookMS)/1000)
	return err
}

// offered lists the demo accounts as the sign-in page offers them.
func offered() []accountview.DemoAccount {
	var list []accountview.DemoAccount
	for _, a := range demo.Accounts() {
		list = append(list, accountview.DemoAccount{
			Username: a.Username, Name: a.Name, RoleLabel: a.Role.Label(), Does: a.What, Kind: kindOf(a.Role),
		})
	}
	return list
}

// kindOf is the tone of a role's face: those who serve, those who watch over
// them, those who run the house.
func kindOf(r staff.Role) ui.Kind {
	switch r {
	case staff.Manager, staff.Supervisor:
		return ui.Key
	case staff.Risk, staff.Compliance:
		return ui.Info
	case staff.Admin:
		return ui.Warn
	default:
		return ui.OK
	}
}

// welcome prints the address, the accounts and where the data live.
func welcome(out io.Writer, url, data string) error {
	_, err := fmt.Fprintf(out, "\n留痕 · 演示银行已启动\n  地址      %s\n  数据目录  %s（--reset 可清空重来）\n  演示账号（密码均为 %s）\n", url, data, demo.Password)
	if err != nil {
		return err
	}
	for _, a := range demo.Accounts() {
		if _, err := fmt.Fprintf(out, "    %-12s %s %s\n", a.Username, a.Name, a.What); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintln(out, "  按 Ctrl+C 停止")
	return err
}

// prepareDemoFolder makes or, with --reset, empties the demo's folder. A folder
// that demo did not make is never emptied and never used.
func prepareDemoFolder(c *config) error {
	mark := filepath.Join(c.data, demoMark)
	entries, err := os.ReadDir(c.data)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("读数据目录：%w", err)
	}
	if _, err := os.Stat(mark); len(entries) > 0 && err != nil {
		return fmt.Errorf("目录 %s 里已有别的文件，不是演示数据目录：请用 --data 指定一个空目录", c.data)
	}
	if c.reset {
		if c.database != "" {
			return errors.New("--reset 只清空内置数据库的演示数据；外部数据库请自行清空")
		}
		for _, name := range []string{"pg", "imports", "keys.json"} {
			if err := os.RemoveAll(filepath.Join(c.data, name)); err != nil {
				return fmt.Errorf("清空演示数据：%w", err)
			}
		}
	}
	if err := os.MkdirAll(c.data, 0o755); err != nil {
		return fmt.Errorf("建数据目录：%w", err)
	}
	return os.WriteFile(mark, []byte("portal demo\n"), 0o644)
}
