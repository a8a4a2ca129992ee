package sourcing

// ownTable takes every cell as it is, but for the words that people give a
// meaning of their own.
const ownTable = "own"

// The words of the table direction.
const (
	outgoing = "out"
	incoming = "in"
)

// listTables are the words that mapped columns may use, by table.
func listTables() map[string]map[string]string {
	return map[string]map[string]string{
		"gender":      {"": "", "男": "male", "男性": "male", "M": "male", "m": "male", "male": "male", "1": "male", "女": "female", "女性": "female", "F": "female", "f": "female", "female": "female", "2": "female", "0": "female"},
		"certificate": {"居民身份证": "resident_id", "身份证": "resident_id", "二代身份证": "resident_id", "护照": "passport", "港澳台通行证": "permit", "通行证": "permit", "外国证件": "foreign_id", "外国人证件": "foreign_id"},
		"currency":    {"*": "", "人民币": "CNY", "RMB": "CNY", "156": "CNY", "01": "CNY", "美元": "USD", "港币": "HKD", "港元": "HKD", "欧元": "EUR"},
		"risk":        {"": "", "R1": "1", "R2": "2", "R3": "3", "R4": "4", "R5": "5", "1": "1", "2": "2", "3": "3", "4": "4", "5": "5", "低": "1", "中低": "2", "中": "3", "中高": "4", "高": "5", "低风险": "1", "中低风险": "2", "中风险": "3", "中高风险": "4", "高风险": "5"},
		"grade":       {"C1": "1", "C2": "2", "C3": "3", "C4": "4", "C5": "5", "1": "1", "2": "2", "3": "3", "4": "4", "5": "5", "保守型": "1", "稳健型": "2", "平衡型": "3", "成长型": "4", "积极型": "4", "进取型": "5", "激进型": "5"},
		"loan_status": {"正常": "running", "还款中": "running", "已结清": "finished", "结清": "finished", "逾期": "in_debt", "不良": "defaulted", "违约": "defaulted", "坏账": "defaulted", "A": "finished", "B": "defaulted", "C": "running", "D": "in_debt"},
		ownTable:      {"": "", "*": ""},
		"contact":     {"手机": "mobile", "手机号": "mobile", "移动电话": "mobile", "mobile": "mobile", "固定电话": "phone", "座机": "phone", "电话": "phone", "phone": "phone", "邮箱": "email", "电子邮箱": "email", "email": "email", "地址": "address", "住址": "address", "通讯地址": "address", "address": "address"},
		"party":       {"户主": "owner", "本人": "owner", "所有人": "owner", "owner": "owner", "OWNER": "owner", "受托人": "disponent", "代理人": "disponent", "授权人": "disponent", "disponent": "disponent", "DISPONENT": "disponent"},
		"direction":   {"支出": outgoing, "支": outgoing, "付": outgoing, "借": outgoing, "借方": outgoing, "D": outgoing, "DR": outgoing, "debit": outgoing, "收入": incoming, "收": incoming, "贷": incoming, "贷方": incoming, "C": incoming, "CR": incoming, "credit": incoming},
		"via":         {"企业微信": "wecom", "微信": "wecom", "电话": "phone", "柜面": "counter", "柜台": "counter", "网点": "counter", "上门": "visit", "拜访": "visit", "面访": "visit", "其他": "other"},
	}
}

// understood says which words a table takes.
func understood(table string) string {
	return map[string]string{
		"contact":     "认得：手机、固定电话、邮箱、地址",
		"party":       "认得：户主、受托人",
		"direction":   "认得：支出、收入、借（支出）、贷（收入）、D、C",
		"gender":      "认得：男、女、M、F、1、2",
		"certificate": "认得：居民身份证、护照、通行证、外国人证件",
		"currency":    "认得：三个大写字母、人民币、美元、港币、欧元",
		"risk":        "认得：R1–R5、1–5、低风险到高风险",
		"grade":       "认得：C1–C5、1–5、保守型到进取型",
		"loan_status": "认得：正常、已结清、逾期、不良",
		"via":         "认得：企业微信、电话、柜面、上门、其他",
	}[table]
}
