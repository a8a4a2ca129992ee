package customer

import "slices"

// Via is how a customer was in contact.
type Via string

// The ways, as the table consultation knows them.
const (
	WeCom   Via = "wecom"
	Phone   Via = "phone"
	Counter Via = "counter"
	Visit   Via = "visit"
	Other   Via = "other"
)

// Vias lists the ways in the order in which a form offers them.
func Vias() []Via { return []Via{WeCom, Phone, Counter, Visit, Other} }

// Known reports whether v is one of Vias.
func (v Via) Known() bool { return slices.Contains(Vias(), v) }

// Label returns the way's name on screen.
func (v Via) Label() string {
	switch v {
	case WeCom:
		return "企业微信"
	case Phone:
		return "电话"
	case Counter:
		return "柜面"
	case Visit:
		return "面谈"
	case Other:
		return "其他"
	default:
		return string(v)
	}
}
