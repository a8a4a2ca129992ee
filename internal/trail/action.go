package trail

// Action says what was done, as "<area>.<act>".
type Action string

// The actions on record. Label gives their Chinese names.
const (
	SignedIn      Action = "session.signed_in"
	SignInRefused Action = "session.refused"
	SignedOut     Action = "session.signed_out"
	CodeAsked     Action = "session.code_asked"
	SessionEnded  Action = "session.ended"

	ListViewed       Action = "customer.listed"
	FileViewed       Action = "customer.viewed"
	GroupRevealed    Action = "customer.revealed"
	ConsultationKept Action = "customer.noted"
	CustomerHanded   Action = "customer.handed_over"

	AccessRequested Action = "access.requested"
	AccessExempted  Action = "access.exempted"
	AccessReturned  Action = "access.handed_back"
	AccessViewed    Action = "access.viewed"
	GlassBroken     Action = "access.glass_broken"
	GlassStopped    Action = "access.glass_stopped"
	AnomalyChecked  Action = "access.anomaly_checked"

	PolicyProposed  Action = "policy.proposed"
	PolicyPublished Action = "policy.published"

	ExportAsked      Action = "export.requested"
	ExportFetched    Action = "export.downloaded"
	ExportChecked    Action = "export.verified"
	ApprovalViewed   Action = "approval.viewed"
	ApprovalDecided  Action = "approval.decided"
	ApprovalReminded Action = "approval.reminded"
	ApprovalTaken    Action = "approval.withdrawn"
	ApprovalAgain    Action = "approval.resubmitted"
	ApprovalRerouted Action = "approval.rerouted"

	TagsViewed       Action = "tag.viewed"
	TagGiven         Action = "tag.given"
	TagRemoved       Action = "tag.removed"
	TagRuleSaved     Action = "tag.rule_saved"
	TagRulePreviewed Action = "tag.rule_previewed"
	TagRuleSubmitted Action = "tag.rule_submitted"
	TagRulePublished Action = "tag.rule_published"
	TagRuleRetired   Action = "tag.rule_retired"

	ImportStarted   Action = "import.started"
	ImportCancelled Action = "import.cancelled"
	ImportFinished  Action = "import.finished"

	SourceAdded     Action = "source.added"
	SourceChanged   Action = "source.changed"
	TokenIssued     Action = "source.token_issued"
	TokenRevoked    Action = "source.token_revoked"
	ConflictSettled Action = "source.conflict_settled"
	MappingSaved    Action = "source.mapping_saved"

	StaffAdded          Action = "staff.added"
	StaffDisabled       Action = "staff.disabled"
	StaffChanged        Action = "staff.changed"
	CodeSet             Action = "staff.code_set"
	CodeReset           Action = "staff.code_reset"
	SignInPolicyChanged Action = "staff.signin_policy"
	StaffUnlocked       Action = "staff.unlocked"
	StaffChangeAsked    Action = "staff.change_asked"
	StaffLeft           Action = "staff.left"
	StaffTransferred    Action = "staff.transferred"
	StaffImported       Action = "staff.imported"
	StaffExported       Action = "staff.exported"
	CustomersHanded     Action = "staff.handover"

	BranchAdded   Action = "branch.added"
	BranchChanged Action = "branch.changed"

	ModulesChanged Action = "module.changed"

	ConsentViewed           Action = "consent.viewed"
	ConsentRecorded         Action = "consent.recorded"
	ConsentWithdrawn        Action = "consent.withdrawn"
	ConsentAnswered         Action = "consent.answered"
	ConsentLinked           Action = "consent.linked"
	ConsentLinkEnded        Action = "consent.link_ended"
	ConsentWordingSubmitted Action = "consent.wording_submitted"
	ConsentWordingPublished Action = "consent.wording_published"
	ConsentChecked          Action = "consent.checked"
	ConsentOverview         Action = "consent.overview"

	TrailRead     Action = "trail.read"
	TrailExported Action = "trail.exported"

	DelegationGiven Action = "delegation.given"
	DelegationEnded Action = "delegation.revoked"

	PageRefused Action = "page.refused"
)

