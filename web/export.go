package web

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"liuhen/internal/access"
	"liuhen/internal/authz"
	"liuhen/internal/customer"
	"liuhen/internal/export"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/sheet"
	"liuhen/internal/staff"
	customerview "liuhen/views/customer"
	exportview "liuhen/views/export"
	"liuhen/views/layout"
)

// maxVerified is how large a file to verify may be.
const maxVerified = 32 << 20

// exportPages ask for data in a file, fetch it, and tell where a file came from.
type exportPages struct{ *shell }

func (p exportPages) routes() []route {
	return []route{
		{http.MethodGet, "/exports", authz.Export, p.list},
		{http.MethodGet, "/exports/new", authz.Export, p.form},
		{http.MethodPost, "/exports", authz.Export, p.submit},
		{http.MethodPost, "/exports/:id/file", authz.Export, p.fetch},
		{http.MethodGet, "/exports/verify", authz.SignedIn, p.verify},
		{http.MethodPost, "/exports/verify", authz.SignedIn, p.upload},
	}
}

func exportHead(title string) head {
	return head{Title: title, Nav: navCustomers, Help: layout.Help{
		Purpose: "客户数据离开系统，先由上级与合规批准；文件带水印并以摘要封存，任何人都能验证一个文件是不是从这里导出、有没有改动。",
		Rules:   ruleLinks("export", "closed-group"),
	}}
}

func (p exportPages) list(c echo.Context) error {
	by := acting(c)
	list, err := p.Exports.List(c.Request().Context(), by)
	if err != nil {
		return err
	}
	return p.page(c, exportHead("导出"), exportview.List(exportview.ListPage{
		Requests: list, ViewerID: by.ID, Everybody: by.Role == staff.Compliance, Now: p.now(),
	}))
}

func (p exportPages) form(c echo.Context) error {
	if nos := c.QueryParams()["customer"]; len(nos) > 0 {
		page, err := p.files(c, export.Ask{Customers: nos, Format: sheet.XLSX, Purpose: access.Service})
		if err != nil {
			return err
		}
		return p.page(c, exportHead("导出客户档案"), exportview.Files(page))
	}
	page, err := p.new(c, export.Ask{Query: listQuery(c), Format: sheet.XLSX, Purpose: access.Service})
	if err != nil {
		return err
	}
	return p.page(c, exportHead("导出客户列表"), exportview.New(page))
}

// new is the form for the list that the address names.
func (p exportPages) new(c echo.Context, ask export.Ask) (exportview.NewPage, error) {
	n, words, err := p.Exports.Found(c.Request().Context(), acting(c), ask.Query)
	return exportview.NewPage{Words: words, Found: n, Address: href.Exports(customerview.Params(ask.Query)...), Ask: ask}, err
}

// files is the form for the customers that the address names.
func (p exportPages) files(c echo.Context, ask export.Ask) (exportview.NewPage, error) {
	rows, err := p.Exports.Customers(c.Request().Context(), acting(c), ask.Customers)
	params := make([]href.Param, len(rows))
	for i, r := range rows {
		params[i] = href.Text("customer", r.No)
	}
	return exportview.NewPage{Customers: rows, Address: href.Exports(params...), Ask: ask}, err
}

func (p exportPages) submit(c echo.Context) error {
	ask := export.Ask{Query: listQuery(c), Format: sheet.Format(c.FormValue("format")), Purpose: access.Purpose(c.FormValue("purpose")), Reason: c.FormValue("reason")}
	for _, g := range c.Request().PostForm["group"] {
		ask.Groups = append(ask.Groups, customer.Group(g))
	}
	ask.Customers = c.QueryParams()["customer"]
	_, err := p.Exports.Submit(c.Request().Context(), acting(c), ask)
	if f := fault.As(err); f != nil && f.Kind == fault.Invalid && len(f.Fields) > 0 {
		return p.again(c, ask, f.Fields)
	}
	if err != nil {
		return err
	}
	return p.done(c, href.Exports(), "已提交导出申请，等上级与合规批准。")
}

// again answers with the form and what is wrong with it.
func (p exportPages) again(c echo.Context, ask export.Ask, faults []fault.Field) error {
	fill, form, title := p.new, exportview.New, "导出客户列表"
	if len(ask.Customers) > 0 {
		fill, form, title = p.files, exportview.Files, "导出客户档案"
	}
	page, err := fill(c, ask)
	if err != nil {
		return err
	}
	page.Faults = faults
	return p.invalid(c, exportHead(title), form(page))
}

func (p exportPages) fetch(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	m, err := p.Exports.Fetch(c.Request().Context(), acting(c), id)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+m.Name+`"`)
	return c.Blob(http.StatusOK, m.Type, m.Bytes)
}

// verify tells where the file with the hash of the address came from.
func (p exportPages) verify(c echo.Context) error {
	page := exportview.VerifyPage{Hash: shownText(c.QueryParam("hash")), Now: p.now()}
	if page.Hash == "" {
		return p.page(c, exportHead("验证导出文件"), exportview.Verify(page))
	}
	o, err := p.Exports.Verify(c.Request().Context(), acting(c), page.Hash)
	switch f := fault.As(err); {
	case err == nil:
		page.Origin = &o
	case f != nil && f.Kind == fault.Invalid:
		page.Fault = f.Fields[0].Sentence
		return p.invalid(c, exportHead("验证导出文件"), exportview.Verify(page))
	case f != nil && f.Kind == fault.NotFound:
		page.None = f.Sentence
	default:
		return err
	}
	return p.page(c, exportHead("验证导出文件"), exportview.Verify(page))
}

// upload leads to what is known of an uploaded file, of which only the hash is
// taken.
func (p exportPages) upload(c echo.Context) error {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, maxVerified)
	parts, err := r.MultipartReader()
	if err != nil {
		return fault.Wrap(fault.Invalid, "请选择要验证的文件。", err)
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return fault.Wrap(fault.Invalid, "请选择要验证的文件，最大 32 MB。", err)
		}
		if part.FormName() != "file" {
			continue
		}
		sum := sha256.New()
		if n, err := io.Copy(sum, part); err != nil || n == 0 {
			return fault.Wrap(fault.Invalid, "请选择要验证的文件，最大 32 MB。", err)
		}
		return p.done(c, href.ExportVerify(href.Text("hash", hex.EncodeToString(sum.Sum(nil)))), "")
	}
}
