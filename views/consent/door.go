package consentview

import (
	"time"

	"liuhen/internal/consent"
)

// Sheet is a page of the customer: what stands around its content.
type Sheet struct {
	Title string
	Firm  string
}

// ReceiptPage is the check of a receipt; the zero value asks for a code.
type ReceiptPage struct {
	Typed   string
	Problem string
	Receipt *consent.Receipt
	Back    string // the customer's own page, where it is known
	Saved   bool   // the answer was given just now
	Now     time.Time
}

// chosen lists what of a receipt was agreed to, in the customer's words.
func chosen(r consent.Receipt) []string { return wordsOf(r, consent.Granted) }

// declined lists what was refused or taken back as a whole.
func declined(r consent.Receipt) string {
	n := len(wordsOf(r, consent.Refused)) + len(wordsOf(r, consent.Withdrawn))
	switch {
	case n == 0:
		return ""
	case len(chosen(r)) == 0:
		return "全部不接收"
	default:
		return "其余类别和渠道不接收"
	}
}

func wordsOf(r consent.Receipt, k consent.Kind) []string {
	var list []string
	for _, s := range r.Said {
		if s.Kind == k {
			list = append(list, s.Category.Plain()+" · "+s.Channel.Plain())
		}
	}
	return list
}
