package consent

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/lib/pq"

	"liuhen/internal/approval"
	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Check returns an Invalid fault on what no wording may be, on the fields title,
// intro, body, note and the codes of the categories.
func (w Wording) Check() error {
	var f fault.Fields
	f.Require(sized(w.Title, 2, 40), "title", "标题为 2 到 40 个字，写在一行里。")
	f.Require(sized(w.Intro, 10, 200), "intro", "引言为 10 到 200 个字，写在一行里。")
	f.Require(sized(strings.ReplaceAll(w.Body, "\n", "段"), 100, 8000), "body", "正文为 100 到 8000 个字。")
	f.Require(sized(w.Note, 4, 300), "note", "修改说明为 4 到 300 个字，写在一行里。")
	f.Require(len(w.Texts) > 0, "title", "至少要提供一个类别。")
	for _, t := range w.Texts {
		name := string(t.Category)
		f.Require(t.Category.Leaf(), "title", "有不认识的类别。")
		f.Require(sized(t.Purpose, 4, 200), name, t.Category.Label()+"：内容为 4 到 200 个字。")
		f.Require(sized(t.Frequency, 2, 40), name, t.Category.Label()+"：频次为 2 到 40 个字。")
		f.Require(len(t.Channels) > 0 && !slices.ContainsFunc(t.Channels, func(c Channel) bool { return !c.Known() }), name, t.Category.Label()+"：请至少选一个渠道。")
		f.Require(t.Months >= 0 && t.Months <= 60, name, t.Category.Label()+"：有效期为 1 到 60 个月，0 为到撤回为止。")
		f.Require(t.Category != Private || !slices.Contains(t.Channels, Moments), name, "私募不能在朋友圈展示（《私募投资基金监督管理条例》第二十条）。")
	}
	return f.Err()
}

func sized(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return utf8.ValidString(s) && n >= least && n <= most && !strings.ContainsFunc(s, unicode.IsControl)
}

