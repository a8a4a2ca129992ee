package customerview

import (
	"strings"
	"time"

	"liuhen/internal/customer"
	"liuhen/views/ui"
)

// Moment writes a time as near as people say it: 今天 09:52, 昨天 16:40, 11-20
// 14:22, and with its year when it is of another.
func Moment(at, now time.Time) string {
	at = at.In(now.Location())
	switch day := at.Format(time.DateOnly); {
	case day == now.Format(time.DateOnly):
		return "今天 " + at.Format("15:04")
	case day == now.AddDate(0, 0, -1).Format(time.DateOnly):
		return "昨天 " + at.Format("15:04")
	case at.Year() == now.Year():
		return at.Format("01-02 15:04")
	default:
		return at.Format(time.DateOnly)
	}
}

// lastContact is Moment without the hour for what is not of today or yesterday.
func lastContact(at *time.Time, now time.Time) string {
	if at == nil {
		return "—"
	}
	words := Moment(*at, now)
	if day, _, ok := strings.Cut(words, " "); ok && day != "今天" && day != "昨天" {
		return day
	}
	return words
}

// day writes a calendar day, and a dash for none.
func day(at *time.Time) string {
	if at == nil {
		return "—"
	}
	return at.Format(time.DateOnly)
}

// Money writes a decimal number with its thousands separated and a true minus:
// −1,234,567.89. What is no number is written as it is.
func Money(amount string) string {
	whole, part, _ := strings.Cut(amount, ".")
	sign := ""
	if rest, ok := strings.CutPrefix(whole, "-"); ok {
		sign, whole = "−", rest
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if part != "" {
		whole += "." + part
	}
	return sign + whole
}

// signed is Money with a plus before money in.
func signed(amount string) string {
	if strings.HasPrefix(amount, "-") || strings.Trim(amount, "0.") == "" {
		return Money(amount)
	}
	return "+" + Money(amount)
}

// maybe is Money of a sum that may not be known.
func maybe(amount *string) string {
	if amount == nil {
		return "—"
	}
	return Money(*amount)
}

// or is the text, or a dash where there is none.
func or(text string) string {
	if text == "" {
		return "—"
	}
	return text
}

// gender writes a gender.
func gender(g *string) string {
	switch {
	case g == nil:
		return "—"
	case *g == "female":
		return "女"
	default:
		return "男"
	}
}

// grade writes a grade in the few words of a table: C3 稳健.
func grade(g *int16) string {
	return strings.TrimSuffix(customer.GradeLabel(g), "型")
}

// gradeBadge says whether the grade counts today.
func gradeBadge(b customer.Basic, now time.Time) (ui.Kind, string, string) {
	label := customer.GradeLabel(b.Grade)
	switch {
	case b.Grade == nil:
		return ui.Warn, "alert", label
	case customer.GradeOver(b.GradeUntil, now):
		return ui.Warn, "clock", label + " · 已于 " + day(b.GradeUntil) + " 过期"
	case b.GradeUntil == nil:
		return ui.Info, "shield", label
	default:
		return ui.Info, "shield", label + " · 至 " + day(b.GradeUntil)
	}
}

// blockLabel is the name of a block of the file.
func blockLabel(block string) string {
	return map[string]string{
		"basic": "基本信息", "contact": "联系方式", "identity": "证件", "assets": "资产",
		"transactions": "交易流水", "assessment": "风险测评", "consultation": "咨询与沟通",
	}[block]
}

// blockLabels names several blocks: 基本信息、资产.
func blockLabels(blocks []string) string {
	names := make([]string, len(blocks))
	for i, b := range blocks {
		names[i] = blockLabel(b)
	}
	return strings.Join(names, "、")
}

// documentLabel is the name of a kind of identity document.
func documentLabel(kind string) string {
	return map[string]string{
		"resident_id": "身份证", "passport": "护照", "permit": "通行证", "foreign_id": "境外证件",
	}[kind]
}

// reachLabel is the name of a kind of contact point.
func reachLabel(kind string) string {
	return map[string]string{"mobile": "手机", "phone": "电话", "email": "电子邮箱", "address": "通讯地址"}[kind]
}

// synced says where a block came from and when: 核心系统 · 今天 02:10 同步.
func synced(b customer.Block, now time.Time) string {
	return b.Source + " · " + Moment(b.SyncedAt, now) + " 同步"
}

// origin says it of several blocks, those of one moment together:
// 核心系统、演示生成 · 今天 02:10 同步.
func origin(blocks []customer.Block, now time.Time) string {
	var all []customer.Block
	for _, b := range blocks {
		if last := len(all) - 1; last >= 0 && Moment(all[last].SyncedAt, now) == Moment(b.SyncedAt, now) {
			all[last].Source += "、" + b.Source
		} else {
			all = append(all, b)
		}
	}
	words := make([]string, len(all))
	for i, b := range all {
		words[i] = synced(b, now)
	}
	return strings.Join(words, "，")
}

// author names who kept a consultation and where it came from: 甲一 · 核心系统.
func author(c customer.Consultation) string {
	if c.Staff != "" && c.Source != "" {
		return c.Staff + " · " + c.Source
	}
	return or(c.Staff + c.Source)
}

// sources says it of the block with the name, if it is there.
func sources(blocks []customer.Block, block string, now time.Time) string {
	for _, b := range blocks {
		if b.Block == block {
			return synced(b, now)
		}
	}
	return ""
}
