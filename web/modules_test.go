package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"liuhen/internal/webtest"
)

func TestAModuleOnThePages(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	admin, compliance := p.As(p.People.Admin1), p.As(p.People.Compliance1)
	wantPage(t, compliance.Get("/admin/tags"), http.StatusOK)
	wantPage(t, admin.Get("/admin/modules"), http.StatusOK, "客户标签", "标签计算", "不在本版本")
	wantPage(t, admin.Post("/admin/modules/customers", nil), http.StatusConflict, "客户标签离不开客户档案")
	asked := admin.Post("/admin/modules/tags", nil)
	wantPage(t, asked, http.StatusSeeOther)
	wantPage(t, admin.Follow(asked), http.StatusOK, "已提交复核，等 郑合规 同意", "等 郑合规 复核")
	id := p.DB.QueryInt(`SELECT max(id) FROM approval`)
	request := fmt.Sprintf("/approvals/%d", id)
	wantPage(t, compliance.Get(request), http.StatusOK, "使用中", "已停用", "模块开关")
	wantPage(t, compliance.Post(request+"/decide", url.Values{"decision": {"approve"}, "comment": {"本期不用标签。"}}), http.StatusSeeOther)
	if !eventually(func() bool { return compliance.Get("/admin/tags").Status == http.StatusNotFound }) {
		t.Fatal("the pages of the module stay open")
	}
	off := compliance.Get("/admin/tags")
	wantPage(t, off, http.StatusNotFound, "没有启用「客户标签」模块", `href="/why/modules"`)
	if strings.Contains(off.Body, `href="/admin/tags"`) {
		t.Error("the bar still leads there")
	}
	wantPage(t, compliance.Get("/why/modules"), http.StatusOK, "没有启用的模块不开放")
	wantPage(t, compliance.Get("/customers"), http.StatusOK)
	wantPage(t, admin.Post("/admin/modules/tags", url.Values{"on": {"1"}}), http.StatusSeeOther)
}