// named is an action with its name on screen.
type named struct {
	action Action
	label  string
}

// table lists every action in the order in which a filter offers them.
func table() []named {
	return []named{
		{SignedIn, "登录"},
		{SignInRefused, "登录被拒"},
		{SignedOut, "退出"},
		{CodeAsked, "等待动态码"},
		{SessionEnded, "结束登录"},
		{ListViewed, "查找客户"},
		{FileViewed, "查看档案"},
		{GroupRevealed, "查看敏感信息"},
		{ConsultationKept, "记录咨询"},
		{CustomerHanded, "客户换主办"},
		{AccessRequested, "申请调阅"},
		{AccessExempted, "免审批打开"},
		{AccessReturned, "提前归还"},
		{AccessViewed, "查看调阅授权"},
		{GlassBroken, "紧急调阅"},
		{GlassStopped, "紧急调阅结束"},
		{AnomalyChecked, "核查调阅异常"},
		{ExportAsked, "申请导出"},
		{ExportFetched, "下载导出文件"},
		{ExportChecked, "验证导出文件"},
		{PolicyProposed, "提议调阅政策"},
		{PolicyPublished, "调阅政策生效"},
		{ApprovalViewed, "查看审批"},
		{ApprovalDecided, "审批决定"},
		{ApprovalReminded, "催办"},
		{ApprovalTaken, "撤回申请"},
		{ApprovalAgain, "重新提交"},
		{ApprovalRerouted, "改派审批"},
		{TagsViewed, "查看标签"},
		{TagGiven, "添加标签"},
		{TagRemoved, "移除标签"},
		{TagRuleSaved, "编辑标签规则"},
		{TagRulePreviewed, "预览标签规则"},
		{TagRuleSubmitted, "提交标签规则"},
		{TagRulePublished, "发布标签规则"},
		{TagRuleRetired, "停用标签规则"},
		{ImportStarted, "开始导入"},
		{ImportCancelled, "取消导入"},
		{ImportFinished, "导入结束"},
		{SourceAdded, "新增数据来源"},
		{SourceChanged, "变更数据来源"},
		{TokenIssued, "签发接口令牌"},
		{TokenRevoked, "停用接口令牌"},
		{ConflictSettled, "裁决信息冲突"},
		{MappingSaved, "保存列对照"},
		{StaffAdded, "新增人员"},
		{StaffDisabled, "停用人员"},
		{StaffChanged, "变更人员"},
		{CodeSet, "设置动态码"},
		{CodeReset, "重置动态码"},
		{SignInPolicyChanged, "变更登录要求"},
		{StaffUnlocked, "解除登录暂停"},
		{StaffChangeAsked, "提出人员变动"},
		{StaffLeft, "办理离职"},
		{StaffTransferred, "调动人员"},
		{StaffImported, "批量导入人员"},
		{StaffExported, "导出人员"},
		{CustomersHanded, "移交客户"},
		{BranchAdded, "新增机构"},
		{BranchChanged, "变更机构"},
		{ModulesChanged, "变更模块开关"},
		{ConsentViewed, "查看营销授权"},
		{ConsentRecorded, "登记授权"},
		{ConsentWithdrawn, "登记撤回授权"},
		{ConsentAnswered, "客户答复授权"},
		{ConsentLinked, "生成授权链接"},
		{ConsentLinkEnded, "停用授权链接"},
		{ConsentWordingSubmitted, "提交授权文本"},
		{ConsentWordingPublished, "发布授权文本"},
		{ConsentChecked, "核对授权台账"},
		{ConsentOverview, "查看授权总览"},
		{TrailRead, "查看留痕"},
		{TrailExported, "导出留痕"},
		{DelegationGiven, "设置审批代理"},
		{DelegationEnded, "收回审批代理"},
		{PageRefused, "访问被拒"},
	}
}

// Actions lists every action in the order in which a filter offers them.
func Actions() []Action {
	var all []Action
	for _, n := range table() {
		all = append(all, n.action)
	}
	return all
}

// Label returns the action's name on screen; an unknown action is its own name.
func (a Action) Label() string {
	for _, n := range table() {
		if n.action == a {
			return n.label
		}
	}
	return string(a)
}
