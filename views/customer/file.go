package customerview

import (
	"strconv"
	"time"

	"liuhen/internal/access"
	"liuhen/internal/consent"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/tag"
	"liuhen/views/access"
	"liuhen/views/ui"
)

// FilePage is the file of one customer.
type FilePage struct {
	File     customer.File
	Sections []Section // the closed groups, in the order of the file
	Tags     []tag.Tag
	TagsOff  bool              // the tags are not in use: nothing speaks of them
	Consents *consent.Standing // nil while consents are not in use
	// Note is the form that adds a consultation; nil for who keeps none.
	Note *NoteForm
	// Invented says what of the data is invented; empty for real data.
	Invented string
	Now      time.Time
}

// Section is a closed group: what the book shows of it, and how it stands for
// the viewer.
type Section struct {
	Book   customer.Section
	Access accessview.Section
}

// NoteForm is the input of a consultation, with what is wrong with it.
type NoteForm struct {
	Via    customer.Via
	Body   string
	Faults []fault.Field
}

// fault is what is wrong with the named input.
func (f NoteForm) fault(name string) string {
	for _, field := range f.Faults {
		if field.Name == name {
			return field.Sentence
		}
	}
	return ""
}

// summary lists the faults with the ids of the form's fields.
func (f NoteForm) summary() []ui.FieldError {
	list := make([]ui.FieldError, len(f.Faults))
	for i, field := range f.Faults {
		list[i] = ui.FieldError{ID: "note-" + field.Name, Text: field.Sentence}
	}
	return list
}

func (f NoteForm) vias() []ui.Choice {
	list := make([]ui.Choice, len(customer.Vias()))
	for i, v := range customer.Vias() {
		list[i] = ui.Choice{Name: "via", Value: string(v), Label: v.Label(), Checked: v == f.Via}
	}
	return list
}

// urgent is what a break-glass of the viewer holds open.
func (p FilePage) urgent() accessview.Glass {
	standing := map[access.Group]access.Status{}
	for _, s := range p.Sections {
		standing[s.Access.Group] = s.Access.Status
	}
	return accessview.GlassOf(p.File.No, standing, p.Now)
}

// sections parts the closed groups into those of a few values, which stand side
// by side, and those of tables, which need the width.
func (p FilePage) sections() (beside, below []Section) {
	for _, s := range p.Sections {
		if s.Book.Group == customer.ContactGroup || s.Book.Group == customer.IdentityGroup {
			beside = append(beside, s)
		} else {
			below = append(below, s)
		}
	}
	return beside, below
}

// basics are the facts of the open block.
func (p FilePage) basics() []ui.Pair {
	f := p.File
	opened := day(f.OpenedOn)
	if f.OpenedOn != nil {
		opened = f.OpenedOn.Format("2006-01") + " " + f.Branch
	}
	manager := or(f.Manager)
	if f.ManagedSince != nil {
		manager += "，自 " + day(f.ManagedSince)
	}
	return []ui.Pair{
		{Label: "性别", Value: gender(f.Gender)},
		{Label: "年龄段", Value: customer.AgeBand(f.BirthBand, p.Now)},
		{Label: "职业", Value: or(f.Occupation)},
		{Label: "常住地", Value: or(f.Residence)},
		{Label: "开户", Value: opened},
		{Label: "客户经理", Value: manager},
		{Label: "资产档", Value: customer.BandLabel(f.AssetBand)},
	}
}

// contacted says when and how the last contact was.
func (p FilePage) contacted() string {
	if p.File.LastContactAt == nil {
		return "还没有联系记录"
	}
	return "最近联系 " + Moment(*p.File.LastContactAt, p.Now) + " " + p.File.LastContactVia.Label()
}

// allNotes is the words of the link to all consultations.
func (p FilePage) allNotes() string { return "全部 " + ui.Number(p.File.Notes) + " 次" }

// Locked are the masked values of a group that has not been opened; they are
// what one presses to ask for the values.
func Locked(s customer.Section) []string {
	switch s.Group {
	case customer.ContactGroup:
		return named([]string{"手机", s.Masks.Mobile, "邮箱", s.Masks.Email, "地址", s.Masks.Address})
	case customer.IdentityGroup:
		return named([]string{documentLabel(s.Masks.CertificateKind), s.Masks.Certificate})
	case customer.AssetsGroup:
		return []string{"总资产 ***", "存款 ***", "持仓 ***", "负债 ***"}
	default:
		return []string{"交易明细 ***", "定期划转 ***"}
	}
}

// named joins names and values and leaves out what has no value.
func named(pairs []string) []string {
	var list []string
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			list = append(list, pairs[i]+" "+pairs[i+1])
		}
	}
	if len(list) == 0 {
		return []string{"暂无资料 ***"}
	}
	return list
}

// ladder are the steps from what is open to what needs a grant; the first is
// where one stands.
func ladder(g customer.Group) []string {
	switch g {
	case customer.ContactGroup:
		return []string{"前三后四", "完整需授权"}
	case customer.IdentityGroup:
		return []string{"前三后四", "完整需授权"}
	case customer.AssetsGroup:
		return []string{"资产档", "明细需授权"}
	default:
		return []string{"不显示", "明细需授权"}
	}
}

// old writes a change as one line: what the values were.
func old(c customer.Change) string {
	var line string
	for i, f := range c.Fields {
		if i > 0 {
			line += "，"
		}
		line += columnLabel(f.Column) + " " + f.Value
	}
	return or(line)
}

// columnLabel is the name of a column on screen; one without is its own name.
func columnLabel(column string) string {
	label, ok := map[string]string{
		"balance": "余额", "balance_on": "余额日期", "kind": "类型", "value": "值", "number": "号码", "birth_date": "出生日期",
		"principal": "本金", "months": "期数", "monthly": "月供", "status": "状态", "credit_limit": "额度", "units": "份额",
		"valued_on": "估值日", "product_name": "产品", "amount": "金额", "purpose": "用途", "counterparty": "对方",
		"name": "姓名", "gender": "性别", "occupation": "职业", "residence": "常住地", "opened_on": "开户", "issued_on": "发卡",
		"grade": "等级", "currency": "币种", "statement": "对账单", "operation": "类型", "booked_on": "日期", "risk": "风险等级",
	}[column]
	if !ok {
		return column
	}
	return label
}

func num(n int) string { return strconv.Itoa(n) }
