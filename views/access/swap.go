package accessview

import (
	"github.com/a-h/templ"

	"liuhen/internal/access"
)

// swap makes a form exchange its section in place: the answer is the whole
// page, of which the section and the message are taken. Without scripts the
// page loads anew.
func (s Section) swap(address string) templ.Attributes {
	return templ.Attributes{
		"hx-post":         address,
		"hx-target":       "#" + s.ID(),
		"hx-select":       "#" + s.ID(),
		"hx-select-oob":   "#flash",
		"hx-disabled-elt": "find button",
	}
}

// verb is what the button that asks says.
func (s Section) verb() string {
	switch s.Status.State {
	case access.Returned:
		return "重新提交"
	case access.Rejected, access.Expired:
		return "再次申请"
	default:
		return "申请调阅"
	}
}

// superior says what the approver is to the viewer.
func (s Section) superior() string {
	if s.Approver.Direct {
		return "直接上级"
	}
	return "上级"
}

func endedBadge(s access.Status) string {
	switch s.EndReason {
	case "":
		return "授权已到期"
	case "handed_back":
		return "已归还"
	default:
		return "授权已收回"
	}
}
