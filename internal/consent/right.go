package consent

import "time"

// Rule is the code of the rule by which a customer may not be contacted, as /why
// explains it. The empty Rule is none: the customer may be.
type Rule string

// The rules.
const (
	Allowed     Rule = ""
	NoConsent   Rule = "consent-none"
	WasRefused  Rule = "consent-refused"
	WasTaken    Rule = "consent-withdrawn"
	HasLapsed   Rule = "consent-lapsed"
	HasExpired  Rule = "consent-expired"
	AskedBefore Rule = "consent-asked"
)

// QuietDays is how long after a refusal nobody is asked again (网络数据安全管理条例
// 第二十二条 forbids frequent asking; the number is the house's own choice).
// consent_quiet_days is the same in the database.
const QuietDays = 90

// Verdict says by which rule a state does not allow contact on a day, Allowed if
// it does: only what is granted, to a wording from asksSince on, and not over.
// asksSince is the first version under which a grant of the category counts.
// consent_verdict is the same rule in the database.
func Verdict(s State, asksSince int, today time.Time) Rule {
	switch {
	case s.Kind == Withdrawn:
		return WasTaken
	case s.Kind == Refused:
		return WasRefused
	case s.Kind == Lapsed:
		return HasLapsed
	case s.Kind != Granted:
		return NoConsent
	case s.Wording == 0 || s.Wording < asksSince:
		return HasLapsed
	case s.ExpiresOn != nil && s.ExpiresOn.Format(time.DateOnly) <= today.Format(time.DateOnly):
		return HasExpired
	default:
		return Allowed
	}
}

// Label returns in a word how a cell stands to which the rule applies.
func (r Rule) Label() string {
	switch r {
	case Allowed:
		return "同意"
	case NoConsent:
		return "未征询"
	case WasRefused:
		return "已拒绝"
	case WasTaken:
		return "已撤回"
	case HasLapsed:
		return "需重新征询"
	case HasExpired:
		return "已到期"
	case AskedBefore:
		return "暂不征询"
	default:
		return string(r)
	}
}

// QuietUntil returns until when a customer who refused at a moment is not asked
// again.
func QuietUntil(refused time.Time) time.Time { return refused.AddDate(0, 0, QuietDays) }
