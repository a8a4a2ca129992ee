package sourcing

// entityLabel is an entity's name on screen.
func entityLabel(word string) string {
	if label, ok := map[string]string{
		"customer": "客户", "contact_point": "联系方式", "identity_document": "证件", "assessment": "风险测评", "consultation": "咨询与沟通",
		"account": "账户", "party": "账户关系人", "loan": "贷款", "card": "银行卡", "card_statement": "信用卡账单", "holding": "持仓",
		"standing_order": "定期转账", "transaction": "交易流水",
	}[word]; ok {
		return label
	}
	return word
}

// fieldLabel is the name of an entity's column on screen.
func fieldLabel(entity, field string) string {
	for _, kind := range FileKinds() {
		for _, t := range kind.Targets {
			if t.entity == entity && t.field == field && t.fixed == "" {
				return t.Label
			}
		}
	}
	if label, ok := map[string]string{
		"external_no": "编号", "no": "统一客户号", "value": "内容", "kind": "种类", "birth_date": "出生日期", "managed_since": "主办起始日",
		"customer_ref": "客户号（来源系统的）", "customer_no": "统一客户号", "account_ref": "账号", "party_ref": "关系人编号", "card_ref": "卡编号",
		"role": "身份", "month": "月份", "billed": "应还", "paid": "已还", "delay": "逾期月数", "statement": "对账方式",
		"amount": "金额", "purpose": "用途", "counterparty": "对方",
	}[field]; ok {
		return label
	}
	return field
}

// contactLabel is the name of a kind of contact point on screen.
func contactLabel(kind string) string {
	if t, ok := (FileKind{Targets: customerTargets()}).Target(kind); ok && t.fixed != "" {
		return t.Label
	}
	return kind
}
