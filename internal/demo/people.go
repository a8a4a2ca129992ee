package demo

import (
	"context"
	"fmt"

	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// Password is the password of every demo account.
const Password = "liuhen-demo"

// Account is a person of the demo institution to sign in as.
type Account struct {
	Username string
	Password string
	Name     string
	Role     staff.Role
	What     string // what the role is good for, in a few words
}

// Accounts lists the accounts to try the portal with.
func Accounts() []Account {
	list := []Account{
		{Username: "newbie", What: "新客户经理：看得到基本信息，敏感部分要申请"},
		{Username: "supervisor1", What: "滨江支行主管：审批本支行的申请"},
		{Username: "manager1", What: "滨江支行客户经理：服务 200 多位客户"},
		{Username: "manager2", What: "江北支行客户经理"},
		{Username: "supervisor2", What: "江北支行主管"},
		{Username: "risk1", What: "风控：看全部客户的基本信息"},
		{Username: "compliance1", What: "合规：查操作留痕，主管申请时审批"},
		{Username: "admin1", What: "管理员：人员、机构与数据导入，看不到客户"},
		{Username: "auditor1", What: "审计：只读操作留痕"},
	}
	for i := range list {
		for _, p := range crew() {
			if p.username == list[i].Username {
				list[i].Name, list[i].Role, list[i].Password = p.name, p.role, Password
			}
		}
	}
	return list
}

// office is a branch or team of the institution.
type office struct{ code, name, kind, parent, region, quarter string }

// offices lists the institution; the branches take the regions of the Berka
// data. The city of 江州 does not exist.
func offices() []office {
	return []office{
		{"000", "演示银行总行", "head", "", "", ""},
		{"101", "滨江支行", "branch", "000", "south Moravia", "滨江区"},
		{"102", "江北支行", "branch", "000", "north Moravia", "江北区"},
		{"103", "城东支行", "branch", "000", "central Bohemia", "城东区"},
		{"104", "望湖支行", "branch", "000", "Prague", "望湖区"},
		{"105", "青山支行", "branch", "000", "east Bohemia", "青山区"},
		{"106", "古城支行", "branch", "000", "north Bohemia", "古城区"},
		{"107", "新港支行", "branch", "000", "west Bohemia", "新港区"},
		{"108", "开元支行", "branch", "000", "south Bohemia", "开元区"},
		{"10301", "城东支行理财一组", "team", "103", "", ""},
		{"10302", "城东支行理财二组", "team", "103", "", ""},
	}
}

// hire is a person of the institution.
type hire struct {
	no, username, name string
	role               staff.Role
	office, superior   string
}

// crew lists everybody, superiors before those who answer to them.
func crew() []hire {
	list := []hire{
		{"90001", "compliance1", "郑亦辰", staff.Compliance, "000", ""},
		{"90002", "risk1", "冯立诚", staff.Risk, "000", "90001"},
		{"90003", "admin1", "孙一帆", staff.Admin, "000", ""},
		{"90004", "auditor1", "钱守正", staff.Auditor, "000", ""},
		{"20101", "supervisor1", "周启明", staff.Supervisor, "101", "90001"},
		{"20201", "supervisor2", "吴静怡", staff.Supervisor, "102", "90001"},
		{"30101", "manager1", "林若溪", staff.Manager, "101", "20101"},
		{"30201", "manager2", "何川", staff.Manager, "102", "20201"},
		{"30109", "newbie", "陈新雨", staff.Manager, "101", "20101"},
	}
	heads := []string{"苏维东", "唐月华", "许振国", "韩雅琴", "邓宏远", "曹淑敏"}
	for i, name := range heads {
		code := fmt.Sprintf("10%d", i+3)
		list = append(list, hire{headOf(code), "head" + code, name, staff.Supervisor, code, "90001"})
	}
	return append(list, managers()...)
}

// headOf is the staff number of a branch's head: 20301 of branch 103.
func headOf(branch string) string { return "20" + branch[2:] + "01" }

// managers lists the customer managers besides the demo accounts.
func managers() []hire {
	where := []string{"101", "101", "102", "102", "102", "10301", "10301", "10302", "104", "104", "104", "105", "105", "105",
		"106", "106", "106", "107", "107", "107", "108", "108", "108", "104"}
	var list []hire
	for i, office := range where {
		branch := office[:3]
		no := fmt.Sprintf("31%03d", i+1)
		list = append(list, hire{no, "m" + no, personName(900_000+i, i%2 == 0), staff.Manager, office, headOf(branch)})
	}
	return list
}

// found opens the institution: offices and people. What is there already stays.
func found(ctx context.Context, tx *pg.Tx) error {
	for _, o := range offices() {
		const q = `
			INSERT INTO branch (code, name, kind, parent_id)
			VALUES ($1, $2, $3, (SELECT id FROM branch WHERE code = $4))
			ON CONFLICT (code) DO NOTHING`
		if _, err := tx.Exec(ctx, q, o.code, o.name, o.kind, o.parent); err != nil {
			return fmt.Errorf("open %s: %w", o.name, err)
		}
	}
	hash, err := staff.HashPassword(Password)
	if err != nil {
		return err
	}
	for _, p := range crew() {
		const q = `
			INSERT INTO staff (no, username, name, role, branch_id, superior_id, password_hash)
			VALUES (
				$1, $2, $3, $4,
				(SELECT id FROM branch WHERE code = $5),
				(SELECT id FROM staff WHERE no = $6),
				$7
			)
			ON CONFLICT (no) DO NOTHING`
		if _, err := tx.Exec(ctx, q, p.no, p.username, p.name, string(p.role), p.office, p.superior, hash); err != nil {
			return fmt.Errorf("hire %s: %w", p.username, err)
		}
	}
	return nil
}
