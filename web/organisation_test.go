package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"liuhen/internal/fixture"
	"liuhen/internal/htmlcheck"
	"liuhen/internal/staff"
	"liuhen/internal/webtest"
)

// wantPage fails t unless the answer has the status and holds the words, in
// sound HTML.
func wantPage(t *testing.T, r webtest.Response, status int, words ...string) {
	t.Helper()
	if r.Status != status {
		t.Fatalf("status %d, want %d\n%s", r.Status, status, r.Body)
	}
	if r.Body != "" {
		htmlcheck.Page(t, r.Body)
	}
	for _, w := range words {
		if !strings.Contains(r.Body, w) {
			t.Errorf("the page does not say %q", w)
		}
	}
}

func TestBranchPages(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	c := p.As(p.People.Admin1)
	wantPage(t, c.Get("/admin/org"), http.StatusOK, "共 3 个", "演示银行总行", "静安支行")
	form := url.Values{"code": {"10101"}, "name": {"静安理财一组"}, "kind": {"team"}, "parent": {"000"}}
	wantPage(t, c.Post("/admin/org", form), http.StatusUnprocessableEntity,
		"团队须设在分支机构下", `value="10101"`, `value="静安理财一组"`, "<title>需要修改：机构")
	form.Set("parent", "101")
	added := c.Post("/admin/org", form)
	wantPage(t, added, http.StatusSeeOther)
	wantPage(t, c.Follow(added), http.StatusOK, "共 4 个", "已新增静安理财一组（10101）。")
	wantPage(t, c.Post("/admin/org", form), http.StatusUnprocessableEntity, "这个机构代码已有机构使用。")

	one := strconv.FormatInt(p.People.Branch1ID, 10)
	wantPage(t, c.Get("/admin/org?edit="+one), http.StatusOK, "静安支行（101）的新名称")
	wantPage(t, c.Get("/admin/org?edit=x"), http.StatusOK)
	wantPage(t, c.Post("/admin/org/"+one, url.Values{"name": {"静安支行"}}), http.StatusUnprocessableEntity, "名称没有变动。")
	wantPage(t, c.Post("/admin/org/"+one, url.Values{"name": {strings.Repeat("行", 61)}}), http.StatusUnprocessableEntity, strings.Repeat("行", 61))
	wantPage(t, c.Post("/admin/org/"+one, url.Values{"name": {"静安中心支行"}}), http.StatusSeeOther)
	wantPage(t, c.Get("/admin/org"), http.StatusOK, "静安中心支行", "已改名。")
	two := strconv.FormatInt(p.People.Branch2ID, 10)
	wantPage(t, c.Get("/admin/org?edit="+one), http.StatusOK, "撤销前请先", "调走", "/admin/people?branch="+one)
	wantPage(t, c.Post("/admin/org/"+one+"/close", nil), http.StatusConflict, "还不能撤销，请先调走")
	wantPage(t, c.Post("/admin/org/"+one+"/move", url.Values{"parent": {"000"}}), http.StatusUnprocessableEntity, "上级没有变动。")
	wantPage(t, c.Post("/admin/org/"+one+"/move", url.Values{"parent": {"101"}}), http.StatusUnprocessableEntity, "不能移到自己或自己的下级之下。")
	wantPage(t, c.Post("/admin/org/"+one+"/move", url.Values{"parent": {"102"}}), http.StatusSeeOther)
	wantPage(t, c.Post("/admin/org/"+two+"/move", url.Values{"parent": {"101"}}), http.StatusUnprocessableEntity, "不能移到自己或自己的下级之下。")
	wantPage(t, c.Post("/admin/org", url.Values{"code": {"999"}, "name": {"将撤支行"}, "kind": {"branch"}, "parent": {"000"}}), http.StatusSeeOther)
	gone := strconv.FormatInt(p.DB.QueryInt(`SELECT id FROM branch WHERE code = '999'`), 10)
	wantPage(t, c.Get("/admin/org?edit="+gone), http.StatusOK, "撤销机构")
	wantPage(t, c.Post("/admin/org/"+gone+"/close", nil), http.StatusSeeOther)
	wantPage(t, c.Get("/admin/org"), http.StatusOK, "已撤销")
	wantPage(t, c.Post("/admin/org/"+gone+"/close", nil), http.StatusConflict, "已撤销，不能再变动。")
	wantPage(t, c.Post("/admin/org", url.Values{"code": {"998"}, "name": {"其下"}, "kind": {"team"}, "parent": {"999"}}), http.StatusUnprocessableEntity, "没有这个上级机构。")
	wantPage(t, c.Post("/admin/org/987654", url.Values{"name": {"没有"}}), http.StatusNotFound)
	wantPage(t, c.Post("/admin/org/x", url.Values{"name": {"没有"}}), http.StatusNotFound)
}

