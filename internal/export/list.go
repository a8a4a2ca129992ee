package export

import (
	"context"
	"fmt"
	"strings"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// maxShown is how many requests a page shows.
const maxShown = 50

const requestColumns = `
	a.id AS approval_id,
	a.requester_id AS staff_id,
	s.no AS staff_no,
	s.name AS staff_name,
	a.title,
	a.state,
	a.submitted_at,
	a.closed_at,
	r.groups,
	r.format,
	r.purpose,
	r.reason,
	r.found,
	r.customers IS NOT NULL AS filed,
	p.name AS approver,
	t.comment,
	a.state = 'approved'
		AND a.closed_at > now() - interval '24 hours'
		AND (SELECT count(*) FROM export_file AS f WHERE f.approval_id = a.id) < 3 AS ready
	FROM export_request AS r
	JOIN approval AS a ON a.id = r.approval_id
	JOIN staff AS s ON s.id = a.requester_id
	JOIN approval_step AS t ON t.approval_id = a.id AND t.position = a.step
	JOIN staff AS p ON p.id = t.approver_id`

const fileColumns = `
	f.id,
	f.approval_id,
	f.sha256,
	f.rows,
	f.bytes,
	f.made_at
	FROM export_file AS f`

// request loads one export with its files.
func request(ctx context.Context, tx *pg.Tx, id int64) (Request, error) {
	var r Request
	q := `SELECT` + requestColumns + `
	WHERE r.approval_id = $1`
	if err := tx.Get(ctx, &r, q, id); err != nil {
		return r, pg.OrNotFound(err, "没有这件导出，或不是您申请的。")
	}
	files := `SELECT` + fileColumns + `
	WHERE f.approval_id = $1
	ORDER BY f.id`
	return r, tx.Select(ctx, &r.Files, files, id)
}

// List returns the latest exports of by, newest first; those of everybody to
// compliance.
func (d *Desk) List(ctx context.Context, by *staff.Member) ([]Request, error) {
	if err := authz.Check(by, authz.Export); err != nil {
		return nil, err
	}
	q := `SELECT` + requestColumns + `
	WHERE a.requester_id = $1
		OR $2
	ORDER BY
		a.submitted_at DESC,
		a.id DESC
	LIMIT $3`
	files := `SELECT` + fileColumns + `
	WHERE f.approval_id = $1
	ORDER BY f.id`
	var list []Request
	err := d.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		if err := tx.Select(ctx, &list, q, by.ID, by.Role == staff.Compliance, maxShown); err != nil {
			return err
		}
		for i := range list {
			if list[i].State != "approved" {
				continue
			}
			if err := tx.Select(ctx, &list[i].Files, files, list[i].ApprovalID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list exports: %w", err)
	}
	return list, nil
}

// Origin is where a file came from.
type Origin struct {
	Request
	File File
}

// Verify returns the export whose file has the SHA-256 hash, in hexadecimal. It
// returns Invalid for what is no hash and NotFound where no export made such a
// file: it was changed, or came from elsewhere. The try is on the trail.
func (d *Desk) Verify(ctx context.Context, by *staff.Member, hash string) (Origin, error) {
	if err := authz.Check(by, authz.SignedIn); err != nil {
		return Origin{}, err
	}
	hash = strings.ToLower(strings.TrimSpace(hash))
	if len(hash) != 64 || strings.Trim(hash, "0123456789abcdef") != "" {
		var f fault.Fields
		f.Add("hash", "SHA-256 摘要是 64 位的 0–9、a–f。")
		return Origin{}, f.Err()
	}
	var o Origin
	found := true
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		q := `SELECT` + fileColumns + `
		WHERE f.sha256 = $1
		ORDER BY f.id
		LIMIT 1`
		entry := trail.Entry{Action: trail.ExportChecked, Detail: "SHA-256 " + hash + "，没有对应的导出"}
		err := tx.Get(ctx, &o.File, q, hash)
		if found = !pg.IsNoRows(err); !found {
			return trail.Write(ctx, tx, by.Who(), entry)
		}
		if err != nil {
			return err
		}
		entry.ApprovalID, entry.Detail = o.File.ApprovalID, "SHA-256 "+hash+"，对应一件导出"
		if o.Request, err = request(ctx, tx, o.File.ApprovalID); err != nil {
			return err
		}
		return trail.Write(ctx, tx, by.Who(), entry)
	})
	if err != nil {
		return Origin{}, fmt.Errorf("verify export: %w", err)
	}
	if !found {
		return Origin{}, fault.New(fault.NotFound, "没有这样的导出文件：内容被改动过，或不是从本系统导出的。")
	}
	return o, nil
}
