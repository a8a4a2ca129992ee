package access

import "slices"

// Group is a class of fields that is opened together.
type Group string

// The closed groups.
const (
	Contact      Group = "contact"
	Identity     Group = "identity"
	Assets       Group = "assets"
	Transactions Group = "transactions"
)

// Groups lists every closed group in the order of the file.
func Groups() []Group { return []Group{Contact, Identity, Assets, Transactions} }

// Known reports whether g is one of Groups.
func (g Group) Known() bool { return slices.Contains(Groups(), g) }

// Label returns the group's name on screen.
func (g Group) Label() string {
	switch g {
	case Contact:
		return "联系方式"
	case Identity:
		return "证件"
	case Assets:
		return "资产"
	case Transactions:
		return "交易流水"
	default:
		return string(g)
	}
}

// Contents says which fields the group holds.
func (g Group) Contents() string {
	switch g {
	case Contact:
		return "手机、电话、邮箱、地址"
	case Identity:
		return "证件号码、出生日期"
	case Assets:
		return "账户、持仓、贷款、银行卡"
	case Transactions:
		return "交易明细、定期划转"
	default:
		return ""
	}
}

// Labels joins the names of groups: 资产、交易流水.
func Labels(groups []Group) string {
	var s string
	for i, g := range groups {
		if i > 0 {
			s += "、"
		}
		s += g.Label()
	}
	return s
}
