package sourcing

func customerTargets() []Target {
	const c, d = "customer", "identity_document"
	return []Target{
		idTarget(c, "客户号（来源系统的）", "客户号", "客户编号", "客户代码", "客户id", "customer_no", "cust_no", "customer_id", "client_id", "custid", "cif_no", "cif", "编号", "id"),
		textTarget(c, "name", "姓名", "姓名", "客户姓名", "客户名称", "名称", "name", "customer_name", "cust_name", "full_name").keyed("name", personNames).required(),
		listTarget(c, "gender", "性别", "gender", "性别", "gender", "sex"),
		listTarget(d, "kind", "证件类型", "certificate", "证件类型", "证件种类", "certificate_kind", "cert_type", "id_type").keyed("certificate_kind", inTable).or("resident_id", "没有这一列时，都按居民身份证"),
		textTarget(d, "number", "证件号码", "证件号码", "证件号", "身份证号码", "身份证号", "身份证", "certificate_no", "cert_no", "id_number", "id_card", "id_no").keyed("certificate_no", certificates),
		{Key: "birth_date", Label: "出生日期", Converts: asDate(), Hint: "没有这一列时，取自居民身份证号", entity: c, field: "birth_date", names: []string{"出生日期", "生日", "birth_date", "birthday", "date_of_birth", "dob"}, content: days},
		contact("mobile", "手机", mobiles, "手机", "手机号码", "手机号", "移动电话", "联系电话", "mobile", "mobile_phone", "cellphone", "cell"),
		contact("phone", "固定电话", anyText, "固定电话", "座机", "家庭电话", "电话", "telephone", "tel", "phone"),
		contact("email", "邮箱", emails, "邮箱", "电子邮箱", "电子邮件", "email", "e_mail", "mail"),
		contact("address", "地址", anyText, "地址", "联系地址", "通讯地址", "住址", "家庭住址", "address", "addr"),
		textTarget(c, "occupation", "职业", "职业", "occupation", "job"),
		textTarget(c, "residence", "居住地", "居住地", "所在城市", "城市", "residence", "city"),
		dateTarget(c, "opened_on", "开户日期", "开户日期", "开户日", "开户时间", "建档日期", "opened_on", "open_date"),
		textTarget(c, "branch_code", "机构号", "机构号", "机构代码", "开户机构", "网点号", "branch_code", "branch", "org_code"),
		textTarget(c, "manager_no", "主办工号", "主办工号", "客户经理工号", "管户工号", "manager_no", "manager_id"),
	}
}

func accountTargets() []Target {
	const e = "account"
	return append([]Target{
		idTarget(e, "账号", "账号", "账户号", "账户编号", "account_no", "account_id", "acct_no", "external_no"),
	}, append(whose(e, false),
		textTarget(e, "kind", "账户类型", "账户类型", "账户种类", "产品", "kind", "account_type", "type"),
		listTarget(e, "currency", "币种", "currency", "币种", "货币", "currency", "ccy"),
		moneyTarget(e, "balance", "余额", "余额", "账户余额", "balance", "bal"),
		dateTarget(e, "balance_on", "余额日期", "余额日期", "余额日", "balance_on", "balance_date"),
		dateTarget(e, "opened_on", "开户日期", "开户日期", "开户日", "开户时间", "opened_on", "open_date"),
	)...)
}

func holdingTargets() []Target {
	const e = "holding"
	return append([]Target{
		idTarget(e, "持仓号", "持仓号", "持仓编号", "holding_no", "position_id", "external_no"),
	}, append(whose(e, false),
		textTarget(e, "product_code", "产品代码", "产品代码", "基金代码", "product_code", "fund_code", "code").required(),
		textTarget(e, "product_name", "产品名称", "产品名称", "基金名称", "产品简称", "product_name", "fund_name").required(),
		listTarget(e, "risk", "产品风险等级", "risk", "产品风险", "产品风险等级", "风险等级", "risk", "risk_level"),
		moneyTarget(e, "units", "份额", "份额", "持有份额", "数量", "units", "shares", "quantity").required(),
		moneyTarget(e, "value", "市值", "市值", "持仓市值", "金额", "value", "market_value", "amount").required(),
		dateTarget(e, "valued_on", "估值日", "估值日", "估值日期", "净值日期", "valued_on", "nav_date", "value_date").required(),
	)...)
}

func loanTargets() []Target {
	const e = "loan"
	return append([]Target{
		idTarget(e, "贷款号", "贷款号", "借据号", "贷款编号", "合同号", "loan_no", "loan_id", "external_no"),
	}, append(whose(e, true),
		textTarget(e, "kind", "贷款种类", "贷款种类", "贷款类型", "贷款品种", "kind", "loan_type"),
		moneyTarget(e, "principal", "本金", "本金", "贷款金额", "放款金额", "principal", "loan_amount", "amount").required(),
		Target{Key: "months", Label: "期限（月）", Required: true, Converts: []Conversion{{"integer", "整数"}}, entity: e, field: "months", names: []string{"期限", "期限月", "贷款期限", "期数", "months", "term", "duration"}, content: wholes},
		moneyTarget(e, "monthly", "月供", "月供", "月还款额", "每期还款", "monthly", "monthly_payment", "payments").required(),
		dateTarget(e, "granted_on", "放款日期", "放款日期", "放款日", "发放日期", "granted_on", "loan_date", "date").required(),
		listTarget(e, "status", "状态", "loan_status", "状态", "贷款状态", "还款状态", "status").required(),
	)...)
}

