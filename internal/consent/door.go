package consent

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/trail"
)

// Door is the customer's own page: nobody is signed in, the token opens it.
type Door struct{ db *pg.DB }

// NewDoor returns the door of the database.
func NewDoor(db *pg.DB) *Door { return &Door{db: db} }

// Visitor is where a customer's browser is and what it calls itself.
type Visitor struct {
	Address string
	Device  string
}

// Visit is what the customer's page shows.
type Visit struct {
	Wording  Wording
	Name     string // masked
	Branch   string
	Manager  string
	Answered *time.Time
	Receipt  string
	Personal bool
	Open     map[Cell]bool // agreed to, and still counts
}

// noDoor is what a token hears that opens nothing: one never made, one expired and
// one revoked are not told apart.
const noDoor = "这个链接无效或已过期，请向您的客户经理要一个新的。"

// longestToken bounds what is looked up.
const longestToken = 64

// device is what of a browser's own words is kept.
func (v Visitor) device() string {
	name := []rune(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0xfffd {
			return -1
		}
		return r
	}, strings.ToValidUTF8(v.Device, "")))
	return string(name[:min(len(name), 200)])
}

// Open returns the page of the customer whose token it is, and puts on the ledger
// that it was opened. It returns NotFound for a token that opens nothing.
func (d *Door) Open(ctx context.Context, token string, from Visitor) (Visit, error) {
	var v Visit
	if len(token) > longestToken || !line(token, longestToken) {
		return v, fault.New(fault.NotFound, noDoor)
	}
	err := d.db.InTx(ctx, pg.Nobody, func(tx *pg.Tx) error {
		var text *string
		if err := tx.Get(ctx, &text, `SELECT consent_page($1, NULLIF($2, '')::inet, $3)::text`, token, from.Address, from.device()); err != nil {
			return violation(err)
		}
		if text == nil {
			return fault.New(fault.NotFound, noDoor)
		}
		w, err := inForce(ctx, tx, time.Now())
		if err != nil {
			return err
		}
		if w == nil {
			return fault.New(fault.Conflict, "现在没有生效的授权文本，请稍后再来。")
		}
		v.Wording = *w
		return v.read(*text)
	})
	if err != nil {
		return Visit{}, fmt.Errorf("open consent page: %w", err)
	}
	return v, nil
}

func (v *Visit) read(text string) error {
	var row struct {
		Name     string     `json:"name"`
		Branch   string     `json:"branch"`
		Manager  string     `json:"manager"`
		Answered *time.Time `json:"answered_at"`
		Receipt  string     `json:"receipt"`
		Personal bool       `json:"personal"`
		Open     []Cell     `json:"open"`
	}
	if err := json.Unmarshal([]byte(text), &row); err != nil {
		return err
	}
	v.Name, v.Branch, v.Manager = row.Name, row.Branch, row.Manager
	v.Answered, v.Receipt, v.Personal, v.Open = row.Answered, row.Receipt, row.Personal, map[Cell]bool{}
	for _, c := range row.Open {
		v.Open[c] = true
	}
	return nil
}

// Answer is what a customer sends: the wording they saw, the pairs they ticked.
type Answer struct {
	Wording  int
	None     bool // no to everything
	Ticked   []Cell
	Personal bool
}

// Answer writes down what the customer whose token it is chose, effective at once,
// and returns the code of the receipt. What is not ticked is refused or withdrawn.
// It returns NotFound for a token that opens nothing and Conflict, by the rule
// consent-lapsed, if the wording has changed since the page was shown.
func (d *Door) Answer(ctx context.Context, token string, a Answer, from Visitor) (receipt string, err error) {
	if len(token) > longestToken || !line(token, longestToken) {
		return "", fault.New(fault.NotFound, noDoor)
	}
	ticked := make([]string, len(a.Ticked))
	for i, c := range a.Ticked {
		ticked[i] = string(c.Category) + "." + string(c.Channel)
	}
	text, err := json.Marshal(map[string]any{"wording": a.Wording, "none": a.None, "ticked": ticked, "personal": a.Personal})
	if err != nil {
		return "", err
	}
	err = d.db.InTx(ctx, pg.Nobody, func(tx *pg.Tx) error {
		const q = `
			SELECT
				p.receipt,
				p.customer_id,
				p.customer_no,
				p.manager_id
			FROM consent_by_page($1, $2::jsonb, NULLIF($3, '')::inet, $4) AS p`
		var row struct {
			Receipt   string `db:"receipt"`
			Customer  int64  `db:"customer_id"`
			No        string `db:"customer_no"`
			ManagerID int64  `db:"manager_id"`
		}
		err := tx.Get(ctx, &row, q, token, string(text), from.Address, from.device())
		if pg.IsNoRows(err) {
			return fault.New(fault.NotFound, noDoor)
		}
		if err != nil {
			return violation(err)
		}
		receipt = row.Receipt
		entry := trail.Entry{Action: trail.ConsentAnswered, CustomerID: row.Customer, CustomerNo: row.No, Detail: a.summary() + "，回执 " + receipt}
		if err := trail.Write(ctx, tx, trail.Who{Name: "客户本人", Role: "customer", Address: from.Address}, entry); err != nil {
			return err
		}
		return announce(ctx, tx, row.ManagerID, row.No)
	})
	if err != nil {
		return "", fmt.Errorf("answer consent page: %w", err)
	}
	return receipt, nil
}

func (a Answer) summary() string {
	if a.None {
		return "全部不接收"
	}
	return fmt.Sprintf("同意 %d 项，其余不接收", len(a.Ticked))
}

// Receipt is what a code proves.
type Receipt struct {
	Code       string    `json:"receipt"`
	Name       string    `json:"name"` // masked
	At         time.Time `json:"at"`
	RecordedAt time.Time `json:"recorded_at"`
	Method     Method    `json:"method"`
	Wording    int       `json:"wording"`
	Hash       string    `json:"hash"`
	Personal   *bool     `json:"personal"`
	Newer      bool      `json:"newer"` // the customer has answered again since
	Said       []Said    `json:"said"`
}

// Verify returns what the receipt with the code proves, however it is typed. It
// returns NotFound for a code that was never given.
func (d *Door) Verify(ctx context.Context, code string) (Receipt, error) {
	var r Receipt
	none := fault.New(fault.NotFound, "没有这个回执编号。请核对后再输，字母不分大小写。")
	code = typedCode(code)
	if code == "" {
		return r, none
	}
	err := d.db.Read(ctx, pg.Nobody, func(tx *pg.Tx) error {
		var text *string
		if err := tx.Get(ctx, &text, `SELECT consent_verify($1)::text`, code); err != nil {
			return err
		}
		if text == nil {
			return none
		}
		return json.Unmarshal([]byte(*text), &r)
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("verify consent receipt: %w", err)
	}
	return r, nil
}

// typedCode brings a code into its form: upper case, in fours; empty for what
// cannot be one.
func typedCode(s string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(s) {
		switch {
		case r >= '0' && r <= '9' || r >= 'A' && r <= 'Z':
			if n := b.Len(); n == 4 || n == 9 {
				b.WriteByte('-')
			}
			b.WriteRune(r)
		case r != '-' && r != ' ' || b.Len() > 14:
			return ""
		}
	}
	if b.Len() != 14 {
		return ""
	}
	return b.String()
}
