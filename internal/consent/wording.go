package consent

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"liuhen/internal/pg"
)

// Wording is one version of the text to which customers agree.
type Wording struct {
	ID          int64      `db:"id" json:"-"`
	No          int        `db:"no" json:"-"` // 0 for a proposal
	Base        int        `db:"base" json:"-"`
	ApprovalID  int64      `db:"approval_id" json:"-"`
	Author      string     `db:"author" json:"-"` // empty for one carried over
	Approver    string     `db:"approver" json:"-"`
	Title       string     `db:"title" json:"title"` // the question at the head of the page
	Intro       string     `db:"intro" json:"intro"` // what answering means, in two sentences
	Body        string     `db:"body" json:"body"`   // the whole text, paragraph by paragraph
	Note        string     `db:"note" json:"note"`   // why there is this version
	Hash        []byte     `db:"hash" json:"-"`
	From        time.Time  `db:"in_force_from" json:"-"`
	ProposedAt  time.Time  `db:"proposed_at" json:"-"`
	PublishedAt *time.Time `db:"published_at" json:"-"`
	Carried     bool       `db:"carried" json:"-"` // was in use before the portal was
	Texts       []Text     `db:"-" json:"texts"`   // in the order of Leaves
}

// Text is what a wording says of a category. A category without one is not offered.
type Text struct {
	Category  Category  `json:"category"`
	Purpose   string    `json:"purpose"`
	Frequency string    `json:"frequency"`
	Channels  []Channel `json:"channels"` // in their order
	Months    int       `json:"valid_months,omitempty"`
	AskAgain  bool      `json:"ask_again"` // who agreed before must be asked again
}

// Label returns the version as people name it.
func (w Wording) Label() string {
	if w.No == 0 {
		return "待批准"
	}
	return "第 " + strconv.Itoa(w.No) + " 版"
}

// Fingerprint is the hash as it is printed.
func (w Wording) Fingerprint() string { return hex.EncodeToString(w.Hash) }

// Text returns what the wording says of a category, and whether it offers it.
func (w Wording) Text(c Category) (Text, bool) {
	i := slices.IndexFunc(w.Texts, func(t Text) bool { return t.Category == c })
	if i < 0 {
		return Text{}, false
	}
	return w.Texts[i], true
}

// Offers reports whether the wording offers a category by a channel.
func (w Wording) Offers(c Cell) bool {
	t, ok := w.Text(c.Category)
	return ok && slices.Contains(t.Channels, c.Channel)
}

// Canonical is the text that the hash is over. consent_wording_canon is the same
// in the database.
func (w Wording) Canonical() string {
	var b strings.Builder
	b.WriteString("liuhen consent wording 1\x1e" + w.Title + "\x1e" + w.Intro + "\x1e" + w.Body)
	for _, c := range Leaves() {
		t, ok := w.Text(c)
		if !ok {
			continue
		}
		channels := make([]string, len(t.Channels))
		for i, h := range t.Channels {
			channels[i] = string(h)
		}
		months, again := "", "0"
		if t.Months > 0 {
			months = strconv.Itoa(t.Months)
		}
		if t.AskAgain {
			again = "1"
		}
		b.WriteString("\x1e" + strings.Join([]string{string(c), t.Purpose, t.Frequency, strings.Join(channels, ","), months, again}, "\x1f"))
	}
	return b.String()
}

// hash is the hash of the wording as it stands.
func (w Wording) hash() []byte {
	sum := sha256.Sum256([]byte(w.Canonical()))
	return sum[:]
}

// Carry takes over a text that was in use before the portal was, with the moment
// From since which it was in force. It is for the program, oldest first, and only
// while nobody has agreed to anything; it returns the version's number.
func Carry(ctx context.Context, tx *pg.Tx, w Wording) (no int, err error) {
	text, err := json.Marshal(struct {
		Wording
		Hash string    `json:"hash"`
		From time.Time `json:"in_force_from"`
	}{w, hex.EncodeToString(w.hash()), w.From})
	if err != nil {
		return 0, err
	}
	if err := tx.Get(ctx, &no, `SELECT carry_consent_wording($1::jsonb)`, string(text)); err != nil {
		return 0, fmt.Errorf("carry wording over: %w", err)
	}
	return no, nil
}

const wordingColumns = `
		SELECT
			w.id,
			COALESCE(w.no, 0) AS no,
			w.base,
			COALESCE(w.approval_id, 0) AS approval_id,
			COALESCE(a.name, '') AS author,
			COALESCE(b.name, '') AS approver,
			w.title,
			w.intro,
			w.body,
			w.note,
			w.hash,
			w.in_force_from,
			w.proposed_at,
			w.published_at,
			w.carried,
			COALESCE((
				SELECT json_agg(x)
				FROM (
					SELECT
						t.category,
						t.purpose,
						t.frequency,
						t.channels,
						COALESCE(t.valid_months, 0) AS valid_months,
						t.ask_again
					FROM consent_wording_text AS t
					JOIN consent_category AS g ON g.code = t.category
					WHERE t.wording_id = w.id
					ORDER BY g.position
				) AS x
			), '[]') AS texts
		FROM consent_wording AS w
		LEFT JOIN staff AS a ON a.id = w.author_id
		LEFT JOIN staff AS b ON b.id = w.approver_id`

// wordings loads the versions that the rest of the statement chooses.
func wordings(ctx context.Context, tx *pg.Tx, chosen string, args ...any) ([]Wording, error) {
	var rows []struct {
		Wording
		List pg.List[Text] `db:"texts"`
	}
	if err := tx.Select(ctx, &rows, wordingColumns+chosen, args...); err != nil {
		return nil, err
	}
	list := make([]Wording, len(rows))
	for i, r := range rows {
		list[i] = r.Wording
		list[i].Texts = r.List
	}
	return list, nil
}

// inForce loads the wording in force at a moment, nil before the first.
func inForce(ctx context.Context, tx *pg.Tx, at time.Time) (*Wording, error) {
	list, err := wordings(ctx, tx, `
		WHERE w.no = consent_wording_at($1)`, at)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}
