package consent

import "time"

// Kind is what an event of the ledger says.
type Kind string

// The kinds. Served and Opened decide nothing.
const (
	Served    Kind = "served"    // the wording was put before the customer
	Opened    Kind = "opened"    // the customer opened it
	Granted   Kind = "granted"   // the customer agreed
	Refused   Kind = "refused"   // the customer, asked, did not agree
	Withdrawn Kind = "withdrawn" // the customer took back what was agreed
	Lapsed    Kind = "lapsed"    // the consent ended by itself
)

// rank orders what is said at the same moment, so that a tie never opens: the
// highest wins. consent_rank is the same in the database.
func (k Kind) rank() int {
	switch k {
	case Withdrawn:
		return 4
	case Refused:
		return 3
	case Lapsed:
		return 2
	case Granted:
		return 1
	default:
		return 0
	}
}

// Label returns the kind's name on screen.
func (k Kind) Label() string {
	switch k {
	case Served:
		return "已送达"
	case Opened:
		return "已打开"
	case Granted:
		return "同意"
	case Refused:
		return "拒绝"
	case Withdrawn:
		return "撤回"
	case Lapsed:
		return "失效"
	default:
		return string(k)
	}
}

// Method is how the portal came to know.
type Method string

// The methods.
const (
	ByPage      Method = "page"      // the customer's own page
	ByCard      Method = "card"      // a card filled in
	ByPaper     Method = "paper"     // a signed form, scanned
	ByRecording Method = "recording" // a recorded call
	BySpoken    Method = "spoken"    // the customer's word to who looks after them
	ByReply     Method = "reply"     // a word of refusal in a reply
	ByImport    Method = "import"    // collected elsewhere
	ByProgram   Method = "program"   // by itself
)

// StaffMethods lists the methods by which staff record what a customer said.
func StaffMethods() []Method { return []Method{BySpoken, ByPaper, ByCard, ByRecording} }

// NeedsEvidence reports whether a grant by the method names its evidence.
func (m Method) NeedsEvidence() bool {
	return m == ByCard || m == ByPaper || m == ByRecording || m == ByImport
}

// Label returns the method's name on screen.
func (m Method) Label() string {
	switch m {
	case ByPage:
		return "手机页"
	case ByCard:
		return "卡片"
	case ByPaper:
		return "纸质签署"
	case ByRecording:
		return "录音"
	case BySpoken:
		return "口头告知"
	case ByReply:
		return "回复退订"
	case ByImport:
		return "导入"
	case ByProgram:
		return "系统"
	default:
		return string(m)
	}
}

// Said is one thing said in an act: of one category or of all it covers, by one
// channel or by every.
type Said struct {
	Kind     Kind     `json:"kind"`
	Category Category `json:"category"`
	Channel  Channel  `json:"channel"`
}

// Cell is one pair that can be granted.
type Cell struct {
	Category Category `db:"category"`
	Channel  Channel  `db:"channel"`
}

// Cells lists every pair in the order of the matrix.
func Cells() []Cell {
	var list []Cell
	for _, g := range Leaves() {
		for _, h := range Channels() {
			list = append(list, Cell{g, h})
		}
	}
	return list
}

// Covers reports whether what was said holds for the cell.
func (s Said) Covers(c Cell) bool {
	return s.Category.Covers(c.Category) && s.Channel.Covers(c.Channel)
}

// State is how a cell stands. The zero State is that of a cell of which nothing
// was ever said.
type State struct {
	Kind      Kind // Granted, Refused, Withdrawn, Lapsed; empty for never answered
	Wording   int  // the version that was shown; 0 for none
	Since     time.Time
	ExpiresOn *time.Time // the first day on which a grant counts no more
}
