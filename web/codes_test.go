package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"liuhen/internal/webtest"
)

// TestCodesFromTheFirstSignInOn has an administrator require codes, follows a
// person through setting them up, and signs in with them and without.
func TestCodesFromTheFirstSignInOn(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	admin, before := p.As(p.People.Admin1), p.As(p.People.Manager1)
	wantPage(t, admin.Get("/admin/security"), http.StatusOK, "登录须用动态码的角色", "客户经理")
	asked := admin.Post("/admin/security", url.Values{"role": {"manager"}})
	wantPage(t, asked, http.StatusSeeOther)
	wantPage(t, admin.Follow(asked), http.StatusOK, "等 郑合规 同意", "变更登录要求：客户经理")
	wantPage(t, p.As(p.People.Manager1).Get("/customers"), http.StatusOK) // not agreed to yet
	request := fmt.Sprintf("/approvals/%d", p.DB.QueryInt(`SELECT max(id) FROM approval`))
	compliance := p.As(p.People.Compliance1)
	wantPage(t, compliance.Get(request), http.StatusOK, "登录要求", "密码和动态码")
	wantPage(t, compliance.Post(request+"/decide", url.Values{"decision": {"approve"}, "comment": {"按制度执行。"}}), http.StatusSeeOther)
	p.Deps.People.EvictAll()                             // as the notification does
	wantPage(t, before.Get("/customers"), http.StatusOK) // signed in before: not disturbed

	c := p.As(p.People.Manager1)
	if got := c.Get("/customers"); got.Header.Get("Location") != "/me/codes" {
		t.Fatalf("led to %q", got.Header.Get("Location"))
	}
	if got := c.Post("/customers/1/notes", nil); got.Header.Get("Location") != "/me/codes" {
		t.Errorf("an act is led to %q", got.Header.Get("Location"))
	}
	page := c.Get("/me/codes")
	wantPage(t, page, http.StatusOK, "您的角色登录时须用动态码。")
	if strings.Contains(page.Body, `href="/customers"`) {
		t.Error("the bar offers what is not open yet")
	}
	wantPage(t, c.Get("/me/codes/qr.png"), http.StatusNotFound)
	wantPage(t, c.Post("/me/codes", url.Values{"old": {"not it at all"}}), http.StatusUnprocessableEntity, "密码不对。")
	wantPage(t, c.Post("/me/codes", url.Values{"old": {webtest.Password}}), http.StatusSeeOther)
	picture := c.Get("/me/codes/qr.png")
	if picture.Status != http.StatusOK || picture.Header.Get("Content-Type") != "image/png" || picture.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("picture: %d %v", picture.Status, picture.Header)
	}
	secret, then := secretOn(t, c.Get("/me/codes").Body), time.Now()
	wantPage(t, c.Post("/me/codes/confirm", url.Values{"code": {"000000"}}), http.StatusUnprocessableEntity, "动态码不对")
	once := c.Post("/me/codes/confirm", url.Values{"code": {codeAt(t, secret, then, 0)}})
	wantPage(t, once, http.StatusOK, "只显示这一次。")
	recovery := regexp.MustCompile(`[A-Z2-7]{4}(-[A-Z2-7]{4}){3}`).FindAllString(once.Body, -1)
	if len(recovery) != 10 {
		t.Fatalf("%d recovery codes", len(recovery))
	}
	if got := c.Get("/me/codes"); strings.Contains(got.Body, secret) || strings.Contains(got.Body, recovery[0]) {
		t.Error("a secret is shown again")
	}
	wantPage(t, c.Get("/customers"), http.StatusOK)
	if strings.Contains(p.Log(), recovery[0]) || strings.Contains(p.Log(), secret) {
		t.Error("the log holds a secret")
	}

	one := "/admin/people/" + strconv.FormatInt(p.People.Manager1.ID, 10)
	again := p.Anonymous()
	half := again.Post("/login", url.Values{"username": {p.People.Manager1.Username}, "password": {webtest.Password}, "next": {"/access"}})
	if half.Header.Get("Location") != "/login/code?next=%2Faccess" {
		t.Fatalf("led to %q", half.Header.Get("Location"))
	}
	wantPage(t, again.Get("/customers"), http.StatusSeeOther) // not in yet
	wantPage(t, again.Follow(half), http.StatusOK, "输入动态码", `value="/access"`)
	wantPage(t, again.Post("/login/code", url.Values{"code": {""}}), http.StatusUnprocessableEntity, "请填写动态码或恢复码。")
	wantPage(t, again.Post("/login/code", url.Values{"code": {codeAt(t, secret, then, 0)}}), http.StatusUnprocessableEntity, "或已经用过")
	in := again.Post("/login/code", url.Values{"code": {codeAt(t, secret, then, 1)}, "next": {"/access"}})
	if in.Status != http.StatusSeeOther || in.Header.Get("Location") != "/access" {
		t.Fatalf("%d, led to %q", in.Status, in.Header.Get("Location"))
	}
	wantPage(t, again.Get("/access"), http.StatusOK)

	wantPage(t, admin.Get(one), http.StatusOK, "重置动态码")
	wantPage(t, admin.Post(one+"/codes", nil), http.StatusSeeOther)
	wantPage(t, admin.Post(one+"/codes", nil), http.StatusConflict)
	if !eventually(func() bool { return again.Get("/access").Status == http.StatusSeeOther }) {
		t.Error("a session of before goes on")
	}
}

