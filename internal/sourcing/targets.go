package sourcing

func customerTargets() []Target {
	const c = "customer"
	return []Target{
		idTarget(c, "客户号（来源系统的）", "客户号", "客户编号", "客户代码", "客户id", "customer_no", "cust_no", "customer_id", "client_id", "custid", "cif_no", "cif", "编号", "id"),
		textTarget(c, "name", "姓名", "姓名", "客户姓名", "客户名称", "名称", "name", "customer_name", "cust_name", "full_name").keyed("name", personNames).required(),
		listTarget(c, "gender", "性别", "gender", "性别", "gender", "sex").also(Conversion{"birth_gender", "取自出生号（捷克）"}),
		certificateKind(), certificateNo(),
		dateTarget(c, "birth_date", "出生日期", "出生日期", "生日", "birth_date", "birthday", "date_of_birth", "dob").also(Conversion{"birth_date", "取自出生号（捷克）"}).hinted("没有这一列时，取自居民身份证号"),
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

// certificateKind and certificateNo are a document, of a customer's row or of a
// file of documents.
func certificateKind() Target {
	return listTarget("identity_document", "kind", "证件类型", "certificate", "证件类型", "证件种类", "certificate_kind", "cert_type", "id_type").
		keyed("certificate_kind", inTable).or("resident_id", "没有这一列时，都按居民身份证")
}

func certificateNo() Target {
	return textTarget("identity_document", "number", "证件号码", "证件号码", "证件号", "身份证号码", "身份证号", "身份证", "certificate_no", "cert_no", "id_number", "id_card", "id_no").
		keyed("certificate_no", certificates)
}

func contactTargets() []Target {
	const e = "contact_point"
	return append(whose(e, false),
		listTarget(e, "kind", "种类", "contact", "种类", "联系方式种类", "联系类型", "kind", "contact_type", "type").required().fixable(),
		textTarget(e, "value", "内容", "内容", "联系方式", "号码或地址", "value", "contact").required(),
	)
}

func documentTargets() []Target {
	return append(whose("identity_document", false), certificateKind(), certificateNo().required())
}

func assessmentTargets() []Target {
	const e = "assessment"
	return append([]Target{
		idTarget(e, "测评编号", "测评编号", "测评号", "问卷编号", "assessment_no", "external_no"),
	}, append(whose(e, false),
		listTarget(e, "grade", "风险等级", "grade", "风险等级", "测评等级", "测评结果", "风险承受能力", "grade", "risk_grade", "risk_level").required(),
		dateTarget(e, "assessed_on", "测评日期", "测评日期", "评估日期", "测评时间", "assessed_on", "assess_date", "date").required(),
		dateTarget(e, "valid_until", "有效期至", "有效期至", "到期日", "失效日期", "有效期", "valid_until", "expire_date", "expiry").required(),
		wordTarget(e, "method", "测评方式", "测评方式", "渠道", "method", "channel"),
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
