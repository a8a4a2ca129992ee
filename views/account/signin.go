// Package accountview holds the pages of signing in and of the own password.
package accountview

import (
	"fmt"
	"time"

	"liuhen/views/layout"
	"liuhen/views/ui"
)

// SignIn is the sign-in page.
type SignIn struct {
	Frame layout.Frame
	// Username is what was typed; a password is never sent back.
	Username string
	// Next is the page to open afterwards, empty for the workbench.
	Next string
	// UsernameFault and PasswordFault say what is wrong with a field.
	UsernameFault string
	PasswordFault string
	// Fault says why signing in was refused, without telling which of the two
	// was wrong.
	Fault string
	// Wait is how long signing in is paused after too many failures.
	Wait time.Duration
	// Notice says why one is here, such as 登录已过期.
	Notice string
	// Accounts are the people of the demo institution; they are set in demo
	// mode only, together with their common Password.
	Accounts []DemoAccount
	Password string
}

// DemoAccount is one person of the demo institution.
type DemoAccount struct {
	Username  string
	Name      string
	RoleLabel string
	// Does says in a few words what this person can do.
	Does string
	// Kind colours the initial by role.
	Kind ui.Kind
}

// faults are the field faults, for the summary over the form.
func (p SignIn) faults() []ui.FieldError {
	var list []ui.FieldError
	if p.UsernameFault != "" {
		list = append(list, ui.FieldError{ID: "username", Text: p.UsernameFault})
	}
	if p.PasswordFault != "" {
		list = append(list, ui.FieldError{ID: "password", Text: p.PasswordFault})
	}
	return list
}

// waitText tells how long to wait, rounded up so that the promise holds.
func (p SignIn) waitText() string {
	if p.Wait < time.Minute {
		return fmt.Sprintf("请 %d 秒后再试。", int64((p.Wait+time.Second-1)/time.Second))
	}
	return fmt.Sprintf("请 %d 分钟后再试。", int64((p.Wait+time.Minute-1)/time.Minute))
}

// initial is the first character of the name.
func (a DemoAccount) initial() string {
	for _, r := range a.Name {
		return string(r)
	}
	return ""
}
