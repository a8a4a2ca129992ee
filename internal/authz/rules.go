package authz

import "time"

// Rule is a rule of the house that blocks or locks something, as its page
// explains it to the person it stops.
type Rule struct {
	Code    string // the word in /why/{rule}
	Title   string
	Text    string // what the rule says and what it does in the portal
	Law     string // law and article it rests on
	Version string
	Since   time.Time // first day of this version
	Owner   string    // who set it and answers for it
	Ways    []string  // how to get past it lawfully
}

// Rules lists every rule that stops somebody today, in the order of the index.
func Rules() []Rule {
	var all []Rule
	for _, part := range [][]Rule{dutyRules(), fileRules(), safetyRules()} {
		for _, r := range part {
			r.Version, r.Since, r.Owner = "第 1 版", time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), "合规部门（系统内置）"
			all = append(all, r)
		}
	}
	return all
}

// FindRule returns the rule with the code, and whether there is one.
func FindRule(code string) (Rule, bool) {
	for _, r := range Rules() {
		if r.Code == code {
			return r, true
		}
	}
	return Rule{}, false
}

// dutyRules say who may do what.
func dutyRules() []Rule {
	return []Rule{
		{
			Code:  "role",
			Title: "按角色分工",
			Text:  "每个角色只能做分内的事：客户经理和主管服务客户，风控与合规审查，管理员管人员与导入但不接触客户数据，审计只读留痕。角色不能做的事，页面不提供入口，直接访问会被拒绝并留痕。",
			Law:   "《商业银行内部控制指引》（银监发〔2014〕40号）第十八条：不相容岗位分离；《个人信息保护法》第五十一条第四项：合理确定个人信息处理的操作权限",
			Ways:  []string{"请有相应角色的同事办理。", "岗位确有变动时，请管理员更新您的角色；角色变动会收回您已有的调阅授权。"},
		},
		{
			Code:  "scope",
			Title: "只看服务范围内的客户",
			Text:  "客户经理看自己名下的客户，主管看本机构及下属团队的客户，风控与合规看全部客户，管理员与审计不看客户。范围外的客户与不存在的客户得到同样的回答，以免被逐个试探。",
			Law:   "《个人信息保护法》第五十一条：对个人信息分类管理、合理确定操作权限，防止未经授权的访问",
			Ways:  []string{"核对客户号是否正确。", "客户已转由您服务时，请主管确认客户的主办经理已更新。", "需要跨机构协作时，请该客户的主办经理或其主管办理。"},
		},
		{
			Code:  "four-eyes",
			Title: "自己不能批准自己的申请",
			Text:  "申请人与审批人必须是两个人。申请一律送上级审批，管理员与审计不审批。数据库也执行这条规则，程序无法绕过。",
			Law:   "《商业银行内部控制指引》（银监发〔2014〕40号）第十八条：不相容岗位分离",
			Ways:  []string{"等待上级审批，急用时可以催办。", "上级不在岗时，请管理员为您设置新的上级，再撤回并重新申请。"},
		},
	}
}

// fileRules say what of a customer's file is open, and how the rest opens.
func fileRules() []Rule {
	return []Rule{
		{
			Code:  "closed-group",
			Title: "敏感信息分组默认不开放",
			Text:  "客户档案按信息分组管理。基本资料与咨询记录按服务关系开放；联系方式、证件、资产、交易流水属于敏感信息，默认只显示掩码或区间，搜索、列表、导出和留痕里也不出现原文。没有调阅授权时，数据库不会交出这些内容。",
			Law:   "《个人信息保护法》第二十八条（金融账户等敏感个人信息须有特定目的和充分必要性）、第五十一条第二项（分类管理）；JR/T 0171-2020《个人金融信息保护技术规范》C2 类信息",
			Ways:  []string{"先看区间与掩码，多数场景已经够用。", "确需原文时，在档案的该分组上点「申请调阅」，批准后该分组自动打开。"},
		},
		{
			Code:  "access",
			Title: "调阅须经审批",
			Text:  "查看敏感信息分组须先申请，写明用途、事由和时长，由上级批准。批准只对本人、这位客户、所申请的分组有效。每次查看都记入留痕，页面带有姓名、工号与时间的水印。",
			Law:   "《个人信息保护法》第五十一条第四项（合理确定操作权限）；《银行保险机构数据安全管理办法》（金规〔2024〕24号）第五十条（可验证、可审计、可追溯）",
			Ways:  []string{"在档案里选择分组、用途和够用的时长，写清事由后提交。", "已有授权未到期时直接查看，不必重复申请。", "被退回时按意见补充，再重新提交。"},
		},
		{
			Code:  "reason",
			Title: "事由要写清楚",
			Text:  "事由至少 10 个字、最多 500 个字，要让审批人和日后的检查人员看得懂：为哪位客户、办什么事、凭什么需要这些信息。「看一下」「工作需要」或重复的字符不能作为事由。",
			Law:   "《个人信息保护法》第二十八条：具有特定的目的和充分的必要性，方可处理敏感个人信息；《银行保险机构数据安全管理办法》（金规〔2024〕24号）第五十条：可追溯",
			Ways:  []string{"写出具体事项，例如：客户今日来电要调整理财配置，需核对产品到期安排。", "有工单号、合同号、来函文号的，一并写上。", "不要在事由里写客户的证件号、手机号或卡号。"},
		},
		{
			Code:  "time-limit",
			Title: "授权到期自动收回",
			Text:  "调阅授权有时限，最短 10 分钟，最长 480 分钟，从批准时起算，到时自动收回，已打开的页面也会关闭该分组。角色、机构变动或停用账号时，授权立即收回。",
			Law:   "《个人信息保护法》第二十八条（充分的必要性）、第五十一条第四项（合理确定操作权限）",
			Ways:  []string{"申请时选择够用的时长。", "没有办完的，重新申请并说明进展。", "提前办完的，请点「提前归还」。"},
		},
	}
}