func TestTheSecondStepNeedsTheFirst(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	c := p.Anonymous()
	for _, got := range []webtest.Response{c.Get("/login/code"), c.Post("/login/code", url.Values{"code": {"123456"}})} {
		if got.Status != http.StatusSeeOther || !strings.HasPrefix(got.Header.Get("Location"), "/login?") && got.Header.Get("Location") != "/login" {
			t.Errorf("%d, led to %q", got.Status, got.Header.Get("Location"))
		}
	}
}

func TestAFirstPasswordOpensNothingElse(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	admin := p.As(p.People.Admin1)
	one := "/admin/people/" + strconv.FormatInt(p.People.Newbie.ID, 10)
	wantPage(t, admin.Post(one+"/password", url.Values{"password": {"told in person"}}), http.StatusSeeOther)
	c := p.Anonymous()
	login := url.Values{"username": {p.People.Newbie.Username}, "password": {"told in person"}}
	wantPage(t, c.Post("/login", login), http.StatusSeeOther)
	for _, path := range []string{"/", "/customers", "/me/codes", "/why/role"} {
		if got := c.Get(path); got.Header.Get("Location") != "/me/password" {
			t.Errorf("%s: %d, led to %q", path, got.Status, got.Header.Get("Location"))
		}
	}
	r := c.Request(http.MethodGet, "/customers", nil)
	r.Header.Set("HX-Request", "true")
	if got := c.Do(r); got.Header.Get("HX-Redirect") != "/me/password" {
		t.Errorf("htmx is led to %q", got.Header.Get("HX-Redirect"))
	}
	wantPage(t, c.Get("/me/password"), http.StatusOK, "请先换一个只有您自己知道的密码。")
	form := url.Values{"old": {"told in person"}, "new": {"my very own one"}, "again": {"my very own one"}}
	wantPage(t, c.Post("/me/password", form), http.StatusSeeOther)
	wantPage(t, c.Get("/customers"), http.StatusOK)
}

// secretOn reads the secret that the page shows for typing by hand.
func secretOn(t *testing.T, body string) string {
	t.Helper()
	secret := regexp.MustCompile(`<code>([A-Z2-7-]{39})</code>`).FindStringSubmatch(body)
	if secret == nil {
		t.Fatal("no secret on the page")
	}
	return secret[1]
}

// codeAt is the code of a secret some steps from then.
func codeAt(t *testing.T, secret string, then time.Time, steps int) string {
	t.Helper()
	c, err := totp.GenerateCode(strings.ReplaceAll(secret, "-", ""), then.Add(time.Duration(steps)*30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return c
}
