package staffing

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"liuhen/internal/fault"
	"liuhen/internal/sourcing"
	"liuhen/internal/staff"
)

// What a file of people may hold.
const (
	MaxRoster     = 2 << 20 // bytes
	MaxRosterRows = 2000
)

// maxShownCell is how much of a cell is kept, in characters; no field is as long.
const maxShownCell = 80

// RosterColumns are the columns of a file of people, by what they are called in
// the template. The last may be missing.
func RosterColumns() []string {
	return []string{"工号", "姓名", "用户名", "角色", "机构", "上级"}
}

// RosterRow is a row of a file of people as it stands there.
type RosterRow struct {
	Line   int64     `json:"line"`
	Cells  [6]string `json:"cells"` // in the order of RosterColumns
	Defect string    `json:"defect,omitempty"`
}

// The columns by place.
const (
	columnNo = iota
	columnName
	columnUsername
	columnRole
	columnBranch
	columnSuperior
)

// ReadRoster reads a file of people. A file that is too large, has no rows or
// lacks a column is Invalid on the field file.
func ReadRoster(file []byte) ([]RosterRow, error) {
	if len(file) > MaxRoster {
		return nil, invalid("file", "文件超过 2 MB，请拆成几个文件。")
	}
	header, rows, err := sourcing.Rows(file, MaxRosterRows)
	if f := fault.As(err); f != nil {
		return nil, invalid("file", f.Sentence)
	}
	if err != nil {
		return nil, err
	}
	places, err := placesOf(header)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, invalid("file", "文件里只有表头，没有人员。")
	}
	list := make([]RosterRow, len(rows))
	for i, row := range rows {
		list[i] = RosterRow{Line: row.Line, Defect: row.Defect}
		for column, at := range places {
			if at >= 0 && at < len(row.Cells) {
				list[i].Cells[column] = cellText(row.Cells[at])
			}
		}
	}
	return list, nil
}

// cellText is a cell as it can be kept and shown.
func cellText(s string) string {
	return cut(strings.ReplaceAll(strings.ToValidUTF8(s, "?"), "\x00", "?"), maxShownCell)
}

// placesOf finds the columns in the header; -1 is missing.
func placesOf(header []string) (places [6]int, err error) {
	also := map[string][]string{
		"工号": {"员工号", "员工编号"}, "姓名": {"员工姓名"}, "用户名": {"登录名", "账号"},
		"角色": {"岗位"}, "机构": {"机构代码", "机构名称"}, "上级": {"上级工号"},
	}
	var missing []string
	for i, name := range RosterColumns() {
		places[i] = slices.IndexFunc(header, func(h string) bool {
			h = strings.TrimSpace(norm.NFKC.String(h))
			return h == name || slices.Contains(also[name], h)
		})
		if places[i] < 0 && i != columnSuperior {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return places, invalid("file", "第一行缺少这些列："+strings.Join(missing, "、")+"。请对照模板。")
	}
	return places, nil
}

// member is the person a row describes, as it would be stored; the role and the
// branch are still as written where they are unknown.
func (r RosterRow) member(k known) staff.NewMember {
	n := staff.NewMember{
		No: r.Cells[columnNo], Name: r.Cells[columnName], Username: r.Cells[columnUsername],
		Role: roleOf(r.Cells[columnRole]), Branch: k.branch(r.Cells[columnBranch]), Superior: r.Cells[columnSuperior],
	}
	n, _ = n.Tidied() // what is wrong is asked for where the row is judged
	return n
}

// roleOf finds a role by its name on screen or its code.
func roleOf(s string) staff.Role {
	s = strings.ToLower(strings.TrimSpace(norm.NFKC.String(s)))
	for _, r := range staff.Roles() {
		if s == r.Label() || s == string(r) {
			return r
		}
	}
	return staff.Role(s)
}

// columnOf is the column of a field of staff.NewMember.
func columnOf(field string) string {
	at := slices.Index([]string{"no", "name", "username", "role", "branch", "superior"}, field)
	if at < 0 {
		return ""
	}
	return RosterColumns()[at]
}