// safetyRules guard the portal itself.
func safetyRules() []Rule {
	return []Rule{
		{
			Code:  "c3",
			Title: "不接收鉴别信息",
			Text:  "密码、磁道数据、卡片验证码（CVN、CVN2）和指纹、人脸等生物识别信息属于 C3 类信息，本系统不保存。导入文件含有这些列时，整个文件在读取前就被拒收。",
			Law:   "JR/T 0171-2020《个人金融信息保护技术规范》C3 类信息；《银行保险机构数据安全管理办法》（金规〔2024〕24号）第四十五条：鉴别信息不得明文存储、传输、展示",
			Ways:  []string{"请源系统在导出时去掉这些列，再重新导入。", "误传过含鉴别信息的文件，请立即删除本地副本并告知合规部门。"},
		},
		{
			Code:  "throttle",
			Title: "登录失败过多会暂停",
			Text:  "同一账号 15 分钟内失败 5 次，或同一地址 15 分钟内失败 30 次，登录暂停 15 分钟。暂停期间的尝试不计入，也不会延长暂停。每次失败都记入留痕。",
			Law:   "《个人信息保护法》第五十一条：防止未经授权的访问",
			Ways:  []string{"等到页面提示的时间后再登录。", "忘记密码请联系管理员。", "不是您本人在尝试，请立即告知管理员与合规部门。"},
		},
		{
			Code:  "second-factor",
			Title: "登录须用动态码",
			Text:  "管理员可以规定哪些角色登录时除密码外还须输入动态码。动态码由本人手机上的身份验证器每 30 秒生成一个，同一个只能用一次；密钥加密存放，谁也查不到。手机不在身边时用恢复码，每个只能用一次。",
			Law:   "《网络安全法》第二十一条：采取防范网络侵入等危害网络安全行为的技术措施；《个人信息保护法》第五十一条：防止未经授权的访问",
			Ways:  []string{"登录后按提示扫码设置，大约一分钟。", "手机丢失时用恢复码登录，再重新绑定。", "恢复码也没有时，请管理员当面核实后重置。"},
		},
		{
			Code:  "first-password",
			Title: "管理员设的密码必须先改",
			Text:  "新建的账号和被重设的密码，除本人外还有管理员知道。本人登录后先换成只有自己知道的密码，换好之前其他页面都不开放，这样每一条留痕都确是本人所为。",
			Law:   "《银行保险机构数据安全管理办法》（金规〔2024〕24号）第五十条：可验证、可审计、可追溯；《个人信息保护法》第五十一条：防止未经授权的访问",
			Ways:  []string{"在「修改密码」页换一个至少 10 个字符的密码。", "忘记管理员告知的密码时，请管理员再次重设。"},
		},
		{
			Code:  "trail",
			Title: "留痕不可更改",
			Text:  "谁在何时看了什么、申请了什么、批准了什么，与该动作在同一笔事务里记下，任何角色都不能修改或删除，数据库会拒绝。查看和导出留痕同样留痕。",
			Law:   "《银行保险机构数据安全管理办法》（金规〔2024〕24号）第五十条：可验证、可审计、可追溯；《网络安全法》第二十一条：网络日志留存不少于六个月",
			Ways:  []string{"记录与事实不符时，不改原记录，请合规部门补充说明。", "合规与审计可以按人员、动作、客户和日期查询并导出。"},
		},
	}
}
