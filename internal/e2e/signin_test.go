package e2e

import (
	"fmt"
	"testing"
)

// demoPassword is the password of every account of the demo institution.
const demoPassword = "liuhen-demo"

// as opens a window signed in by one click on a demo account.
func (s *stage) as(t *testing.T, username string) *window {
	t.Helper()
	w := s.window(t)
	w.visit("/login")
	w.click("button.acct", username)
	w.until(`location.pathname === "/"`)
	return w
}

// typeSignIn fills the sign-in form that the window shows, and sends it.
func (w *window) typeSignIn(username, password string) {
	w.t.Helper()
	w.fill("#username", username)
	w.fill("#password", password)
	w.enter()
}

// post sends a form from the page as the person signed in, for what a test
// needs but does not look at. It returns the status of the page it leads to.
func (w *window) post(path string, form map[string][]string) int {
	w.t.Helper()
	var pairs [][2]string
	for name, values := range form {
		for _, v := range values {
			pairs = append(pairs, [2]string{name, v})
		}
	}
	w.script(fmt.Sprintf(`window.posted = 0; fetch(%s, { method: "POST", body: new URLSearchParams(%s) }).then((r) => { window.posted = r.status; })`,
		quote(path), quote(pairs)))
	w.until(`window.posted`)
	return look[int](w, `window.posted`)
}

// signIn signs in by one click and by typing, is told of a wrong password, and
// signs out.
func signIn(t *testing.T, s *stage) {
	w := s.window(t)
	w.visit("/")
	w.until(`location.pathname === "/login"`)
	w.typeSignIn("newbie", "not-it")
	w.sees("[role=alert]", "")
	w.provoked("the server responded with a status of 4")
	w.until(`document.querySelector("#username").value === "newbie" && document.querySelector("#password").value === ""`)
	w.fill("#password", demoPassword)
	w.enter()
	w.until(`location.pathname === "/"`)
	w.sees(".tool", "")
	w.click(".menu summary", "")
	w.click("button", "退出登录")
	w.until(`location.pathname === "/login"`)
	w.visit("/customers")
	w.until(`location.pathname === "/login"`)
	w.click("button.acct", "newbie")
	w.until(`location.pathname === "/customers"`)
}