// Propose puts a version before the second person, another of compliance or risk
// control; nothing of it can be changed from then on. w.Base is the version it was
// written on, w.From when it shall come into force, zero for as soon as it is
// agreed to. It returns the request's id, Invalid as Check does and on from, and
// Conflict while another waits or if there is a newer version.
func (d *Desk) Propose(ctx context.Context, by *staff.Member, w Wording) (id int64, err error) {
	if err := authz.Check(by, authz.ManageWordings); err != nil {
		return 0, fmt.Errorf("propose wording: %w", err)
	}
	if err := w.Check(); err != nil {
		return 0, fmt.Errorf("propose wording: %w", err)
	}
	err = d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('consent/wording', 0))`); err != nil {
			return err
		}
		id, err = propose(ctx, tx, by, w)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("propose wording: %w", err)
	}
	return id, nil
}

func propose(ctx context.Context, tx *pg.Tx, by *staff.Member, w Wording) (int64, error) {
	last, err := newest(ctx, tx)
	if err != nil {
		return 0, err
	}
	if err := proposable(ctx, tx, w, last); err != nil {
		return 0, err
	}
	facts, err := w.facts(ctx, tx, last)
	if err != nil {
		return 0, err
	}
	to, err := approval.SomeoneElse(ctx, tx, by, "授权文本须由另一位合规或风控批准", staff.Compliance, staff.Risk)
	if err != nil {
		return 0, err
	}
	id, err := approval.Submit(ctx, tx, by, approval.Draft{
		Kind: approval.ConsentWording, Title: fmt.Sprintf("授权文本第 %d 版", last.No+1), Steps: []approval.Route{to},
		Facts: facts, Link: href.ConsentWordings(href.Flag("pending", true)),
	})
	if err != nil {
		return 0, err
	}
	if err := save(ctx, tx, by, id, w); err != nil {
		return 0, err
	}
	return id, trail.Write(ctx, tx, by.Who(), trail.Entry{
		Action: trail.ConsentWordingSubmitted, ApprovalID: id, Detail: fmt.Sprintf("授权文本第 %d 版：%s", last.No+1, w.Note),
	})
}

// proposable returns Conflict or Invalid for what cannot be proposed as things stand.
func proposable(ctx context.Context, tx *pg.Tx, w, last Wording) error {
	waiting, err := pending(ctx, tx)
	if err != nil {
		return err
	}
	var f fault.Fields
	switch {
	case waiting != nil:
		return fault.New(fault.Conflict, "已有一份文本在等批准，请等它办完再提。").Because("consent-wording")
	case w.Base != last.No:
		return fault.New(fault.Conflict, "授权文本刚刚换了版本，请按最新版本重新修改。")
	case len(w.Changes(last)) == 0 && len(w.AsksAgain()) == 0:
		f.Add("note", "与上一版没有差别。")
	case !w.From.IsZero() && !w.From.After(last.From):
		f.Add("from", "生效时间要晚于上一版的 "+last.From.In(pg.Zone()).Format("2006-01-02 15:04")+"。")
	case w.From.After(time.Now().AddDate(1, 0, 0)):
		f.Add("from", "生效时间最多在一年以内。")
	}
	return f.Err()
}

// newest loads the version with the highest number, in force or not yet.
func newest(ctx context.Context, tx *pg.Tx) (Wording, error) {
	list, err := wordings(ctx, tx, `
		WHERE w.no IS NOT NULL
		ORDER BY w.no DESC
		LIMIT 1`)
	if err != nil || len(list) == 0 {
		return Wording{}, err
	}
	return list[0], nil
}

// facts is what the second person decides on: what changes, who is asked again,
// from when.
func (w Wording) facts(ctx context.Context, tx *pg.Tx, last Wording) ([]approval.Fact, error) {
	have, err := holders(ctx, tx)
	if err != nil {
		return nil, err
	}
	list := w.Changes(last)
	for _, c := range w.AsksAgain() {
		list = append(list, approval.Fact{Label: "重新征询", After: fmt.Sprintf("%s：%d 位客户原来的同意不再作数", c.Label(), have[c])})
	}
	from := "批准后立即"
	if !w.From.IsZero() {
		from = w.From.In(pg.Zone()).Format("2006-01-02 15:04")
	}
	return append(list,
		approval.Fact{Label: "生效", After: from},
		approval.Fact{Label: "修改说明", After: w.Note},
		approval.Fact{Label: "文本指纹", After: fmt.Sprintf("%x", w.hash())}), nil
}

func save(ctx context.Context, tx *pg.Tx, by *staff.Member, approvalID int64, w Wording) error {
	const head = `
		INSERT INTO consent_wording (base, approval_id, author_id, title, intro, body, note, hash, in_force_from)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, COALESCE($9::timestamptz, now()))
		RETURNING id`
	var from *time.Time
	if !w.From.IsZero() {
		from = &w.From
	}
	var id int64
	if err := tx.Get(ctx, &id, head, w.Base, approvalID, by.ID, w.Title, w.Intro, w.Body, w.Note, w.hash(), from); err != nil {
		return violation(err)
	}
	const line = `
		INSERT INTO consent_wording_text (wording_id, category, purpose, frequency, channels, valid_months, ask_again)
		VALUES ($1, $2, $3, $4, $5, NULLIF($6::smallint, 0), $7)`
	for _, t := range w.Texts {
		if _, err := tx.Exec(ctx, line, id, string(t.Category), t.Purpose, t.Frequency, pq.Array(t.Channels), t.Months, t.AskAgain); err != nil {
			return violation(err)
		}
	}
	return nil
}

// Publishing is what the approval of a wording brings about: it has its number.
type Publishing struct{}

// Apply publishes the wording behind a, in the name of its approver. It returns
// Conflict if it was written on a version that is no longer the newest.
func (Publishing) Apply(ctx context.Context, tx *pg.Tx, by *staff.Member, a approval.Approval) error {
	var no int
	if err := tx.Get(ctx, &no, `SELECT publish_consent_wording($1)`, a.ID); err != nil {
		return violation(err)
	}
	return trail.Write(ctx, tx, by.Who(), trail.Entry{
		Action: trail.ConsentWordingPublished, ApprovalID: a.ID, Detail: fmt.Sprintf("授权文本第 %d 版定稿", no),
	})
}

// Mark says that consents end: such a wording is looked at by itself.
func (Publishing) Mark(ctx context.Context, tx *pg.Tx, a approval.Approval) (string, error) {
	var n int
	const q = `
		SELECT count(*)
		FROM consent_wording AS w
		JOIN consent_wording_text AS t ON t.wording_id = w.id
		WHERE w.approval_id = $1
			AND t.ask_again`
	if err := tx.Get(ctx, &n, q, a.ID); err != nil || n == 0 {
		return "", err
	}
	return fmt.Sprintf("%d 个类别重新征询", n), nil
}
