package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"liuhen/internal/fixture"
	"liuhen/internal/webtest"
)

// TestLeavingOnThePages looks at what leaving would do, does it, and sees the
// customers with who takes over and the session gone.
func TestLeavingOnThePages(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	var no string
	for range 3 {
		_, no = fixture.Customer(t, p.DB, fixture.File{Name: "沈不见", Manager: p.People.Manager1, Grade: 3})
	}
	manager, admin, newbie := p.As(p.People.Manager1), p.As(p.People.Admin1), p.As(p.People.Newbie)
	one := "/admin/people/" + strconv.FormatInt(p.People.Manager1.ID, 10)
	wantPage(t, admin.Get(one), http.StatusOK, "移交与离职")
	wantPage(t, admin.Get(one+"/handover?leave=1"), http.StatusOK, "名下 3 位客户", "先填写左边的内容", "C3（3 位）")
	wantPage(t, admin.Get(one+"/handover?leave=1&receivers=7777"), http.StatusUnprocessableEntity, "不是在用的客户经理或主管")
	ready := admin.Get(one + "/handover?asked=1&leave=1&receivers=3003&reason=" + url.QueryEscape("本人辞职"))
	wantPage(t, ready, http.StatusOK, "接手 3 位客户", "确认移交并办理离职")
	if strings.Contains(ready.Body, "沈不见") || strings.Contains(ready.Body, no) {
		t.Error("an administrator sees a customer")
	}
	wantPage(t, newbie.Get("/customers/"+no), http.StatusNotFound)
	wantPage(t, admin.Post(one+"/handover", url.Values{"leave": {"1"}, "reason": {"本人辞职"}}), http.StatusUnprocessableEntity, "请填写 1 到")
	done := admin.Post(one+"/handover", url.Values{"leave": {"1"}, "reason": {"本人辞职"}, "receivers": {"3003"}})
	wantPage(t, done, http.StatusSeeOther)
	wantPage(t, admin.Follow(done), http.StatusOK, "陈新 3 位", "已离职", "已停用")
	wantPage(t, newbie.Get("/customers/"+no), http.StatusOK, "沈不见")
	if !eventually(func() bool { return manager.Get("/customers").Status == http.StatusSeeOther }) {
		t.Error("who left still sees customers")
	}
}
