package staffing

import (
	"fmt"
	"slices"
	"strings"

	"liuhen/internal/fault"
	"liuhen/internal/staff"
)

// Standing is what importing a row would do.
type Standing string

// The standings.
const (
	StandsNew     Standing = "new"     // added at once
	StandsSecond  Standing = "second"  // added once a second person agrees
	StandsLater   Standing = "later"   // the superior must be there first
	StandsAsked   Standing = "asked"   // waits for the second person already
	StandsThere   Standing = "there"   // is among the people already; nothing changes
	StandsRefused Standing = "refused" // something is wrong with the row
)

// Standings lists every standing in the order in which they are shown.
func Standings() []Standing {
	return []Standing{StandsRefused, StandsNew, StandsSecond, StandsLater, StandsAsked, StandsThere}
}

// Label returns the standing's name on screen.
func (s Standing) Label() string {
	switch s {
	case StandsNew:
		return "将新增"
	case StandsSecond:
		return "须复核"
	case StandsLater:
		return "等上级"
	case StandsAsked:
		return "复核中"
	case StandsThere:
		return "已存在"
	case StandsRefused:
		return "有问题"
	default:
		return string(s)
	}
}

// Problem is what is wrong with a cell of a row; no column is the whole row.
type Problem struct {
	Column   string
	Sentence string
}

// Judged is a row with what importing it would do, and why.
type Judged struct {
	RosterRow
	Standing Standing
	Problems []Problem // of a refused row
	Note     string    // of any other
	member   staff.NewMember
}

// Person is who the row describes, as it would be stored.
func (j Judged) Person() staff.NewMember { return j.member }

func (j *Judged) refuse(column, sentence string) {
	j.Standing = StandsRefused
	j.Problems = append(j.Problems, Problem{column, sentence})
}

// somebody is a person there is, as far as a file can differ from them.
type somebody struct {
	No, Username, Name string
	Role               staff.Role
	Branch, Superior   string // code and number
	Active             bool
}

// known is what the rows of a file are held against.
type known struct {
	branches map[string]string   // open ones: code to name
	people   map[string]somebody // by number
	users    map[string]string   // username to number
	asked    map[string]string   // number to username of those who wait for a second person
}

