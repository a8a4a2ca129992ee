package consentview

import (
	"time"

	"liuhen/internal/consent"
)

// Asked is what is put before a customer.
type Asked struct {
	Wording  consent.Wording
	Firm     string
	Branch   string
	Name     string // masked
	Manager  string // who looks after the customer, with their number; may be empty
	Action   string // where the form is sent
	Present  map[consent.Cell]bool
	Answered *time.Time // when the customer last answered; nil before the first time
	Personal bool       // personalised recommendation is agreed to
	Receipt  string     // of the last answer
	TextURL  string     // the whole text
	Preview  bool       // nothing can be pressed
	Moved    bool       // the wording changed since the page was opened
	Now      time.Time
}

// open reports whether any channel of a category is agreed to.
func (a Asked) open(t consent.Text) bool {
	for _, h := range t.Channels {
		if a.Present[consent.Cell{Category: t.Category, Channel: h}] {
			return true
		}
	}
	return false
}

// field is the name under which a box is sent; it says what it is of.
func field(c consent.Category, h consent.Channel) string { return string(c) + "." + string(h) }