// TestPersonPageMoves asks for access as a manager, has an administrator move
// the manager, and looks at what ended.
func TestPersonPageMoves(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
	manager := p.As(p.People.Manager1)
	wantPage(t, manager.Post("/customers/"+no+"/requests", url.Values{
		"group": {"assets"}, "purpose": {"service"}, "minutes": {"30"}, "reason": {"客户今日来电调整理财配置，需核对持仓。"},
	}), http.StatusSeeOther)
	c := p.As(p.People.Admin1)
	one := "/admin/people/" + strconv.FormatInt(p.People.Manager1.ID, 10)
	wantPage(t, c.Get("/admin/people"), http.StatusOK, `href="`+one+`"`, `href="/admin/org"`)
	wantPage(t, c.Get(one), http.StatusOK, "林悦", "立即撤回 1 件未决的申请", "data-confirm", `value="2001"`)
	boss := "/admin/people/" + strconv.FormatInt(p.People.Supervisor1.ID, 10)
	wantPage(t, c.Get(boss), http.StatusOK, "有 1 件申请正等其审批", "有 2 位下属")

	form := url.Values{"role": {"manager"}, "branch": {"102"}, "superior": {""}}
	wantPage(t, c.Post(one, form), http.StatusUnprocessableEntity, "客户经理须有上级", `<option value="102" selected`)
	form.Set("superior", "2002")
	moved := c.Post(one, form)
	wantPage(t, moved, http.StatusSeeOther)
	wantPage(t, c.Follow(moved), http.StatusOK, "岗位已变更。", "徐汇支行", "变更不会收回什么")
	wantPage(t, c.Post(one, form), http.StatusUnprocessableEntity, "角色、机构和上级都没有变动。")
	if n := p.DB.QueryInt(`SELECT count(*) FROM approval WHERE state = 'withdrawn'`); n != 1 {
		t.Errorf("%d requests withdrawn, want 1", n)
	}
	self := "/admin/people/" + strconv.FormatInt(p.People.Admin1.ID, 10)
	own := c.Get(self)
	wantPage(t, own, http.StatusOK, "由另一位管理员变更", `href="/me/password"`)
	if strings.Contains(own.Body, `name="superior"`) {
		t.Error("an administrator is offered the own post")
	}
	wantPage(t, c.Post(self, form), http.StatusConflict)
	wantPage(t, c.Get("/admin/people/x"), http.StatusNotFound)
	wantPage(t, c.Post("/admin/people/987654", form), http.StatusNotFound)
}

func TestPersonPageResetsAPassword(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	theirs, c := p.As(p.People.Newbie), p.As(p.People.Admin1)
	one := "/admin/people/" + strconv.FormatInt(p.People.Newbie.ID, 10)
	wantPage(t, c.Post(one+"/password", url.Values{"password": {"short-pw"}}), http.StatusUnprocessableEntity, "密码至少 10 个字符。")
	reset := c.Post(one+"/password", url.Values{"password": {"told in person"}})
	wantPage(t, reset, http.StatusSeeOther)
	wantPage(t, c.Follow(reset), http.StatusOK, "密码已重设")
	if !eventually(func() bool { return theirs.Get("/").Status == http.StatusSeeOther }) {
		t.Error("a session of before goes on")
	}
	wantPage(t, enter(p, p.People.Newbie, webtest.Password), http.StatusUnprocessableEntity)
	wantPage(t, enter(p, p.People.Newbie, "told in person"), http.StatusSeeOther)
	self := "/admin/people/" + strconv.FormatInt(p.People.Admin1.ID, 10)
	wantPage(t, c.Post(self+"/password", url.Values{"password": {"told in person"}}), http.StatusConflict)
}

// enter tries to sign in.
func enter(p *webtest.Portal, who *staff.Member, password string) webtest.Response {
	return p.Anonymous().Post("/login", url.Values{"username": {who.Username}, "password": {password}})
}

func TestOwnPasswordPage(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	who := p.People.Manager1
	c, other := p.As(who), p.As(who)
	wantPage(t, c.Get("/me/password"), http.StatusOK, "原密码", "密码要求", "至少 10 个字符")
	form := url.Values{"old": {"not it at all"}, "new": {"a new long one"}, "again": {"a new long two"}}
	bad := c.Post("/me/password", form)
	wantPage(t, bad, http.StatusUnprocessableEntity, "两次输入的新密码不一致。", "<title>需要修改：修改密码")
	for _, typed := range []string{"not it at all", "a new long one", "a new long two"} {
		if strings.Contains(bad.Body, typed) {
			t.Errorf("the page repeats %q", typed)
		}
	}
	form.Set("again", "a new long one")
	wantPage(t, c.Post("/me/password", form), http.StatusUnprocessableEntity, "原密码不对。")
	form.Set("old", webtest.Password)
	changed := c.Post("/me/password", form)
	wantPage(t, changed, http.StatusSeeOther)
	wantPage(t, c.Follow(changed), http.StatusOK, "密码已修改，其他设备上的登录已退出。")
	if !eventually(func() bool { return other.Get("/").Status == http.StatusSeeOther }) {
		t.Error("another session of before goes on")
	}
	wantPage(t, c.Get("/customers"), http.StatusOK, `href="/me/password"`)
	wantPage(t, enter(p, who, webtest.Password), http.StatusUnprocessableEntity)
	wantPage(t, enter(p, who, "a new long one"), http.StatusSeeOther)
	if n := p.DB.QueryInt(`SELECT count(*) FROM trail WHERE staff_id = $1 AND detail = '修改本人密码'`, who.ID); n != 1 {
		t.Errorf("%d changes on the trail", n)
	}
}
