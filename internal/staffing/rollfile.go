package staffing

import (
	"fmt"
	"io"
	"strings"
	"time"

	"liuhen/internal/pg"
	"liuhen/internal/sheet"
	"liuhen/internal/staff"
)

// stampOf says who made a file and when.
func stampOf(by *staff.Member, at time.Time) string {
	return fmt.Sprintf("%s（%s）%s", by.Name, by.No, at.In(pg.Zone()).Format("2006-01-02 15:04"))
}

// write writes rows and a last one that says who made the file, so that a file
// cut short is seen to be.
func write(w io.Writer, format sheet.Format, stamp string, rows [][]string) error {
	out, err := sheet.New(format, w, "留痕 "+stamp)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := out.Row(row...); err != nil {
			return err
		}
	}
	if stamp != "" {
		if err := out.Row(fmt.Sprintf("水印：%s，共 %d 行，到此为止", stamp, len(rows)-1)); err != nil {
			return err
		}
	}
	return out.Close()
}

// WritePasswords writes who was imported with the first passwords as XLSX.
func (d Imported) WritePasswords(w io.Writer, by *staff.Member, at time.Time) error {
	rows := [][]string{{"工号", "姓名", "用户名", "角色", "机构", "初始密码", "说明"}}
	for _, a := range d.Accounts {
		note := "首次登录须修改密码"
		if a.Waits {
			note = "复核同意后才能登录；" + note
		}
		rows = append(rows, []string{a.No, a.Name, a.Username, a.Role.Label(), a.Branch, a.Password, note})
	}
	return write(w, sheet.XLSX, stampOf(by, at), rows)
}

// WriteProblems writes the refused rows of a file as CSV, a line for each cell
// that is at fault.
func (r Roll) WriteProblems(w io.Writer, by *staff.Member, at time.Time) error {
	rows := [][]string{append([]string{"行", "列", "原因"}, RosterColumns()...)}
	for _, j := range r.Rows {
		for _, p := range j.Problems {
			rows = append(rows, append([]string{number(j.Line), p.Column, p.Sentence}, j.Cells[:]...))
		}
	}
	return write(w, sheet.CSV, stampOf(by, at), rows)
}

// WriteTemplate writes an empty file of people with its columns.
func WriteTemplate(w io.Writer, format sheet.Format) error {
	return write(w, format, "", [][]string{RosterColumns()})
}

// Words says in one line what stands in the file.
func (r Roll) Words() string {
	var list []string
	for _, s := range Standings() {
		if n := r.Count(s); n > 0 {
			list = append(list, fmt.Sprintf("%s %d", s.Label(), n))
		}
	}
	return strings.Join(list, "，")
}
