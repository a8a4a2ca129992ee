package accountview

import "liuhen/views/ui"

// PasswordPage is the form for the own password. No password is ever sent back.
type PasswordPage struct {
	// Username lets a password manager know whose password it is.
	Username string
	// First says that somebody else chose the password, and nothing else is
	// open before it is changed.
	First bool
	// Faults says what is wrong, by the name of the field.
	Faults map[string]string
}

// faults are the faults in the order of the fields.
func (p PasswordPage) faults() []ui.FieldError {
	var list []ui.FieldError
	for _, name := range []string{"old", "new", "again"} {
		if text := p.Faults[name]; text != "" {
			list = append(list, ui.FieldError{ID: "password-" + name, Text: text})
		}
	}
	return list
}

func passwordSpecimens() []ui.Specimen {
	invalid := PasswordPage{Username: "jia", Faults: map[string]string{"old": "原密码不对。", "again": "两次输入的新密码不一致。"}}
	return []ui.Specimen{
		{Name: "password-first", Component: PasswordBody(PasswordPage{Username: "jia", First: true})},
		{Name: "password", Component: PasswordBody(PasswordPage{Username: "jia"})},
		{Name: "password-invalid", Component: PasswordBody(invalid)},
	}
}
