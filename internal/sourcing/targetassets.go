package sourcing

func accountTargets() []Target {
	const e = "account"
	return append([]Target{
		idTarget(e, "账号", "账号", "账户号", "账户编号", "account_no", "account_id", "acct_no", "external_no"),
	}, append(whose(e, false),
		wordTarget(e, "kind", "账户类型", "账户类型", "账户种类", "产品", "kind", "account_type", "type"),
		listTarget(e, "currency", "币种", "currency", "币种", "货币", "currency", "ccy"),
		moneyTarget(e, "balance", "余额", "余额", "账户余额", "balance", "bal"),
		dateTarget(e, "balance_on", "余额日期", "余额日期", "余额日", "balance_on", "balance_date"),
		dateTarget(e, "opened_on", "开户日期", "开户日期", "开户日", "开户时间", "opened_on", "open_date"),
		wordTarget(e, "statement", "对账方式", "对账方式", "对账单", "对账频率", "statement", "frequency"),
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
		wordTarget(e, "kind", "贷款种类", "贷款种类", "贷款类型", "贷款品种", "kind", "loan_type"),
		moneyTarget(e, "principal", "本金", "本金", "贷款金额", "放款金额", "principal", "loan_amount", "amount").required(),
		wholeTarget(e, "months", "期限（月）", "期限", "期限月", "贷款期限", "期数", "months", "term", "duration").required(),
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
		textTarget(e, "party_ref", "账户关系编号", "关系编号", "账户关系编号", "party_no", "disp_id", "relation_id"),
		wordTarget(e, "kind", "卡种", "卡种", "卡类型", "卡产品", "kind", "card_type", "type").required(),
		moneyTarget(e, "credit_limit", "信用额度", "信用额度", "额度", "credit_limit", "limit"),
		dateTarget(e, "issued_on", "发卡日期", "发卡日期", "发卡日", "issued_on", "issued", "issue_date"),
	)...)
}

// statementTargets are one month of one credit card a row.
func statementTargets() []Target {
	const e = "card_statement"
	month := dateTarget(e, "month", "账单月份", "账单月份", "账单月", "月份", "账单日", "month", "statement_month", "billing_month").required()
	month.content = months
	month.Converts = []Conversion{{"month", "月份（2006-01、200601、2006年1月，或其中一天）"}}
	return []Target{
		textTarget(e, "external_no", "账单编号", "账单编号", "账单号", "卡编号", "卡号", "statement_no", "card_no", "card_id", "external_no").required().hinted("没有编号的，选卡的那一列：一张卡一个月一份账单"),
		textTarget(e, "card_ref", "卡的编号", "卡编号", "卡号", "card_no", "card_id", "card_ref").required().hinted("可以与账单编号是同一列"),
		month,
		moneyTarget(e, "billed", "应还金额", "应还金额", "账单金额", "应还", "billed", "bill_amount", "statement_balance").required(),
		moneyTarget(e, "paid", "已还金额", "已还金额", "还款金额", "已还", "paid", "paid_amount", "payment").required(),
		wholeTarget(e, "delay", "逾期月数", "逾期月数", "逾期期数", "逾期", "delay", "overdue_months").required().fixable().hinted("没有这一列时，可一律填 0"),
	}
}

// partyTargets are one customer of one account a row.
func partyTargets() []Target {
	const e = "party"
	return append([]Target{
		idTarget(e, "关系编号", "关系编号", "账户关系编号", "party_no", "disp_id", "relation_id", "external_no"),
	}, append(whose(e, false),
		numberOfAccount(e).required(),
		listTarget(e, "role", "身份", "party", "身份", "关系", "角色", "关系类型", "role", "relation", "party_type", "type").required().fixable(),
	)...)
}

func orderTargets() []Target {
	const e = "standing_order"
	return append([]Target{
		idTarget(e, "转账编号", "转账编号", "协议号", "签约号", "指令编号", "order_no", "order_id", "external_no"),
	}, append(whose(e, true),
		moneyTarget(e, "amount", "金额", "金额", "转账金额", "每期金额", "amount").required(),
		wordTarget(e, "purpose", "用途", "用途", "附言", "purpose", "memo"),
		textTarget(e, "counterparty", "对方", "对方", "收款行", "对方户名", "收款人", "counterparty", "payee", "bank_to"),
		more(e, "收款账号", "对方账号", "account_to"),
	)...)
}

func transactionTargets() []Target {
	const e = "transaction"
	return append([]Target{
		idTarget(e, "流水号", "流水号", "交易流水号", "交易编号", "trans_id", "transaction_id", "txn_id", "external_no"),
	}, append(whose(e, true),
		dateTarget(e, "booked_on", "记账日期", "记账日期", "交易日期", "入账日期", "booked_on", "trade_date", "txn_date", "date").required(),
		wordTarget(e, "operation", "交易类型", "交易类型", "业务类型", "摘要", "operation", "txn_type", "type"),
		moneyTarget(e, "amount", "金额（支出为负）", "金额", "交易金额", "发生额", "amount", "txn_amount").required(),
		Target{Key: "direction", Label: "收支标志", Converts: asListed("direction"), Hint: "选了这一列，标志为支出的金额记成负数；" + understood("direction"), entity: e, field: "amount", role: signs,
			names: []string{"收支标志", "借贷标志", "借贷方向", "收支", "direction", "dc_flag", "debit_credit"}, content: inTable},
		moneyTarget(e, "balance", "余额", "余额", "交易后余额", "balance"),
		wordTarget(e, "purpose", "用途", "用途", "附言", "purpose", "memo"),
		textTarget(e, "counterparty", "对方", "对方", "对方户名", "交易对手", "对方行", "counterparty", "payee"),
		more(e, "对方账号", "对手账号", "counterparty_no"),
	)...)
}

// more stands behind the counterparty: its account behind its bank or name.
func more(entity string, names ...string) Target {
	t := textTarget(entity, "counterparty", "对方（后面再接一列）", names...).keyed("counterparty_more", anyText).hinted("接在上一项后面，中间空一格")
	t.Converts, t.role = asWords(), follows
	return t
}
