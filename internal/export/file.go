package export

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"liuhen/internal/authz"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/sheet"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Made is a file that has just been made.
type Made struct {
	Name   string
	Type   string // media type
	Bytes  []byte
	SHA256 string
}

// Fetch makes the file of the approved export with the id, for its requester. It
// returns NotFound to everybody else and Conflict before the approval, a day
// after it, and after the last time.
func (d *Desk) Fetch(ctx context.Context, by *staff.Member, id int64) (Made, error) {
	if err := authz.Check(by, authz.Export); err != nil {
		return Made{}, err
	}
	var m Made
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		m, err = d.fetch(ctx, tx, by, id)
		return err
	})
	if err != nil {
		return Made{}, fmt.Errorf("fetch export %d: %w", id, err)
	}
	return m, nil
}

func (d *Desk) fetch(ctx context.Context, tx *pg.Tx, by *staff.Member, id int64) (Made, error) {
	r, q, err := open(ctx, tx, by, id)
	if err != nil {
		return Made{}, err
	}
	groups := make([]customer.Group, len(r.GroupWords))
	for i, w := range r.GroupWords {
		groups[i] = customer.Group(w)
	}
	var at time.Time
	if err := tx.Get(ctx, &at, `SELECT now()`); err != nil {
		return Made{}, err
	}
	at = at.In(pg.Zone())
	t := table{by: by, request: id, groups: groups, at: at}
	var file bytes.Buffer
	rows, err := d.fill(ctx, tx, &file, t, r, q)
	if err != nil {
		return Made{}, err
	}
	sum := sha256.Sum256(file.Bytes())
	m := Made{
		Name:   fmt.Sprintf("customers-%d-%s.%s", id, at.Format("20060102-150405"), r.Format),
		Type:   r.Format.Type(),
		Bytes:  file.Bytes(),
		SHA256: hex.EncodeToString(sum[:]),
	}
	return m, keep(ctx, tx, by, r, m, rows)
}

// fill writes what the export asks for and returns how many rows it has.
func (d *Desk) fill(ctx context.Context, tx *pg.Tx, file *bytes.Buffer, t table, r Request, q customer.Query) (int, error) {
	if r.Filed {
		return d.fillFiles(ctx, tx, file, t, r)
	}
	rows, err := d.book.Export(ctx, tx, t.by, q, t.groups, MaxRows)
	if err != nil {
		return 0, err
	}
	return len(rows), t.write(file, r.Format, rows)
}

// open loads what an export that may be fetched by by asks for.
func open(ctx context.Context, tx *pg.Tx, by *staff.Member, id int64) (Request, customer.Query, error) {
	const load = `
		SELECT r.query::text
		FROM export_request AS r
		JOIN approval AS a ON a.id = r.approval_id
		WHERE r.approval_id = $1
			AND a.requester_id = $2`
	var text string
	var q customer.Query
	if err := tx.Get(ctx, &text, load, id, by.ID); err != nil {
		return Request{}, q, pg.OrNotFound(err, "没有这件导出，或不是您申请的。")
	}
	r, err := request(ctx, tx, id)
	if err != nil {
		return r, q, err
	}
	switch {
	case r.State != "approved":
		return r, q, fault.New(fault.Conflict, "这件导出还没有批准，不能下载。").Because("export")
	case r.Left() == 0:
		return r, q, fault.Newf(fault.Conflict, "这件导出已经下载 %d 次，不能再下载，需要时请重新申请。", MaxFiles).Because("export")
	case !r.Ready:
		return r, q, fault.New(fault.Conflict, "批准已超过 24 小时，不能再下载，需要时请重新申请。").Because("export")
	}
	return r, q, json.Unmarshal([]byte(text), &q)
}

// keep writes down that the file was made.
func keep(ctx context.Context, tx *pg.Tx, by *staff.Member, r Request, m Made, rows int) error {
	const q = `
		INSERT INTO export_file (approval_id, sha256, rows, bytes)
		VALUES ($1, $2, $3, $4)`
	if _, err := tx.Exec(ctx, q, r.ApprovalID, m.SHA256, rows, len(m.Bytes)); err != nil {
		return pg.Constraints{
			"export_file_in_time": fault.New(fault.Conflict, "批准已超过 24 小时，不能再下载，需要时请重新申请。").Because("export"),
			"export_file_three":   fault.Newf(fault.Conflict, "这件导出已经下载 %d 次，不能再下载，需要时请重新申请。", MaxFiles).Because("export"),
		}.Fault(err)
	}
	return trail.Write(ctx, tx, by.Who(), trail.Entry{
		Action: trail.ExportFetched, ApprovalID: r.ApprovalID, Groups: r.GroupWords,
		Detail: fmt.Sprintf("%s，%s，SHA-256 %s", m.Name, r.Counted(rows), m.SHA256),
	})
}

// table turns customers into the rows of a file.
type table struct {
	by      *staff.Member
	request int64
	groups  []customer.Group
	at      time.Time
}

// mark says whose file it is.
func (t table) mark() string {
	return fmt.Sprintf("内部资料，严禁外传：%s（%s）%s 导出，审批编号 %d", t.by.Name, t.by.No, t.at.Format("2006-01-02 15:04:05"), t.request)
}

// who names the person on each row.
func (t table) who() string { return t.by.Name + " " + t.by.No }

func (t table) has(g customer.Group) bool { return slices.Contains(t.groups, g) }

func (t table) write(file *bytes.Buffer, format sheet.Format, rows []customer.Exported) error {
	w, err := sheet.New(format, file, t.mark())
	if err != nil {
		return err
	}
	if err := w.Row(t.mark()); err != nil {
		return err
	}
	if err := w.Row(t.titles()...); err != nil {
		return err
	}
	for _, r := range rows {
		if err := w.Row(t.cells(r)...); err != nil {
			return err
		}
	}
	if err := w.Row(fmt.Sprintf("水印：%s，共 %d 位客户，到此为止", t.mark(), len(rows))); err != nil {
		return err
	}
	return w.Close()
}

func (t table) titles() []string {
	list := []string{"客户号", "姓名", "风险等级", "资产档", "机构", "客户经理", "开户日", "最近联系", "手机"}
	if t.has(customer.ContactGroup) {
		list = append(list, "邮箱", "地址")
	}
	if t.has(customer.IdentityGroup) {
		list = append(list, "证件号码")
	}
	if t.has(customer.AssetsGroup) {
		list = append(list, "持仓市值（元）")
	}
	return append(list, "导出人")
}

func (t table) cells(r customer.Exported) []string {
	list := []string{
		r.No, r.Name, customer.GradeLabel(r.Grade), customer.BandLabel(r.AssetBand), r.Branch, r.Manager,
		day(r.OpenedOn), day(r.LastContactAt), either(r.Mobile, r.MobileMask),
	}
	if t.has(customer.ContactGroup) {
		list = append(list, either(r.Email, r.EmailMask), either(r.Address, r.AddressMask))
	}
	if t.has(customer.IdentityGroup) {
		list = append(list, either(r.Certificate, r.CertificateMask))
	}
	if t.has(customer.AssetsGroup) {
		list = append(list, either(r.Holdings, "未授权"))
	}
	return append(list, t.who())
}

// either is the value, or its mask where there is none.
func either(value, mask string) string {
	if value != "" {
		return value
	}
	return mask
}

func day(at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.In(pg.Zone()).Format(time.DateOnly)
}