// branch finds a branch by its code, or by its name if only one has it.
func (k known) branch(s string) string {
	s = strings.TrimSpace(s)
	if _, ok := k.branches[s]; ok {
		return s
	}
	var found []string
	for code, name := range k.branches {
		if name == s {
			found = append(found, code)
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	return s
}

// judge says of each row what importing it would do. It is pure: the page and the
// import ask the same of the same rows.
func judge(rows []RosterRow, k known) []Judged {
	list := make([]Judged, len(rows))
	first := map[string]int{} // number or username to the row that has it first
	for i, row := range rows {
		j := &list[i]
		*j = Judged{RosterRow: row, member: row.member(k)}
		if row.Defect != "" {
			j.refuse("", row.Defect+"。")
			continue
		}
		j.alone(k)
		if j.Standing == StandsThere || j.Standing == StandsAsked {
			first[j.member.No] = i
			continue
		}
		for _, key := range []struct{ column, value string }{{"工号", j.member.No}, {"用户名", j.member.Username}} {
			at, twice := first[key.value]
			if twice && key.value != "" {
				j.refuse(key.column, fmt.Sprintf("与第 %d 行重复。", list[at].Line))
			} else {
				first[key.value] = i
			}
		}
	}
	alone := slices.Clone(list) // so that a row is not judged by what its order made of another
	for i := range list {
		if list[i].Standing == "" {
			list[i].under(alone, first, k)
		}
	}
	return list
}

// alone judges a row by itself; no standing is nothing against it so far.
func (j *Judged) alone(k known) {
	n := j.member
	if have, ok := k.people[n.No]; ok {
		j.existing(have, k)
		return
	}
	if username, ok := k.asked[n.No]; ok {
		if username == n.Username {
			j.Standing, j.Note = StandsAsked, "已提交复核，同意后生效。"
		} else {
			j.refuse("工号", "这个工号正在等复核，用户名是 "+username+"。")
		}
		return
	}
	if no, ok := k.users[n.Username]; ok {
		j.refuse("用户名", "这个用户名已有人使用（工号 "+no+"）。")
	}
	for _, username := range k.asked {
		if username == n.Username {
			j.refuse("用户名", "这个用户名正在等复核，属于另一个工号。")
		}
	}
	if _, err := n.Tidied(); err != nil {
		for _, f := range fault.As(err).Fields {
			j.refuse(columnOf(f.Name), fileWords(f))
		}
	}
	if _, ok := k.branches[n.Branch]; !ok && n.Branch != "" {
		j.refuse("机构", "没有这个机构，或已撤销。填机构代码或名称。")
	}
}

// fileWords is what is wrong with a field, for somebody who looks at a file.
func fileWords(f fault.Field) string {
	switch f.Name {
	case "role":
		return "没有这个角色。可填客户经理、主管、风控、合规、管理员、审计。"
	case "branch":
		return "没有填机构。"
	default:
		return f.Sentence
	}
}

// existing judges a row whose number somebody has.
func (j *Judged) existing(have somebody, k known) {
	n := j.member
	if have.Username != n.Username || have.Name != n.Name {
		j.refuse("工号", "这个工号已属于"+have.Name+"（"+have.Username+"）。")
		return
	}
	var differs []string
	if n.Role != have.Role {
		differs = append(differs, "角色现为"+have.Role.Label())
	}
	if n.Branch != have.Branch {
		differs = append(differs, "机构现为"+k.branches[have.Branch])
	}
	if n.Superior != have.Superior {
		differs = append(differs, "上级现为 "+orNone(have.Superior))
	}
	if !have.Active {
		differs = append(differs, "账号已停用")
	}
	j.Standing = StandsThere
	if len(differs) > 0 {
		j.Note = "与文件不同：" + strings.Join(differs, "，") + "。导入不改动已有人员，请到其页面变更。"
	}
}

// under judges a row by who would stand above.
func (j *Judged) under(list []Judged, first map[string]int, k known) {
	seen := []string{j.member.No}
	for no, direct := j.member.Superior, true; no != ""; direct = false {
		if slices.Contains(seen, no) {
			j.refuse("上级", "上下级成环："+strings.Join(append(seen, no), " → ")+"。")
			return
		}
		seen = append(seen, no)
		if have, ok := k.people[no]; ok {
			if sentence := cannotLead(have); sentence != "" {
				j.refuse("上级", further(direct)+sentence)
				return
			}
			break
		}
		at, ok := first[no]
		switch {
		case !ok && k.asked[no] != "":
			j.Standing, j.Note = StandsLater, "上级 "+no+" 正在等复核；生效后再导入一次这个文件。"
			return
		case !ok || list[at].member.No != no:
			j.refuse("上级", further(direct)+"没有工号 "+no+" 的人。")
			return
		case list[at].Standing == StandsRefused:
			j.refuse("上级", fmt.Sprintf("上级 %s 在第 %d 行，那一行有问题。", no, list[at].Line))
			return
		case direct && !leads(list[at].member.Role):
			j.refuse("上级", fmt.Sprintf("上级须为主管、风控或合规，第 %d 行是%s。", list[at].Line, list[at].member.Role.Label()))
			return
		}
		if direct {
			j.Standing = StandsLater
			j.Note = fmt.Sprintf("上级 %s 在第 %d 行，还没有生效；复核同意后再导入一次这个文件。", no, list[at].Line)
		}
		if list[at].Standing == StandsAsked {
			return
		}
		no = list[at].member.Superior
	}
	switch {
	case j.Standing != "":
	case j.member.Role.NeedsSecond():
		j.Standing, j.Note = StandsSecond, j.member.Role.Label()+"须另一人复核，同意后生效。"
	default:
		j.Standing = StandsNew
	}
}

// further begins a sentence about somebody above the superior.
func further(direct bool) string {
	if direct {
		return ""
	}
	return "上级的上级有问题："
}

func leads(r staff.Role) bool {
	return r == staff.Supervisor || r == staff.Risk || r == staff.Compliance
}

// cannotLead says why a person cannot be a superior; empty if they can.
func cannotLead(s somebody) string {
	switch {
	case !s.Active:
		return s.Name + "已停用，不能作上级。"
	case !leads(s.Role):
		return "上级须为主管、风控或合规，" + s.Name + "是" + s.Role.Label() + "。"
	default:
		return ""
	}
}
