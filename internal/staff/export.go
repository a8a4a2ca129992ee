package staff

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/sheet"
	"liuhen/internal/trail"
)

// maxExported is how many people a file of the list holds at most.
const maxExported = 20_000

// Export returns the people that f chooses as a file of the format, in its order,
// with the administrator and the time as its last row. The export is on the
// trail. More people than a file holds are Invalid.
func (d *Directory) Export(ctx context.Context, by *Member, f Filter, format sheet.Format, at time.Time) ([]byte, error) {
	if err := mayManage(by); err != nil {
		return nil, fmt.Errorf("export people: %w", err)
	}
	f.After, f.Before = "", ""
	var list []Person
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		where, args := f.where()
		_, order, _ := f.edge()
		if err := tx.Select(ctx, &list, persons+where+order+`
		LIMIT $5`, append(args, maxExported+1)...); err != nil {
			return err
		}
		if len(list) > maxExported {
			return fault.Newf(fault.Invalid, "超过 %d 人，请缩小范围后再导出。", maxExported)
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.StaffExported, Detail: fmt.Sprintf("%s，%d 人，%s", f.Words(), len(list), format.Label())})
	})
	if err != nil {
		return nil, fmt.Errorf("export people: %w", err)
	}
	file, err := listFile(list, format, fmt.Sprintf("%s（%s）%s", by.Name, by.No, at.In(pg.Zone()).Format("2006-01-02 15:04")))
	if err != nil {
		return nil, fmt.Errorf("export people: %w", err)
	}
	return file, nil
}

// Words says what the filter chooses.
func (f Filter) Words() string {
	words := "在用人员"
	if f.Disabled {
		words = "已停用人员"
	}
	if f.Role != "" {
		words += "，" + f.Role.Label()
	}
	if f.Mark != "" {
		words += "，" + f.Mark.Label()
	}
	if f.BranchID != 0 {
		words += fmt.Sprintf("，机构编号 %d 及下属", f.BranchID)
	}
	if f.Text != "" {
		words += "，含「" + plainText(f.Text) + "」"
	}
	return words
}

// listFile writes the list in the columns that an import of people reads.
func listFile(list []Person, format sheet.Format, stamp string) ([]byte, error) {
	var file bytes.Buffer
	out, err := sheet.New(format, &file, "留痕 "+stamp)
	if err != nil {
		return nil, err
	}
	rows := [][]string{{"工号", "姓名", "用户名", "角色", "机构代码", "机构", "上级工号", "上级姓名", "下属", "入职", "状态", "动态码", "初始密码"}}
	for _, p := range list {
		rows = append(rows, []string{
			p.No, p.Name, p.Username, p.Role.Label(), p.BranchCode, p.BranchName, p.SuperiorNo, p.SuperiorName,
			fmt.Sprint(p.Subordinates), p.JoinedOn.Format("2006-01-02"), stateWord(p), word(p.CodeSince != nil, "已启用", "未设置"), word(p.MustChangePassword, "未修改", "已修改"),
		})
	}
	rows = append(rows, []string{fmt.Sprintf("水印：%s，共 %d 人，到此为止", stamp, len(list))})
	for _, row := range rows {
		if err := out.Row(row...); err != nil {
			return nil, err
		}
	}
	err = out.Close()
	return file.Bytes(), err
}

func stateWord(p Person) string {
	if p.DisabledAt == nil {
		return "在用"
	}
	return "停用，" + p.DisabledAt.In(pg.Zone()).Format("2006-01-02")
}

func word(yes bool, this, that string) string {
	if yes {
		return this
	}
	return that
}
