package export

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/lib/pq"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/authz"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/figure"
	"liuhen/internal/pg"
	"liuhen/internal/sheet"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Customers returns the customers with the numbers, whose files by may ask for in
// a file. It returns Invalid for too many and NotFound if one of them is not
// within the scope of by.
func (d *Desk) Customers(ctx context.Context, by *staff.Member, nos []string) ([]customer.Row, error) {
	if err := authz.Check(by, authz.Export); err != nil {
		return nil, err
	}
	var rows []customer.Row
	err := d.db.Read(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		rows, err = chosen(ctx, tx, by, once(nos))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("customers to export: %w", err)
	}
	return rows, nil
}

func chosen(ctx context.Context, tx *pg.Tx, by *staff.Member, nos []string) ([]customer.Row, error) {
	if len(nos) > MaxCustomers {
		return nil, fault.Newf(fault.Invalid, "一次最多导出 %d 位客户的档案，现在 %d 位。", MaxCustomers, len(nos)).Because("export")
	}
	return customer.LocateAll(ctx, tx, by, nos)
}

// submitFiles puts an export of customers' files before its approvers.
func (d *Desk) submitFiles(ctx context.Context, tx *pg.Tx, by *staff.Member, ask Ask) (int64, error) {
	rows, err := chosen(ctx, tx, by, ask.Customers)
	if err != nil {
		return 0, err
	}
	steps, err := access.Both(ctx, tx, by)
	if err != nil {
		return 0, err
	}
	ids, names := make([]int64, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		ids[i], names[i] = r.ID, r.Name+"（"+r.No+"）"
	}
	draft := approval.Draft{
		Kind:  approval.Export,
		Title: fmt.Sprintf("导出 %d 位客户的%s", len(rows), labels(ask.Groups)),
		Steps: steps,
		Facts: fileFacts(ask, names),
	}
	if len(ids) == 1 {
		draft.CustomerID = ids[0]
	}
	id, err := approval.Submit(ctx, tx, by, draft)
	if err != nil {
		return 0, err
	}
	const q = `
		INSERT INTO export_request (approval_id, query, customers, groups, format, purpose, reason, found)
		VALUES ($1, '{}', $2, $3, $4, $5, $6, $7)`
	if _, err := tx.Exec(ctx, q, id, pq.Array(ids), pq.Array(groupWords(ask.Groups)), string(ask.Format), string(ask.Purpose), ask.Reason, len(ids)); err != nil {
		return 0, err
	}
	for _, r := range rows {
		err := trail.Write(ctx, tx, by.Who(), trail.Entry{
			Action: trail.ExportAsked, CustomerID: r.ID, CustomerNo: r.No, ApprovalID: id, Groups: groupWords(ask.Groups),
			Detail: fmt.Sprintf("导出 %d 位客户的档案，%s，%s：%s", len(rows), ask.Format.Label(), ask.Purpose.Label(), ask.Reason),
		})
		if err != nil {
			return 0, err
		}
	}
	return id, nil
}

// fileFacts are what the approvers read.
func fileFacts(ask Ask, names []string) []approval.Fact {
	return []approval.Fact{
		{Label: "客户", After: strings.Join(names, "、")},
		{Label: "内容", After: labels(ask.Groups) + "的全部原文，只含下载时有生效授权的"},
		{Label: "格式", After: ask.Format.Label()},
		{Label: "用途", After: ask.Purpose.Label()},
		{Label: "事由", After: ask.Reason},
		{Label: "下载", After: fmt.Sprintf("批准后 24 小时内，本人，最多 %d 次", MaxFiles)},
	}
}

func labels(groups []customer.Group) string {
	list := make([]access.Group, len(groups))
	for i, g := range groups {
		list[i] = access.Group(g)
	}
	return access.Labels(list)
}

// fillFiles writes the groups that are granted now, line by line. It returns
// Conflict if nothing is, if a customer has left the scope, and for more lines
// than a file holds.
func (d *Desk) fillFiles(ctx context.Context, tx *pg.Tx, file *bytes.Buffer, t table, r Request) (int, error) {
	const q = `
		SELECT c.no
		FROM export_request AS r
		JOIN customer AS c ON c.id = ANY (r.customers)
		WHERE r.approval_id = $1
		ORDER BY c.no`
	var nos []string
	if err := tx.Select(ctx, &nos, q, r.ApprovalID); err != nil {
		return 0, err
	}
	groups, err := d.book.Files(ctx, tx, t.by, nos, t.groups, MaxRows+1)
	if fault.KindOf(err) == fault.NotFound {
		return 0, fault.Wrap(fault.Conflict, "申请里有客户已不在您的服务范围内，不能再导出，请重新申请。", err).Because("scope")
	}
	if err != nil {
		return 0, err
	}
	lines, open := 0, false
	for _, g := range groups {
		lines, open = lines+max(1, len(g.Lines)), open || g.Open
	}
	switch {
	case !open:
		return 0, fault.New(fault.Conflict, "这些信息现在都没有生效的调阅授权，请先申请调阅，批准后再下载。").Because("export")
	case lines > MaxRows:
		return 0, fault.Newf(fault.Conflict, "超过 %s 行，请减少客户或分组后重新申请。", figure.Number(MaxRows)).Because("export")
	}
	return lines, t.writeFiles(file, r.Format, groups)
}

func (t table) writeFiles(file *bytes.Buffer, format sheet.Format, groups []customer.FiledGroup) error {
	w, err := sheet.New(format, file, t.mark())
	if err != nil {
		return err
	}
	rows := [][]string{{t.mark()}, {"客户号", "姓名", "信息分组", "类别", "名称", "内容", "说明", "日期", "导出人"}}
	for _, g := range groups {
		label := access.Group(g.Group).Label()
		empty := "没有记录"
		if !g.Open {
			empty = "未授权"
		}
		if len(g.Lines) == 0 {
			rows = append(rows, []string{g.Customer.No, g.Customer.Name, label, "", "", empty, "", "", t.who()})
		}
		for _, l := range g.Lines {
			rows = append(rows, []string{g.Customer.No, g.Customer.Name, label, kindLabel(l.Kind), l.Name, l.Value, l.Note, l.Day, t.who()})
		}
	}
	rows = append(rows, []string{fmt.Sprintf("水印：%s，到此为止", t.mark())})
	for _, row := range rows {
		if err := w.Row(row...); err != nil {
			return err
		}
	}
	return w.Close()
}

// kindLabel names a kind of value; an unknown one is its own name.
func kindLabel(kind string) string {
	label, ok := map[string]string{
		"mobile": "手机", "phone": "电话", "email": "邮箱", "address": "地址",
		"resident_id": "身份证", "passport": "护照", "permit": "通行证", "foreign_id": "境外证件",
		"account": "账户余额", "holding": "持仓市值", "loan": "贷款本金", "card": "银行卡额度",
		"spent": "支出", "received": "收入",
	}[kind]
	if !ok {
		return kind
	}
	return label
}
