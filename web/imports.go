package web

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/sourcing"
	"liuhen/views/layout"
	sourcingview "liuhen/views/sourcing"
	"liuhen/views/ui"
)

// importPages take files of customer data in and show how far they are.
type importPages struct{ *shell }

func (p importPages) routes() []route {
	return []route{
		{http.MethodGet, "/admin/imports", authz.ManageImports, p.list},
		{http.MethodPost, "/admin/imports", authz.ManageImports, p.add},
		{http.MethodGet, "/admin/imports/:id", authz.ManageImports, p.show},
		{http.MethodGet, "/admin/imports/:id/progress", authz.ManageImports, p.progress},
		{http.MethodPost, "/admin/imports/:id/cancel", authz.ManageImports, p.cancel},
		{http.MethodPost, "/admin/imports/:id/start", authz.ManageImports, p.start},
		{http.MethodPost, "/admin/imports/:id/discard", authz.ManageImports, p.discard},
		{http.MethodGet, "/admin/imports/:id/rejects.csv", authz.ManageImports, p.rejects},
	}
}

func (p importPages) list(c echo.Context) error {
	view, err := p.view(c)
	if err != nil {
		return err
	}
	return p.page(c, importHead("数据导入"), sourcingview.Body(view))
}

func (p importPages) view(c echo.Context) (view sourcingview.List, err error) {
	ctx := c.Request().Context()
	before, err := strconv.ParseInt(c.QueryParam("before"), 10, 64)
	if err != nil {
		before = 0 // an address that is no cursor begins at the newest
	}
	if view.Page, err = p.Intake.Jobs(ctx, acting(c), before); err != nil {
		return view, err
	}
	if view.Mappings, view.Remembered, err = p.Intake.Mappings(ctx, acting(c)); err != nil {
		return view, err
	}
	if view.Sources, err = p.Intake.Systems(ctx, acting(c)); err != nil {
		return view, err
	}
	view.Branches, err = p.People.Branches(ctx)
	return view, err
}

func (p importPages) add(c echo.Context) error {
	form, err := newImportForm(c)
	var got sourcing.Received
	if err == nil {
		got, err = p.Intake.Receive(c.Request().Context(), acting(c), form.upload)
	}
	if err == nil {
		return p.received(c, got)
	}
	f := fault.As(err)
	if f == nil || f.Kind != fault.Invalid {
		return err
	}
	view, err := p.view(c)
	if err != nil {
		return err
	}
	view.Form = form.shown(f)
	return p.invalid(c, importHead("数据导入"), sourcingview.Body(view))
}

// received leads to the import of a file, or to what is still to be said of it.
func (p importPages) received(c echo.Context, got sourcing.Received) error {
	if got.Job == nil {
		return p.done(c, href.ImportDraft(got.Draft), "已收下文件，还没有导入。")
	}
	if got.Job.DryRun {
		return p.done(c, href.Import(got.Job.ID), "已收下文件，开始试导入，不会改动数据。")
	}
	return p.done(c, href.Import(got.Job.ID), "已收下文件，开始导入。")
}

func (p importPages) start(c echo.Context) error {
	id, err := importID(c)
	if err != nil {
		return err
	}
	job, err := p.Intake.Proceed(c.Request().Context(), acting(c), id)
	if err != nil {
		return err
	}
	return p.done(c, href.Import(job.ID), "开始导入。")
}

func (p importPages) discard(c echo.Context) error {
	id, err := importID(c)
	if err != nil {
		return err
	}
	if err := p.Intake.Discard(c.Request().Context(), acting(c), id); err != nil {
		return err
	}
	return p.done(c, href.Imports(), "已放弃，没有写入任何数据。")
}

func (p importPages) show(c echo.Context) error {
	r, err := p.report(c)
	if err != nil {
		return err
	}
	return p.page(c, importHead(r.Title), sourcingview.One(r))
}

func (p importPages) progress(c echo.Context) error {
	r, err := p.report(c)
	if err != nil {
		return err
	}
	return p.fragment(c, sourcingview.Progress(r))
}

func (p importPages) report(c echo.Context) (*sourcing.Report, error) {
	id, err := importID(c)
	if err != nil {
		return nil, err
	}
	return p.Intake.Job(c.Request().Context(), acting(c), id)
}

func (p importPages) cancel(c echo.Context) error {
	id, err := importID(c)
	if err != nil {
		return err
	}
	if err := p.Intake.Cancel(c.Request().Context(), acting(c), id); err != nil {
		return err
	}
	return p.done(c, href.Import(id), "已要求取消，做完当前一批就停。")
}

