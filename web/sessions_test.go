package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"testing"

	"liuhen/internal/webtest"
)

func TestSessionsOnThePages(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	c, other, admin := p.As(p.People.Manager1), p.As(p.People.Manager1), p.As(p.People.Admin1)
	page := c.Get("/me/sessions")
	wantPage(t, page, http.StatusOK, "现在 2 处登录", "本次登录", "127.0.0.1", "程序")
	end := regexp.MustCompile(`/me/sessions/\d+/end`).FindAllString(page.Body, -1)
	if len(end) != 1 {
		t.Fatalf("%d sessions can be ended, want the other one", len(end))
	}
	own := regexp.MustCompile(`/me/sessions/\d+/end`).FindString(other.Get("/me/sessions").Body)
	wantPage(t, c.Post(own, nil), http.StatusConflict, "请用「退出登录」结束")
	wantPage(t, c.Post(end[0], nil), http.StatusSeeOther)
	if !eventually(func() bool { return other.Get("/").Status == http.StatusSeeOther }) {
		t.Error("the ended session goes on")
	}
	wantPage(t, c.Post(end[0], nil), http.StatusNotFound)
	wantPage(t, c.Post("/me/sessions/x/end", nil), http.StatusNotFound)
	wantPage(t, c.Get("/me/sessions"), http.StatusOK, "现在 1 处登录")

	one := "/admin/people/" + strconv.FormatInt(p.People.Manager1.ID, 10)
	wantPage(t, admin.Get(one), http.StatusOK, "登录中", "127.0.0.1")
	wantPage(t, admin.Post(one+"/sessions/end", nil), http.StatusSeeOther)
	if !eventually(func() bool { return c.Get("/").Status == http.StatusSeeOther }) {
		t.Error("a session that an administrator ended goes on")
	}
	for range 5 {
		p.Anonymous().Post("/login", url.Values{"username": {"manager1"}, "password": {"wrong"}})
	}
	wantPage(t, admin.Get("/admin/security"), http.StatusOK, "登录暂停中", "林悦")
	wantPage(t, admin.Get(one), http.StatusOK, "登录暂停中", "15 分钟")
	wantPage(t, admin.Post(one+"/unlock", nil), http.StatusSeeOther)
	p.As(p.People.Manager1)
}
