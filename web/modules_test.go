package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"liuhen/internal/fixture"
	"liuhen/internal/webtest"
)

func TestAModuleOnThePages(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	admin, compliance := p.As(p.People.Admin1), p.As(p.People.Compliance1)
	no, list := taggedCustomer(t, p)
	wantPage(t, compliance.Get("/admin/tags"), http.StatusOK)
	manager := p.As(p.People.Manager1)
	for _, path := range []string{list, "/customers/" + no} {
		wantPage(t, manager.Get(path), http.StatusOK, "稳健偏好")
	}
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
	for _, path := range []string{list, "/customers/" + no} {
		if page := manager.Get(path); page.Status != http.StatusOK || strings.Contains(page.Body, "标签") || strings.Contains(page.Body, "稳健偏好") {
			t.Errorf("%s: %d, and speaks of tags", path, page.Status)
		}
	}
	if page := manager.Get(list); !strings.Contains(page.Body, "未贴标的人") {
		t.Error("the list is still narrowed by a tag that nobody sees")
	}
	wantPage(t, compliance.Get("/why/modules"), http.StatusOK, "没有启用的模块不开放")
	wantPage(t, compliance.Get("/customers"), http.StatusOK)
	wantPage(t, admin.Post("/admin/modules/tags", url.Values{"on": {"1"}}), http.StatusSeeOther)
}

// taggedCustomer adds a customer of manager1 with a tag and one without, and
// returns the number of the first and the list narrowed to the tag.
func taggedCustomer(t *testing.T, p *webtest.Portal) (no, list string) {
	t.Helper()
	id, no := fixture.Customer(t, p.DB, fixture.File{Name: "贴着的人", Manager: p.People.Manager1})
	fixture.Customer(t, p.DB, fixture.File{Name: "未贴标的人", Manager: p.People.Manager1})
	p.DB.MustExec(`INSERT INTO tag_rule (code, name, tagged) VALUES ('X-1', '稳健偏好', 1)`)
	rule := p.DB.QueryInt(`SELECT id FROM tag_rule WHERE code = 'X-1'`)
	p.DB.MustExec(`INSERT INTO tag_rule_version (rule_id, version, state, name, condition, reads, published_at) VALUES ($1, 1, 'published', '稳健偏好', '{"field":{"code":"grade","value":"C3"}}', '{basic}', now())`, rule)
	p.DB.MustExec(`INSERT INTO customer_tag (customer_id, rule_id, version, field_group) VALUES ($1, $2, 1, 'basic')`, id, rule)
	return no, fmt.Sprintf("/customers?tag=%d", rule)
}