func (p importPages) rejects(c echo.Context) error {
	id, err := importID(c)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := p.Intake.Rejects(c.Request().Context(), acting(c), id, &file); err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="import-`+strconv.FormatInt(id, 10)+`-rejects.csv"`)
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8", file.Bytes())
}

// importID reads the import's id of the address.
func importID(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, fault.New(fault.NotFound, "没有这次导入。")
	}
	return id, nil
}

func importHead(title string) head {
	return head{Title: title, Nav: navImports, Help: layout.Help{
		Purpose: "把业务系统导出的文件按映射并入客户档案。同一个文件导两次不会有变化；变更的值保留历史；被拒的行只写行号、列和原因。",
		Rules:   []ui.Link{{Label: "C3 类信息不得导入", URL: href.Why("c3")}},
	}}
}

// importForm is the form of a new import as it streams in: fields before the
// file are known at once, fields behind it when the file has been read.
type importForm struct {
	upload sourcing.Upload
}

// uploadTime is how long sending a file may take.
const uploadTime = 30 * time.Minute

// newImportForm reads the form up to its file, which is left to be streamed.
func newImportForm(c echo.Context) (*importForm, error) {
	f := &importForm{}
	r := c.Request()
	// Servers without deadlines (tests) have none to move.
	if err := http.NewResponseController(c.Response()).SetReadDeadline(time.Now().Add(uploadTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return f, err
	}
	r.Body = http.MaxBytesReader(c.Response(), r.Body, sourcing.MaxUpload+1<<20)
	parts, err := r.MultipartReader()
	if err != nil {
		return f, fileFault("请选择要导入的文件。", err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return f, fileFault("请选择要导入的文件。", nil)
		}
		if err != nil {
			return f, tooLarge(err)
		}
		if part.FormName() != "file" {
			if err := f.set(part); err != nil {
				return f, err
			}
			continue
		}
		if part.FileName() == "" {
			return f, errors.Join(f.rest(parts), fileFault("请选择要导入的文件。", nil))
		}
		f.upload.FileName, f.upload.Body = part.FileName(), upload{part}
		f.upload.After = func(u *sourcing.Upload) error {
			err := f.rest(parts)
			body := u.Body
			*u = f.upload
			u.Body = body
			return err
		}
		return f, nil
	}
}

// upload is the file in the stream; a stream that breaks off is the sender's
// fault and is told as such.
type upload struct{ part *multipart.Part }

func (u upload) Read(b []byte) (int, error) {
	n, err := u.part.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = tooLarge(err)
	}
	return n, err
}

// rest reads the fields behind the file.
func (f *importForm) rest(parts *multipart.Reader) error {
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return tooLarge(err)
		}
		if err := f.set(part); err != nil {
			return err
		}
	}
}

// set takes one field over.
func (f *importForm) set(part *multipart.Part) error {
	b, err := io.ReadAll(io.LimitReader(part, 1000))
	if err != nil {
		return tooLarge(err)
	}
	value := shownText(string(b))
	switch part.FormName() {
	case "mapping":
		f.upload.Mapping = value
	case "source":
		f.upload.Source = value
	case "dry":
		f.upload.DryRun = value == "1"
	case "branch":
		if value == "" {
			return nil
		}
		if f.upload.BranchID, err = strconv.ParseInt(value, 10, 64); err != nil || f.upload.BranchID <= 0 {
			return &fault.Error{Kind: fault.Invalid, Sentence: "没有这个机构。", Fields: []fault.Field{{Name: "branch", Sentence: "请从列表里选择机构。"}}}
		}
	}
	return nil
}

// shown is the form as it goes back with its faults.
func (f *importForm) shown(why *fault.Error) sourcingview.Form {
	form := sourcingview.Form{Source: f.upload.Source, Mapping: f.upload.Mapping, BranchID: f.upload.BranchID, Faults: map[string]string{}}
	for _, field := range why.Fields {
		form.Faults[field.Name] = field.Sentence
	}
	if len(why.Fields) == 0 {
		form.Faults["file"] = why.Sentence
	}
	return form
}

func fileFault(sentence string, cause error) error {
	return &fault.Error{Kind: fault.Invalid, Sentence: sentence, Fields: []fault.Field{{Name: "file", Sentence: sentence}}, Cause: cause}
}

// tooLarge explains a body cut off at its limit.
func tooLarge(err error) error {
	var limit *http.MaxBytesError
	if errors.As(err, &limit) {
		return sourcing.TooLarge()
	}
	return fileFault("文件没有传完整，请重新上传。", err)
}