func cardTargets() []Target {
	const e = "card"
	return append([]Target{
		idTarget(e, "卡的编号", "卡编号", "卡号", "card_no", "card_id", "external_no"),
	}, append(whose(e, true),
		textTarget(e, "kind", "卡种", "卡种", "卡类型", "卡产品", "kind", "card_type", "type").required(),
		moneyTarget(e, "credit_limit", "信用额度", "信用额度", "额度", "credit_limit", "limit"),
		dateTarget(e, "issued_on", "发卡日期", "发卡日期", "发卡日", "issued_on", "issued", "issue_date"),
	)...)
}

func assessmentTargets() []Target {
	const e = "assessment"
	return append([]Target{
		idTarget(e, "测评编号", "测评编号", "测评号", "问卷编号", "assessment_no", "external_no"),
	}, append(whose(e, false),
		listTarget(e, "grade", "风险等级", "grade", "风险等级", "测评等级", "测评结果", "风险承受能力", "grade", "risk_grade", "risk_level").required(),
		dateTarget(e, "assessed_on", "测评日期", "测评日期", "评估日期", "测评时间", "assessed_on", "assess_date", "date").required(),
		dateTarget(e, "valid_until", "有效期至", "有效期至", "到期日", "失效日期", "有效期", "valid_until", "expire_date", "expiry").required(),
		textTarget(e, "method", "测评方式", "测评方式", "渠道", "method", "channel"),
	)...)
}

func consultationTargets() []Target {
	const e = "consultation"
	return append([]Target{
		idTarget(e, "记录编号", "记录编号", "记录号", "工单号", "note_no", "ticket_no", "external_no"),
	}, append(whose(e, false),
		Target{Key: "at", Label: "时间", Required: true, Converts: []Conversion{{"datetime", "日期和时间（北京时间）"}}, entity: e, field: "at", names: []string{"时间", "沟通时间", "咨询时间", "日期", "at", "time", "created_at", "date"}, content: days},
		listTarget(e, "via", "方式", "via", "方式", "沟通方式", "渠道", "via", "channel").or("other", "没有这一列时，都按其他方式"),
		textTarget(e, "body", "内容", "内容", "沟通内容", "咨询内容", "摘要", "body", "content", "note", "text").required(),
		textTarget(e, "staff_no", "经办工号", "经办工号", "工号", "staff_no"),
	)...)
}

func transactionTargets() []Target {
	const e = "transaction"
	return append([]Target{
		idTarget(e, "流水号", "流水号", "交易流水号", "交易编号", "trans_id", "transaction_id", "txn_id", "external_no"),
	}, append(whose(e, true),
		dateTarget(e, "booked_on", "记账日期", "记账日期", "交易日期", "入账日期", "booked_on", "trade_date", "txn_date", "date").required(),
		textTarget(e, "operation", "交易类型", "交易类型", "业务类型", "摘要", "operation", "txn_type", "type"),
		moneyTarget(e, "amount", "金额（支出为负）", "金额", "交易金额", "发生额", "amount", "txn_amount").required(),
		moneyTarget(e, "balance", "余额", "余额", "交易后余额", "balance"),
		textTarget(e, "purpose", "用途", "用途", "附言", "purpose", "memo"),
		textTarget(e, "counterparty", "对方", "对方", "对方户名", "对方账号", "交易对手", "counterparty", "payee"),
	)...)
}

// listTables are the words that mapped columns may use, by table.
func listTables() map[string]map[string]string {
	return map[string]map[string]string{
		"gender":      {"": "", "男": "male", "男性": "male", "M": "male", "m": "male", "male": "male", "1": "male", "女": "female", "女性": "female", "F": "female", "f": "female", "female": "female", "2": "female", "0": "female"},
		"certificate": {"居民身份证": "resident_id", "身份证": "resident_id", "二代身份证": "resident_id", "护照": "passport", "港澳台通行证": "permit", "通行证": "permit", "外国证件": "foreign_id", "外国人证件": "foreign_id"},
		"currency":    {"*": "", "人民币": "CNY", "RMB": "CNY", "156": "CNY", "01": "CNY", "美元": "USD", "港币": "HKD", "港元": "HKD", "欧元": "EUR"},
		"risk":        {"": "", "R1": "1", "R2": "2", "R3": "3", "R4": "4", "R5": "5", "1": "1", "2": "2", "3": "3", "4": "4", "5": "5", "低": "1", "中低": "2", "中": "3", "中高": "4", "高": "5", "低风险": "1", "中低风险": "2", "中风险": "3", "中高风险": "4", "高风险": "5"},
		"grade":       {"C1": "1", "C2": "2", "C3": "3", "C4": "4", "C5": "5", "1": "1", "2": "2", "3": "3", "4": "4", "5": "5", "保守型": "1", "稳健型": "2", "平衡型": "3", "成长型": "4", "积极型": "4", "进取型": "5", "激进型": "5"},
		"loan_status": {"正常": "running", "还款中": "running", "已结清": "finished", "结清": "finished", "逾期": "in_debt", "不良": "defaulted", "违约": "defaulted", "坏账": "defaulted", "A": "finished", "B": "defaulted", "C": "running", "D": "in_debt"},
		"via":         {"企业微信": "wecom", "微信": "wecom", "电话": "phone", "柜面": "counter", "柜台": "counter", "网点": "counter", "上门": "visit", "拜访": "visit", "面访": "visit", "其他": "other"},
	}
}

// understood says which words a table takes.
func understood(table string) string {
	return map[string]string{
		"gender":      "认得：男、女、M、F、1、2",
		"certificate": "认得：居民身份证、护照、通行证、外国人证件",
		"currency":    "认得：三个大写字母、人民币、美元、港币、欧元",
		"risk":        "认得：R1–R5、1–5、低风险到高风险",
		"grade":       "认得：C1–C5、1–5、保守型到进取型",
		"loan_status": "认得：正常、已结清、逾期、不良",
		"via":         "认得：企业微信、电话、柜面、上门、其他",
	}[table]
}
