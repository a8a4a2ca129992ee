package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
)

// version is set by the linker.
var version = "dev"

// runVersion prints the program's version.
func runVersion(_ context.Context, in input) error {
	_, err := fmt.Fprintf(in.out, "liuhen %s (%s)\n", version, runtime.Version())
	return err
}

// runMigrate brings the database up to date and says how far it was behind.
func runMigrate(ctx context.Context, in input) (err error) {
	c := &config{}
	if err := c.parse(c.flags(in, "migrate"), in.args); err != nil {
		return err
	}
	if c.database != "" && c.owner == "" {
		return errors.New("升级需要表的所有者：请给出 DATABASE_OWNER_URL")
	}
	k, err := loadKeys(c.data, in.getenv)
	if err != nil {
		return err
	}
	d, err := joinDatabase(ctx, c, k, newLog(c))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	steps, err := d.migrate(ctx, k)
	if err != nil {
		return err
	}
	if steps == 0 {
		_, err = fmt.Fprintln(in.out, "数据库已是最新。")
		return err
	}
	_, err = fmt.Fprintf(in.out, "数据库已升级 %d 步。\n", steps)
	return err
}
