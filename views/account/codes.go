package accountview

import (
	"strconv"
	"time"

	"liuhen/internal/staff"
	"liuhen/views/layout"
	"liuhen/views/ui"
)

// PictureSize is the width of the picture of a secret, in pixels.
const PictureSize = 220

// SignInCode is the second step of signing in. No code is ever sent back.
type SignInCode struct {
	Frame layout.Frame
	// Next is the page to open afterwards.
	Next string
	// Fault says what is wrong with the code.
	Fault string
	// Paused says how long signing in is paused after too many failures.
	Paused string
}

func (p SignInCode) faults() []ui.FieldError {
	if p.Fault == "" {
		return nil
	}
	return []ui.FieldError{{ID: "code", Text: p.Fault}}
}

// CodesPage is the page of the own one-time codes.
type CodesPage struct {
	Own staff.OwnCodes
	// Username lets a password manager know whose password is asked for.
	Username string
	// Secret is the one that waits to be confirmed, for typing by hand.
	Secret string
	// Required says that the viewer's role must have codes.
	Required bool
	// Now is the server's time, in the zone that times are shown in.
	Now time.Time
	// Faults says what is wrong, by the name of the field.
	Faults map[string]string
	// Paused says how long codes and passwords are not judged.
	Paused string
}

func (p CodesPage) since() string {
	return p.Own.Since.In(p.Now.Location()).Format("2006-01-02 15:04")
}

func (p CodesPage) must() bool { return p.Required && p.Own.Since == nil }

// startLabel is what begins a set-up.
func (p CodesPage) startLabel() string {
	switch {
	case p.Own.Pending:
		return "换一个密钥"
	case p.Own.Since != nil:
		return "换手机重新绑定"
	default:
		return "开始设置"
	}
}

func number(n int) string { return strconv.Itoa(n) }

func codeSpecimens() []ui.Specimen {
	since := ui.SpecimenTime()
	none := CodesPage{Username: "jia", Required: true, Now: since}
	pending := CodesPage{Username: "jia", Own: staff.OwnCodes{Pending: true}, Secret: "JBSW-Y3DP-EHPK-3PXP-JBSW-Y3DP-EHPK-3PXP", Now: since}
	wrong := pending
	wrong.Faults = map[string]string{"code": "动态码不对，或已经用过，请等下一个。"}
	set := CodesPage{Username: "jia", Own: staff.OwnCodes{Since: &since, Recovery: 8}, Now: since}
	paused := set
	paused.Paused = "登录失败次数过多，已暂停，请在 15 分钟后再试。"
	refused := SignInCode{Frame: specimenFrame(), Fault: "动态码不对，或已经用过，请等下一个。"}
	refused.Frame.Invalid = true
	return []ui.Specimen{
		{Name: "codes-none", Component: CodesBody(none)},
		{Name: "codes-pending", Component: CodesBody(pending)},
		{Name: "codes-wrong", Component: CodesBody(wrong)},
		{Name: "codes-set", Component: CodesBody(set)},
		{Name: "codes-paused", Component: CodesBody(paused)},
		{Name: "codes-recovery", Component: RecoveryBody([]string{"ABCD-EFGH-IJKL-MNOP", "QRST-UVWX-YZ23-4567"})},
		{Name: "signin-code", Page: true, Component: SignInCodePage(SignInCode{Frame: specimenFrame(), Next: "/customers"})},
		{Name: "signin-code-refused", Page: true, Component: SignInCodePage(refused)},
		{Name: "signin-code-paused", Page: true, Component: SignInCodePage(SignInCode{Frame: specimenFrame(), Paused: paused.Paused})},
	}
}
