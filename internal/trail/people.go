package trail

// Actions on people: how they sign in, and what is changed about them.
const (
	CodeAsked           Action = "session.code_asked"
	SessionEnded        Action = "session.ended"
	CodeSet             Action = "staff.code_set"
	CodeReset           Action = "staff.code_reset"
	SignInPolicyChanged Action = "staff.signin_policy"
	StaffUnlocked       Action = "staff.unlocked"
	StaffChangeAsked    Action = "staff.change_asked"
	StaffLeft           Action = "staff.left"
	StaffImported       Action = "staff.imported"
	CustomersHanded     Action = "staff.handover"
	CustomerHanded      Action = "customer.handed_over"
	ModulesChanged      Action = "module.changed"
)

func peopleActions() []Action {
	return []Action{
		CodeAsked, SessionEnded, CodeSet, CodeReset, SignInPolicyChanged, StaffUnlocked, StaffChangeAsked,
		StaffLeft, StaffImported, CustomersHanded, CustomerHanded, ModulesChanged,
	}
}

// peopleLabel is Label for these and for the first acts on people; an unknown action is its own name.
func (a Action) peopleLabel() string {
	switch a {
	case StaffAdded:
		return "新增人员"
	case StaffDisabled:
		return "停用人员"
	case StaffChanged:
		return "变更人员"
	case BranchAdded:
		return "新增机构"
	case BranchChanged:
		return "变更机构"
	case CodeAsked:
		return "等待动态码"
	case SessionEnded:
		return "结束登录"
	case CodeSet:
		return "设置动态码"
	case CodeReset:
		return "重置动态码"
	case SignInPolicyChanged:
		return "变更登录要求"
	case StaffUnlocked:
		return "解除登录暂停"
	case StaffChangeAsked:
		return "提出人员变动"
	case StaffLeft:
		return "办理离职"
	case StaffImported:
		return "批量导入人员"
	case CustomersHanded:
		return "移交客户"
	case CustomerHanded:
		return "客户换主办"
	case ModulesChanged:
		return "变更模块开关"
	default:
		return string(a)
	}
}
