package e2e

import (
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// aNewcomer is added by the administrator, must choose a password of the own at
// the first sign-in, and sets up one-time codes, without which the next sign-in
// ends at the second step.
func aNewcomer(t *testing.T, s *stage) {
	const first, own = "a first password", "a password of my own"
	admin, newcomer := s.as(t, "admin1"), s.window(t)
	admin.visit("/admin/people")
	admin.fill("#new-no", "7101")
	admin.fill("#new-name", "新来的人")
	admin.fill("#new-username", "xinlai")
	place := ask[string](t, s.portal, `SELECT b.code FROM staff AS m JOIN branch AS b ON b.id = m.branch_id WHERE m.username = 'newbie'`)
	superior := ask[string](t, s.portal, `SELECT u.no FROM staff AS m JOIN staff AS u ON u.id = m.superior_id WHERE m.username = 'newbie'`)
	admin.script(`one("#new-role").value = "manager"; one("#new-branch").value = ` + quote(place))
	admin.fill("#new-superior", superior)
	admin.fill("#new-password", first)
	admin.enter()
	admin.sees("#flash", "新来的人")

	newcomer.visit("/login")
	newcomer.typeSignIn("xinlai", first)
	newcomer.until(`location.pathname === "/me/password"`)
	newcomer.visit("/customers")
	newcomer.until(`location.pathname === "/me/password"`)
	newcomer.fill("#password-old", first)
	newcomer.fill("#password-new", own)
	newcomer.fill("#password-again", own)
	newcomer.enter()
	newcomer.sees("#flash", "密码已修改")

	newcomer.visit("/me/codes")
	newcomer.fill("#codes-old", own)
	newcomer.click("form.body button.go", "")
	newcomer.sees("h2", "扫码绑定")
	secret := look[string](newcomer, `text("section[aria-labelledby=bind] code").replace(/[^A-Z2-7]/g, "")`)
	code, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	newcomer.fill("#code-confirm", code)
	newcomer.enter()
	newcomer.sees("main", "只显示这一次")
	newcomer.tolerate("/live") // a stream may ask once more after signing out
	newcomer.click(".menu summary", "")
	newcomer.click("button", "退出登录")
	newcomer.until(`location.pathname === "/login"`)
	newcomer.visit("/login") // the page may have been left twice, by the button and by the push
	newcomer.typeSignIn("xinlai", own)
	newcomer.until(`location.pathname === "/login/code"`)
	newcomer.sees("label", "动态码")
}
