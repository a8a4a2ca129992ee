package consentview

import (
	"strconv"
	"strings"
	"time"

	"liuhen/internal/consent"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/views/ui"
)

// FilePage is the page of a customer's consents.
type FilePage struct {
	consent.File
	Records bool   // the viewer may record what the customer said
	Asked   string // the moment asked for, as typed
	Form    RecordForm
	Links   LinksPart // shadows the links of File, which stand in File.Links
	Now     time.Time
}

// RecordForm is the input of a record, with what is wrong with it.
type RecordForm struct {
	Kind     consent.Kind
	Cells    map[consent.Cell]bool
	Method   consent.Method
	Evidence string
	Reason   string
	At       string
	Faults   []fault.Field
	Problem  string // why the record as a whole was not taken
	Rule     string // the rule behind it
}

func (f RecordForm) fault(name string) string {
	for _, field := range f.Faults {
		if field.Name == name {
			return field.Sentence
		}
	}
	return ""
}

func (f RecordForm) summary() []ui.FieldError {
	list := make([]ui.FieldError, len(f.Faults))
	for i, field := range f.Faults {
		list[i] = ui.FieldError{ID: "record-" + field.Name, Text: field.Sentence}
	}
	return list
}

func (f RecordForm) back() bool { return len(f.Faults) > 0 || f.Problem != "" }

func (f RecordForm) kinds() []ui.Choice {
	var list []ui.Choice
	for _, k := range []consent.Kind{consent.Granted, consent.Refused, consent.Withdrawn} {
		list = append(list, ui.Choice{Name: "kind", Value: string(k), Label: k.Label(), Checked: k == f.Kind})
	}
	return list
}

func (f RecordForm) methods() []ui.Choice {
	var list []ui.Choice
	for _, m := range consent.StaffMethods() {
		list = append(list, ui.Choice{Name: "method", Value: string(m), Label: m.Label(), Checked: m == f.Method})
	}
	return list
}

// tone is how a cell is painted: an icon and a word, the colour only besides.
func tone(r consent.Rule) (kind ui.Kind, icon, word string) {
	switch r {
	case consent.Allowed:
		return ui.OK, "check", "同意"
	case consent.WasRefused:
		return ui.Plain, "x", "拒绝"
	case consent.WasTaken:
		return ui.Warn, "undo", "撤回"
	case consent.HasLapsed:
		return ui.Info, "clock", "待重征"
	case consent.HasExpired:
		return ui.Info, "clock", "到期"
	default:
		return ui.Plain, "minus", "未答"
	}
}

func cell(c consent.Category, h consent.Channel) consent.Cell {
	return consent.Cell{Category: c, Channel: h}
}

// told says all there is to a cell, for the tip of the pointer and for readers.
func told(s consent.Standing, c consent.Cell) string {
	r, state, source := s.Rules[c], s.States[c], s.Evidence[c]
	text := c.Category.Label() + " × " + c.Channel.Label() + "：" + r.Label()
	if state.Kind == "" {
		return text
	}
	text += "，自 " + state.Since.In(s.At.Location()).Format("2006-01-02 15:04")
	if state.Wording > 0 {
		text += "，文本第 " + strconv.Itoa(state.Wording) + " 版"
	}
	if source.Method != "" {
		text += "，" + source.Method.Label()
	}
	if source.Evidence != "" {
		text += "，凭证 " + source.Evidence
	}
	if state.ExpiresOn != nil {
		text += "，有效至 " + state.ExpiresOn.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	return text
}

// lastly says what happened last, for the head of the card.
func lastly(s consent.Standing, now time.Time) string {
	switch {
	case s.AnsweredAt != nil:
		return "最近答复 " + day(*s.AnsweredAt, now)
	case s.OpenedAt != nil:
		return "已打开，未答复"
	case s.ServedAt != nil:
		return "已征询，未答复"
	default:
		return "尚未征询"
	}
}

// contactPairs are the facts beside the matrix.
func contactPairs(s consent.Standing, now time.Time) []ui.Pair {
	at := func(t *time.Time) string {
		if t == nil {
			return "没有"
		}
		return moment(*t, now)
	}
	personal := "没有答复，按不开启处理"
	if s.Personal != nil && *s.Personal {
		personal = "开启"
	} else if s.Personal != nil {
		personal = "不开启"
	}
	wording := "没有生效的文本"
	if s.Wording != nil {
		wording = s.Wording.Label()
	}
	return []ui.Pair{
		{Label: "现行文本", Value: wording},
		{Label: "最近征询", Value: at(s.ServedAt)},
		{Label: "最近打开", Value: at(s.OpenedAt)},
		{Label: "最近答复", Value: at(s.AnsweredAt)},
		{Label: "最近拒绝或撤回", Value: at(s.RefusedAt)},
		{Label: "个性化推荐", Value: personal},
	}
}

// closings are the steps by which a customer wants less.
func closings() []consent.Category {
	return append([]consent.Category{consent.Everything}, consent.Parents()...)
}

func olderURL(p FilePage) string {
	return href.CustomerConsents(p.Customer.No, href.Text("at", p.Asked), href.Int("before", p.Next))
}

// device names a browser in a word, by what it calls itself; the whole of it stands
// in the tip of the pointer.
func device(a consent.Act) string {
	for _, known := range [][2]string{
		{"wxwork", "企业微信"}, {"MicroMessenger", "微信"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},
		{"Android", "安卓"}, {"Windows", "Windows"}, {"Mac OS", "Mac"}, {"Linux", "Linux"},
	} {
		if strings.Contains(a.Device, known[0]) {
			return known[1]
		}
	}
	if a.Device != "" {
		return "其他设备"
	}
	return ""
}

// delay says that an act was written down later than it was said.
func delay(a consent.Act, now time.Time) string {
	if a.RecordedAt.Sub(a.At) < time.Hour {
		return ""
	}
	return "登记于 " + moment(a.RecordedAt, now)
}
