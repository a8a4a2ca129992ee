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

// TestATransferOnThePages looks at what a transfer would do, does it, and sees
// the customers with who takes over.
func TestATransferOnThePages(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	var no string
	for i := range 3 {
		_, no = fixture.Customer(t, p.DB, fixture.File{Name: "沈不见", Manager: p.People.Manager1, Grade: 1 + 2*min(i, 1)})
	}
	admin, newbie := p.As(p.People.Admin1), p.As(p.People.Newbie)
	one := "/admin/people/" + strconv.FormatInt(p.People.Manager1.ID, 10)
	at := one + "/transfer"
	wantPage(t, admin.Get(one), http.StatusOK, `href="`+at+`"`)
	wantPage(t, admin.Get(at), http.StatusOK, "名下 3 位客户", "先填写左边的内容", "C3（2 位）", `value="2001"`)
	wantPage(t, admin.Get(at+"?branch=101&superior=2001"), http.StatusUnprocessableEntity, "机构没有变动")
	wantPage(t, admin.Get(at+"?branch=102&superior=2002"), http.StatusOK, "3 位客户不移交", "新机构的主管看不到他们", "确认调动")
	ready := admin.Get(at + "?branch=102&superior=2002&receivers=3003&grade=3")
	wantPage(t, ready, http.StatusOK, "由静安支行调到徐汇支行", "接手 2 位客户", "1 位客户不移交")
	if strings.Contains(ready.Body, "沈不见") || strings.Contains(ready.Body, no) {
		t.Error("an administrator sees a customer")
	}
	wantPage(t, newbie.Get("/customers/"+no), http.StatusNotFound)
	form := url.Values{"branch": {"102"}, "superior": {"7777"}, "receivers": {"3003"}, "grade": {"3"}}
	wantPage(t, admin.Post(at, form), http.StatusUnprocessableEntity, "没有这个工号的人。")
	form.Set("superior", "2002")
	done := admin.Post(at, form)
	wantPage(t, done, http.StatusSeeOther)
	wantPage(t, admin.Follow(done), http.StatusOK, "调动林悦（3001）", "陈新 2 位", "徐汇支行", "吴主管")
	wantPage(t, newbie.Get("/customers/"+no), http.StatusOK, "沈不见")
	self := "/admin/people/" + strconv.FormatInt(p.People.Admin1.ID, 10)
	wantPage(t, admin.Get(self+"/transfer"), http.StatusOK, "本人的调动由另一位管理员办理")
	wantPage(t, admin.Post(self+"/transfer", form), http.StatusConflict)
	wantPage(t, admin.Get("/admin/people/987654/transfer"), http.StatusNotFound)
}
