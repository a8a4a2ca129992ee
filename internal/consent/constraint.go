package consent

import (
	"liuhen/internal/fault"
	"liuhen/internal/pg"
)

// violation turns a guard that held a statement of this package back into what it
// means to the user.
func violation(err error) error {
	return pg.Constraints{
		"consent_act_past":        fault.New(fault.Invalid, "时间不能晚于现在，也不能早于 2000 年。"),
		"consent_act_own_name":    fault.New(fault.Forbidden, "只能以自己的名义登记。").Because("role"),
		"consent_event_leaf":      fault.New(fault.Invalid, "同意要逐类选择，不能一次同意一整类。").Because("consent-none"),
		"consent_event_wording":   fault.New(fault.Conflict, "那个时间没有生效的授权文本，或授权文本刚刚更换，请按现行文本重新确认。").Because("consent-lapsed"),
		"consent_event_offered":   fault.New(fault.Invalid, "授权文本没有列出这个类别或渠道，不能登记同意。").Because("consent-none"),
		"consent_event_evidence":  fault.New(fault.Invalid, "登记同意须写凭证编号。"),
		"consent_event_scope":     fault.New(fault.Forbidden, "同意只能由服务这位客户的人登记。").Because("scope"),
		"consent_by_staff":        fault.New(fault.Forbidden, "授权只能由服务这位客户的人登记。").Because("scope"),
		"consent_asked_again":     fault.Newf(fault.Conflict, "客户 %d 天内拒绝或撤回过，口头同意不能登记。", QuietDays).Because(string(AskedBefore)),
		"consent_link_scope":      fault.New(fault.Forbidden, "链接只能由服务这位客户的人生成。").Because("scope"),
		"consent_link_wording":    fault.New(fault.Conflict, "还没有生效的授权文本，不能征询。请合规部门先定稿。").Because("consent-wording"),
		"consent_link_quiet":      fault.Newf(fault.Conflict, "客户 %d 天内拒绝或撤回过，不再主动征询。客户自己要求更改的，请选「客户要求查看或更改」。", QuietDays).Because(string(AskedBefore)),
		"consent_wording_publish": fault.New(fault.Conflict, "这份文本不能照原样生效：现行版本已经更换，或生效时间早于现行版本。请拒绝，由合规重新提交。"),
	}.Fault(err)
}
