package sourcing

import (
	"fmt"
	"strings"
	"time"

	"liuhen/internal/customer"
)

// derive computes the values that stand beside the mapped ones: readings of a
// name, masks, tails and search tokens. It checks what only several values
// together can tell.
func (p *plan) derive(c *chunk, i int, row []any) *Reject {
	o := &p.outputs[i]
	switch o.entity.word {
	case "customer":
		name := o.get(row, "name")
		o.set(row, "pinyin", customer.Pinyin(name))
		o.set(row, "initials", customer.Initials(name))
		o.set(row, "birth_band", birthBand(o.get(row, "birth_date")))
		o.set(row, "token", nil)
		if no := o.get(row, "no"); no != "" && !digits(no, 8) {
			return &Reject{Column: o.label("no"), Reason: "客户号应为 8 位数字"}
		}
	case "contact_point":
		return p.deriveContact(o, row)
	case "identity_document":
		p.deriveIdentity(o, row)
		if o.own {
			p.shareToken(c, row[0], o.value(row, "token"))
		}
	case "assessment":
		if o.get(row, "valid_until") <= o.get(row, "assessed_on") {
			return &Reject{Column: o.label("valid_until"), Reason: "有效期应晚于测评日期"}
		}
	case "card_statement":
		month := o.get(row, "month")
		o.set(row, "month", month[:6]+"01")
	case "account":
		if currency := o.get(row, "currency"); o.has("currency") && !isCurrency(currency) {
			return &Reject{Column: o.label("currency"), Reason: "币种应为三个大写字母，例如 CNY"}
		}
	}
	return nil
}

func (p *plan) deriveContact(o *output, row []any) *Reject {
	value := o.get(row, "value")
	mask, tail := "", ""
	var token []byte
	switch o.get(row, "kind") {
	case "mobile":
		if !isPhone(value) {
			return &Reject{Column: o.label("value"), Reason: "不是有效的电话号码"}
		}
		mask, tail, token = customer.MaskMobile(value), customer.Tail(value), customer.MobileToken(p.key, value)
	case "phone":
		if !isPhone(value) {
			return &Reject{Column: o.label("value"), Reason: "不是有效的电话号码"}
		}
		mask = customer.MaskPhone(value)
	case "email":
		if at := strings.LastIndexByte(value, '@'); at < 1 || at == len(value)-1 || strings.ContainsAny(value, " ,;") {
			return &Reject{Column: o.label("value"), Reason: "不是有效的邮箱"}
		}
		mask = customer.MaskEmail(value)
	case "address":
		mask = customer.MaskAddress(value)
	}
	o.set(row, "mask", mask)
	o.set(row, "tail", tail)
	o.set(row, "token", token)
	return nil
}

func (p *plan) deriveIdentity(o *output, row []any) {
	number := o.get(row, "number")
	o.set(row, "mask", customer.MaskCertificate(o.get(row, "kind"), number))
	o.set(row, "tail", customer.Tail(number))
	o.set(row, "token", customer.CertificateToken(p.key, number))
}

// shareToken gives the row's customer the token of its document, by which
// customers of several sources are found to be one.
func (p *plan) shareToken(c *chunk, row, token any) {
	first := c.stages[0].rows
	if len(first) > 0 && first[len(first)-1][0] == row {
		p.outputs[0].set(first[len(first)-1], "token", token)
	}
}

// index returns the place of a column in a staged row, or -1.
func (o *output) index(name string) int {
	for i, c := range o.cols {
		if c.name == name {
			return 2 + i
		}
	}
	return -1
}

func (o *output) has(name string) bool { return o.index(name) >= 0 }

func (o *output) value(row []any, name string) any { return row[o.index(name)] }

// get returns a staged text, empty if there is none.
func (o *output) get(row []any, name string) string {
	i := o.index(name)
	if i < 0 {
		return ""
	}
	s, _ := row[i].(string)
	return s
}

func (o *output) set(row []any, name string, value any) {
	if b, ok := value.([]byte); ok && b == nil {
		value = nil
	}
	row[o.index(name)] = value
}

// label returns the file's name for a column.
func (o *output) label(name string) string {
	for _, f := range o.sets[0] {
		if f.column.name == name {
			return f.label
		}
	}
	return ""
}

// birthBand returns the band of a staged date of birth, nil for none.
func birthBand(date string) any {
	t, err := time.Parse("20060102", date)
	if err != nil {
		return nil
	}
	return int64(customer.BirthBand(t))
}

func isPhone(s string) bool {
	n := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			n++
		case !strings.ContainsRune("+-() ", r):
			return false
		}
	}
	return n >= 5 && n <= 20
}

func isCurrency(s string) bool {
	if len(s) != 3 {
		return false
	}
	for i := range 3 {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return true
}

func raggedReason(have, want int) string {
	return fmt.Sprintf("有 %d 列，表头有 %d 列", have, want)
}
