package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"liuhen/internal/sourcing"
	"liuhen/internal/staff"
)

// runImport imports one file and says how it goes, beside a running portal or
// alone. Ctrl+C leaves the import to be gone on with: by the portal, or by the
// same command again.
func runImport(ctx context.Context, in input) (err error) {
	c := &config{}
	f := c.flags(in, "import")
	var u sourcing.Upload
	var file, branch string
	f.StringVar(&u.Source, "source", "", "来源系统的编码，如 berka")
	f.StringVar(&file, "file", "", "要导入的 CSV（可为 .gz）或 XLSX 文件")
	f.StringVar(&u.Mapping, "mapping", "", "映射名称，系统自带的或在门户里保存过的；不填时按来源与表头判断")
	f.StringVar(&u.Sheet, "sheet", "", "XLSX 里的工作表；不填为第一个可见的")
	f.StringVar(&branch, "branch", "", "新客户的归属机构编码；不填为总部")
	f.BoolVar(&u.DryRun, "dry-run", false, "只检查并说明会发生什么，不改动数据")
	if err := c.parse(f, in.args); err != nil {
		return err
	}
	if file == "" {
		f.Usage()
		return errors.New("请用 --file 给出要导入的文件")
	}
	body, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("打不开要导入的文件：%w", err)
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	u.Body, u.FileName = body, filepath.Base(file)
	h, err := openHouse(ctx, c, in, joinDatabase)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	if u.BranchID, err = branchID(ctx, h, branch); err != nil {
		return err
	}
	say := func(j *sourcing.Job) {
		fmt.Fprintf(in.out, "\r  %s %d / %d 行，%d 行/秒 ", j.Step, j.RowsDone, j.RowsTotal, j.PerSecond())
	}
	j, err := h.deps.Intake.RunNow(ctx, staff.Program(), u, say)
	if err != nil {
		return err
	}
	return reportImport(in, j)
}

// branchID finds a branch by its code.
func branchID(ctx context.Context, h *house, code string) (int64, error) {
	if code == "" {
		return 0, nil
	}
	all, err := h.deps.People.Branches(ctx)
	if err != nil {
		return 0, err
	}
	for _, b := range all {
		if b.Code == code {
			return b.ID, nil
		}
	}
	return 0, fmt.Errorf("没有编码为 %q 的机构", code)
}

// reportImport says how an import ended; one that was refused is an error.
func reportImport(in input, j *sourcing.Job) error {
	verb := "导入"
	if j.DryRun {
		verb = "试导入（未改动数据）"
	}
	_, err := fmt.Fprintf(in.out, "\n%s %s：%s。新增 %d，变更 %d，未变 %d，退回 %d，用时 %.1f 秒。\n",
		verb, j.FileName, j.State.Label(), j.Accepted, j.Changed, j.Unchanged, j.Rejected, j.Took().Seconds())
	if err == nil && j.Rejected > 0 {
		_, err = fmt.Fprintf(in.out, "退回的行与原因见门户的 /admin/imports/%d，可下载。\n", j.ID)
	}
	if err == nil && j.State == sourcing.Failed {
		err = errors.New(j.Error)
	}
	return err
}
