package web_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"liuhen/internal/htmlcheck"
	"liuhen/internal/webtest"
)

// TestAnExportFromTheListToTheProof asks from the filtered list, has it approved
// by two, fetches the file without a closed value in it, and proves it.
func TestAnExportFromTheListToTheProof(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	all := plant(t, p, 12)
	manager := p.As(p.People.Manager1)
	form := manager.Get("/exports/new?grade=3")
	if form.Status != http.StatusOK || !strings.Contains(form.Body, "/exports?grade=3") {
		t.Fatalf("form: %d", form.Status)
	}
	fields := url.Values{"format": {"csv"}, "purpose": {"service"}, "group": {"contact", "identity", "assets"}, "reason": {"快"}}
	if got := manager.Post("/exports?grade=3", fields); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "至少 10 个字") {
		t.Errorf("a junk reason: %d", got.Status)
	}
	fields.Set("reason", "支行季度回访排班，需按名单分派，工单 88131。")
	if got := manager.Post("/exports?grade=3", fields); got.Status != http.StatusSeeOther {
		t.Fatalf("ask: %d %s", got.Status, got.Body)
	}
	id := p.DB.QueryInt(`SELECT max(id) FROM approval`)
	for _, c := range []*webtest.Client{p.As(p.People.Supervisor1), p.As(p.People.Compliance1)} {
		htmlcheck.Page(t, c.Get(fmt.Sprintf("/approvals/%d", id)).Body)
		if got := c.Post(fmt.Sprintf("/approvals/%d/decide", id), url.Values{"decision": {"approve"}, "comment": {"已核实"}}); got.Status != http.StatusSeeOther {
			t.Fatalf("approve: %d %s", got.Status, got.Body)
		}
	}
	file := manager.Post(fmt.Sprintf("/exports/%d/file", id), nil)
	if file.Status != http.StatusOK || !strings.HasPrefix(file.Header.Get("Content-Type"), "text/csv") || !strings.Contains(file.Header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("file: %d %v", file.Status, file.Header)
	}
	if found := leak(headersAndBody(file), all, nil); found != "" {
		t.Errorf("the file holds %s", found)
	}
	if got := p.As(p.People.Manager2).Post(fmt.Sprintf("/exports/%d/file", id), nil); got.Status != http.StatusNotFound {
		t.Errorf("somebody else fetches it: %d", got.Status)
	}
	auditor := p.As(p.People.Auditor1)
	if got := auditor.Follow(verifyUpload(t, auditor, file.Body)); !strings.Contains(got.Body, "未被改动") || !strings.Contains(got.Body, "林悦") {
		t.Errorf("the file is not proven: %d", got.Status)
	}
	if got := auditor.Follow(verifyUpload(t, auditor, file.Body+" ")); !strings.Contains(got.Body, "没有这样的导出文件") {
		t.Errorf("a changed file is proven: %d", got.Status)
	}
	if got := verifyUpload(t, auditor, ""); got.Status >= 500 || got.Status == http.StatusSeeOther {
		t.Errorf("an empty file: %d", got.Status)
	}
}

// verifyUpload sends a file to be verified.
func verifyUpload(t *testing.T, c *webtest.Client, text string) webtest.Response {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "customers.csv")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := c.Request(http.MethodPost, "/exports/verify", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.Do(r)
}
