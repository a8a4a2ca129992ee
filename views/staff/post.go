package staffview

import (
	"fmt"
	"strings"
	"time"

	"liuhen/internal/href"
	"liuhen/internal/staff"
	"liuhen/internal/staffing"
	"liuhen/views/ui"
)

// PersonPage is the page of one person with the forms for the post and for a
// new password.
type PersonPage struct {
	Person   staff.Profile
	Branches []staff.Branch
	// Waiting are the changes of the person that wait for a second one.
	Waiting []staffing.Change
	// Sessions are where the person is signed in, Lockouts the pause of the account.
	Sessions []staff.OpenSession
	Lockouts []staff.Lockout
	// Now is the server's time, in the zone that times are shown in.
	Now time.Time
	// Self says that the viewer looks at the own page, which changes nothing.
	Self bool
	// Post is the form's content: the post so far, or what came back.
	Post staff.Post
	// Faults says what is wrong, by the name of the field, in either form.
	Faults map[string]string
}

// PostOf is the post a person has, as the form begins with it.
func PostOf(p staff.Profile) staff.Post {
	return staff.Post{Role: p.Role, Branch: p.BranchCode, Superior: p.SuperiorNo}
}

// branchOptions are the branches by code.
func (p PersonPage) branchOptions() []ui.Option {
	return Page{Branches: p.Branches}.branches("请选择", byCode)
}

// faults are the faults of the form for the post in the order of its fields.
func (p PersonPage) faults() []ui.FieldError {
	var list []ui.FieldError
	for _, name := range []string{"role", "branch", "superior"} {
		if text := p.Faults[name]; text != "" {
			list = append(list, ui.FieldError{ID: "post-" + name, Text: text})
		}
	}
	return list
}

// superiorHint says who approves now.
func (p PersonPage) superiorHint() string {
	if p.Person.SuperiorName == "" {
		return "审批其调阅申请的人；客户经理必填"
	}
	return "现为" + p.Person.SuperiorName + "；审批其调阅申请的人"
}

// ends says what ends with the role or branch.
func (p PersonPage) ends() string {
	var list []string
	if p.Person.Grants > 0 {
		list = append(list, fmt.Sprintf("收回 %d 项在用的调阅授权", p.Person.Grants))
	}
	if p.Person.Requests > 0 {
		list = append(list, fmt.Sprintf("撤回 %d 件未决的申请", p.Person.Requests))
	}
	if len(list) == 0 {
		return "目前没有在用的调阅授权和未决的申请，变更不会收回什么。"
	}
	return "角色或机构一变，立即" + strings.Join(list, "、") + "，不会恢复。"
}

// stays says what the change does not settle by itself.
func (p PersonPage) stays() []string {
	var list []string
	if p.Person.Requests > 0 {
		list = append(list, "只改上级时，已提交的申请仍等原上级审批；要改由新上级审批，请本人撤回后重新申请。")
	}
	if p.Person.Waiting > 0 {
		list = append(list, fmt.Sprintf("有 %d 件申请正等其审批：不再能审批时，会自动转给其上级。", p.Person.Waiting))
	}
	if p.Person.Subordinates > 0 {
		list = append(list, fmt.Sprintf("有 %d 位下属：改任后不能再审批的，请为他们改设上级。", p.Person.Subordinates))
	}
	if p.Person.Role == staff.Manager {
		list = append(list, "名下客户不会自动转给别人：调往别的机构请用「调动」，改任前请先移交客户。")
	}
	return list
}

// codesOf says how the person signs in.
func codesOf(p PersonPage) string {
	switch {
	case p.Person.CodeSince != nil:
		return "已启用，自 " + p.Person.CodeSince.In(p.Now.Location()).Format("2006-01-02")
	case p.Person.CodeRequired:
		return "未设置，下次登录先设置"
	default:
		return "未设置"
	}
}

// confirmText is what is asked before the post changes.
func (p PersonPage) confirmText() string {
	text := p.ends()
	if p.Person.Waiting > 0 {
		text += fmt.Sprintf("另有 %d 件申请正等其审批，不再能审批时自动转给其上级。", p.Person.Waiting)
	}
	return text
}

// sessionRows are the sessions of the person as their list shows them.
func sessionRows(p PersonPage) []ui.SessionRow {
	rows := make([]ui.SessionRow, len(p.Sessions))
	for i, s := range p.Sessions {
		rows[i] = ui.SessionRow{Browser: s.Browser(), Address: s.Address, Since: s.BeganAt, Seen: s.SeenAt}
		if s.Handle != 0 {
			rows[i].EndURL = href.StaffSessionEnd(p.Person.ID, s.Handle)
		}
	}
	return rows
}
