package export

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/lib/pq"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/authz"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/figure"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Desk takes requests for exports and makes their files.
type Desk struct {
	db   *pg.DB
	book *customer.Book
}

// NewDesk returns a desk over the database and the book it exports from.
func NewDesk(db *pg.DB, book *customer.Book) *Desk { return &Desk{db: db, book: book} }

// Found returns how many customers an export of the query would hold, and the
// query in words. It returns Invalid for a query that may not be exported.
func (d *Desk) Found(ctx context.Context, by *staff.Member, q customer.Query) (n int64, words string, err error) {
	if err := authz.Check(by, authz.Export); err != nil {
		return 0, "", err
	}
	err = d.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		n, words, err = d.book.Found(ctx, tx, by, q)
		return err
	})
	if err != nil {
		return 0, "", fmt.Errorf("count export: %w", err)
	}
	return n, words, nil
}

// Submit puts an export before the superior of by and compliance and returns its
// request. It returns Invalid on group, format, purpose and reason and for a list
// that is empty or too long, NotFound for a customer outside the scope of by, and
// Conflict if nobody can decide.
func (d *Desk) Submit(ctx context.Context, by *staff.Member, ask Ask) (int64, error) {
	if err := authz.Check(by, authz.Export); err != nil {
		return 0, err
	}
	ask, err := ask.checked()
	if err != nil {
		return 0, fmt.Errorf("ask for export: %w", err)
	}
	var id int64
	err = d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		submit := d.submit
		if len(ask.Customers) > 0 {
			submit = d.submitFiles
		}
		id, err = submit(ctx, tx, by, ask)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("ask for export: %w", err)
	}
	return id, nil
}

func (d *Desk) submit(ctx context.Context, tx *pg.Tx, by *staff.Member, ask Ask) (int64, error) {
	n, words, err := d.book.Found(ctx, tx, by, ask.Query)
	switch {
	case err != nil:
		return 0, err
	case n == 0:
		return 0, fault.New(fault.Invalid, "没有符合条件的客户，不用导出。")
	case n > MaxRows:
		return 0, fault.Newf(fault.Invalid, "共 %s 位客户，一次最多导出 %s 位，请缩小筛选条件。", figure.Number(n), figure.Number(MaxRows)).Because("export")
	}
	steps, err := access.Both(ctx, tx, by)
	if err != nil {
		return 0, err
	}
	id, err := approval.Submit(ctx, tx, by, approval.Draft{
		Kind:  approval.Export,
		Title: fmt.Sprintf("导出客户列表 %s 位", figure.Number(n)),
		Steps: steps,
		Facts: facts(ask, words),
	})
	if err != nil {
		return 0, err
	}
	query, err := json.Marshal(ask.Query)
	if err != nil {
		return 0, err
	}
	const q = `
		INSERT INTO export_request (approval_id, query, groups, format, purpose, reason, found)
		VALUES ($1, $2::jsonb, $3, $4, $5, $6, $7)`
	if _, err := tx.Exec(ctx, q, id, string(query), pq.Array(groupWords(ask.Groups)), string(ask.Format), string(ask.Purpose), ask.Reason, n); err != nil {
		return 0, err
	}
	return id, trail.Write(ctx, tx, by.Who(), trail.Entry{
		Action: trail.ExportAsked, ApprovalID: id, Groups: groupWords(ask.Groups),
		Detail: fmt.Sprintf("导出客户列表（%s），%s，%s：%s", words, ask.Format.Label(), ask.Purpose.Label(), ask.Reason),
	})
}

// facts are what the approvers read.
func facts(ask Ask, words string) []approval.Fact {
	columns := "基本信息与掩码"
	for _, g := range ask.Groups {
		columns += "、" + access.Group(g).Label()
	}
	if len(ask.Groups) > 0 {
		columns += "（只在下载时有生效授权的客户上出现原文）"
	}
	return []approval.Fact{
		{Label: "范围", After: words},
		{Label: "内容", After: columns},
		{Label: "格式", After: ask.Format.Label()},
		{Label: "用途", After: ask.Purpose.Label()},
		{Label: "事由", After: ask.Reason},
		{Label: "下载", After: fmt.Sprintf("批准后 24 小时内，本人，最多 %d 次", MaxFiles)},
	}
}

func groupWords(groups []customer.Group) []string {
	list := make([]string, len(groups))
	for i, g := range groups {
		list[i] = string(g)
	}
	return list
}

// Effect is what the approval of an export brings about: the requester may fetch
// it, which the state of the approval itself says.
type Effect struct{}

// Apply does nothing.
func (Effect) Apply(context.Context, *pg.Tx, *staff.Member, approval.Approval) error { return nil }

// Mark finds nothing that stands out: every export goes to two people.
func (Effect) Mark(context.Context, *pg.Tx, approval.Approval) (string, error) { return "", nil }
