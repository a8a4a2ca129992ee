package web

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/sheet"
	"liuhen/internal/staffing"
	"liuhen/views/layout"
	staffview "liuhen/views/staff"
)

// peopleImportPages bring people in from a file.
type peopleImportPages struct{ *shell }

func (p peopleImportPages) routes() []route {
	return []route{
		{http.MethodGet, "/admin/people/import", authz.ManageStaff, p.list},
		{http.MethodPost, "/admin/people/import", authz.ManageStaff, p.take},
		{http.MethodGet, "/admin/people/import/template", authz.ManageStaff, p.template},
		{http.MethodGet, "/admin/people/import/:id", authz.ManageStaff, p.show},
		{http.MethodPost, "/admin/people/import/:id", authz.ManageStaff, p.apply},
		{http.MethodGet, "/admin/people/import/:id/problems.csv", authz.ManageStaff, p.problems},
	}
}

func (p peopleImportPages) list(c echo.Context) error {
	rolls, err := p.Staffing.Rolls(c.Request().Context(), acting(c))
	if err != nil {
		return err
	}
	return p.page(c, peopleImportHead(), staffview.RollsBody(staffview.RollsPage{Rolls: rolls}))
}

func (p peopleImportPages) take(c echo.Context) error {
	ctx, by := c.Request().Context(), acting(c)
	name, file, err := sentFile(c, staffing.MaxRoster)
	var id int64
	if err == nil {
		id, err = p.Staffing.TakeRoll(ctx, by, name, file)
	}
	if err == nil {
		return p.done(c, href.PeopleImport(id), "")
	}
	faults := fieldFaults(err)
	if faults == nil {
		return err
	}
	rolls, err := p.Staffing.Rolls(ctx, by)
	if err != nil {
		return err
	}
	return p.invalid(c, peopleImportHead(), staffview.RollsBody(staffview.RollsPage{Rolls: rolls, Fault: faults["file"]}))
}

// sentFile reads the file of a form and its name; more than most bytes and none
// are Invalid on the field file.
func sentFile(c echo.Context, most int64) (name string, file []byte, err error) {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, most+1<<16)
	parts, err := r.MultipartReader()
	if err != nil {
		return "", nil, fileFault("请选择要上传的文件。", err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return "", nil, fileFault("请选择要上传的文件。", nil)
		}
		if err != nil {
			return "", nil, fileFault("文件没有传完整，或者太大。请重新上传。", err)
		}
		if part.FormName() != "file" || part.FileName() == "" {
			continue
		}
		if file, err = io.ReadAll(io.LimitReader(part, most+1)); err != nil {
			return "", nil, fileFault("文件没有传完整，或者太大。请重新上传。", err)
		}
		return shownText(part.FileName()), file, nil
	}
}

func (p peopleImportPages) show(c echo.Context) error {
	id, err := rollID(c)
	if err != nil {
		return err
	}
	r, err := p.Staffing.Roll(c.Request().Context(), acting(c), id)
	if err != nil {
		return err
	}
	page := staffview.RollPage{Roll: r}
	if show := staffing.Standing(c.QueryParam("show")); slices.Contains(staffing.Standings(), show) {
		page.Show = show
	}
	if n, err := strconv.Atoi(c.QueryParam("page")); err == nil && n > 0 && n <= staffing.MaxRosterRows {
		page.Page = n
	}
	return p.page(c, peopleImportHead(), staffview.RollBody(page))
}

// apply imports the file and answers with the first passwords, which no other
// address gives.
func (p peopleImportPages) apply(c echo.Context) error {
	ctx, by := c.Request().Context(), acting(c)
	id, err := rollID(c)
	if err != nil {
		return err
	}
	got, err := p.Staffing.Import(ctx, by, id)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := got.WritePasswords(&file, by, p.now()); err != nil {
		return err
	}
	return sendFile(c, "people-"+strconv.FormatInt(id, 10)+"-passwords.xlsx", sheet.XLSX, file.Bytes())
}

func (p peopleImportPages) problems(c echo.Context) error {
	id, err := rollID(c)
	if err != nil {
		return err
	}
	r, err := p.Staffing.Roll(c.Request().Context(), acting(c), id)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := r.WriteProblems(&file, acting(c), p.now()); err != nil {
		return err
	}
	return sendFile(c, "people-"+strconv.FormatInt(id, 10)+"-problems.csv", sheet.CSV, file.Bytes())
}

func (p peopleImportPages) template(c echo.Context) error {
	format := sheet.Format(c.QueryParam("format"))
	if !format.Known() {
		format = sheet.XLSX
	}
	var file bytes.Buffer
	if err := staffing.WriteTemplate(&file, format); err != nil {
		return err
	}
	return sendFile(c, "people-template."+string(format), format, file.Bytes())
}

// sendFile answers with a file to be kept.
func sendFile(c echo.Context, name string, format sheet.Format, file []byte) error {
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	return c.Blob(http.StatusOK, format.Type(), file)
}

// rollID reads the id of a file of people.
func rollID(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, fault.New(fault.NotFound, "没有这个文件。")
	}
	return id, nil
}

func peopleImportHead() head {
	return head{Title: "导入人员", Nav: navStaff, Help: layout.Help{
		Purpose: "从 XLSX 或 CSV 一次新增许多人。先核对每一行，再一次办理：主管、风控、合规、管理员合为一件申请等另一人复核，其余立即新增。已有的人不改动，同一个文件导两次不会有变化。初始密码只给一次，首次登录须修改。",
		Rules:   ruleLinks("role", "second-person"),
	}}
}
