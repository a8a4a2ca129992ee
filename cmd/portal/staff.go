package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"liuhen/internal/staff"
)

// runStaff adds a person from the command line, which is how the first
// administrator of an installation comes to be.
func runStaff(ctx context.Context, in input) (err error) {
	if len(in.args) == 0 || in.args[0] != "add" {
		_, err := fmt.Fprintln(in.out, "用法：portal staff add --no 10001 --username wang --name 王立 --role admin [--branch 0000] [--superior 工号]\n"+
			"密码从标准输入读一行，或取自环境变量 LIUHEN_PASSWORD。")
		return err
	}
	c := &config{}
	f := c.flags(in, "staff add")
	var n staff.NewMember
	var role, institution string
	f.StringVar(&n.No, "no", "", "工号，4 到 8 位数字")
	f.StringVar(&n.Username, "username", "", "用户名")
	f.StringVar(&n.Name, "name", "", "姓名")
	f.StringVar(&role, "role", "", "角色：manager supervisor risk compliance admin auditor")
	f.StringVar(&n.Branch, "branch", staff.HeadCode, "机构编码")
	f.StringVar(&n.Superior, "superior", "", "上级的工号")
	f.StringVar(&institution, "institution", "总行", "还没有任何机构时，总部的名称")
	if err := c.parse(f, in.args[1:]); err != nil {
		return err
	}
	n.Role = staff.Role(role)
	if n.Password, err = password(in); err != nil {
		return err
	}
	h, err := openHouse(ctx, c, in, joinDatabase)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	if err := h.deps.People.Found(ctx, staff.Program(), institution); err != nil {
		return err
	}
	m, err := h.deps.People.Add(ctx, staff.Program(), n)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(in.out, "已新增 %s（工号 %s，用户名 %s，%s）。\n", m.Name, m.No, m.Username, m.Role.Label())
	return err
}

// password reads the new person's password.
func password(in input) (string, error) {
	if p := in.getenv("LIUHEN_PASSWORD"); p != "" {
		return p, nil
	}
	if _, err := fmt.Fprint(in.out, "密码："); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", errors.Join(errors.New("没有读到密码"), err)
	}
	return line, nil
}
