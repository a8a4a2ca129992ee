package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"liuhen/internal/bench"
	"liuhen/internal/pg"
	"liuhen/internal/sourcing"
	"liuhen/internal/staff"
)

// importMeasured runs a file through the import by a mapping.
func (h *house) importMeasured(ctx context.Context, mapping, path string) (n bench.Imported, err error) {
	file, err := os.Open(path)
	if err != nil {
		return n, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	job, err := h.deps.Intake.RunNow(ctx, staff.Program(), sourcing.Upload{Mapping: mapping, FileName: filepath.Base(path), Body: file}, nil)
	if err != nil {
		return n, err
	}
	if job.State != sourcing.Done {
		return n, fmt.Errorf("导入未完成（%s）：%s", job.State, job.Error)
	}
	return bench.Imported{Accepted: job.Accepted, Changed: job.Changed, Unchanged: job.Unchanged, Rejected: job.Rejected}, nil
}

// takeBatch takes a batch as the source of customers' files sends it.
func (h *house) takeBatch(ctx context.Context, resource, key string, body []byte) error {
	by := &sourcing.Caller{Scopes: []string{resource}, Prefix: "lh_bench", SourceCode: "crm", SourceName: "客户关系系统"}
	err := h.db.Read(ctx, pg.System, func(tx *pg.Tx) error {
		return tx.Get(ctx, &by.SourceID, `SELECT s.id FROM source_system AS s WHERE s.code = 'crm'`)
	})
	if err != nil {
		return err
	}
	answer, err := h.deps.Intake.Take(ctx, by, sourcing.Batch{Resource: resource, Key: key, Body: body})
	if err != nil {
		return err
	}
	var got struct {
		Rejected int `json:"rejected"`
	}
	if err := json.Unmarshal(answer.Body, &got); err != nil || got.Rejected > 0 || answer.Replayed {
		return errors.Join(err, fmt.Errorf("%d items of a batch were rejected", got.Rejected))
	}
	return nil
}
