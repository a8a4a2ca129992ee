// Command portal is Liuhen 留痕: the compliance portal, its import and
// administration commands and its benchmarks in one program. Run it without
// arguments for the list of sub-commands.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // times are shown in Asia/Shanghai on any machine

	"liuhen/internal/fault"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Getenv, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "portal:", spoken(err))
		os.Exit(1)
	}
}

// spoken is what the person at the prompt is told of err: the sentence, where
// it has one, else all of it.
func spoken(err error) string {
	if f := fault.As(err); f != nil && f.Kind != fault.Internal {
		return f.Sentence
	}
	return err.Error()
}

// command is one sub-command.
type command struct {
	name  string
	short string
	run   func(ctx context.Context, in input) error
}

// input is what a sub-command is given.
type input struct {
	args   []string
	getenv func(string) string
	out    io.Writer
}

// commands lists the sub-commands in the order of the help.
func commands() []command {
	return []command{
		{"demo", "启动演示机构：内置数据库、演示数据、演示账号", runDemo},
		{"serve", "启动门户", runServe},
		{"migrate", "把数据库升级到本程序的版本", runMigrate},
		{"import", "导入一个数据文件", runImport},
		{"staff", "人员：staff add 新增一名人员", runStaff},
		{"bench", "性能测量：bench customers|import|tags|consents", runBench},
		{"version", "显示版本", runVersion},
	}
}

// run executes the sub-command that args name. It returns nil after --help.
func run(ctx context.Context, args []string, getenv func(string) string, out io.Writer) error {
	if len(args) == 0 || args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
		return usage(out)
	}
	for _, c := range commands() {
		if c.name != args[0] {
			continue
		}
		err := c.run(ctx, input{args: args[1:], getenv: getenv, out: out})
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	return fmt.Errorf("没有子命令 %q；运行 portal --help 查看全部子命令", args[0])
}

func usage(out io.Writer) error {
	if _, err := fmt.Fprintln(out, "留痕 Liuhen：先授权、后发送、全留痕\n\n用法：portal <子命令> [选项]"); err != nil {
		return err
	}
	for _, c := range commands() {
		if _, err := fmt.Fprintf(out, "  %-9s %s\n", c.name, c.short); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(out, "\nportal <子命令> --help 查看该子命令的选项。")
	return err
}
