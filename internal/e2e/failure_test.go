package e2e

import (
	"testing"
)

// serverError takes a table away under the running portal: the page says what
// happened, with a number, beside what stood there, and goes on once the table
// is back.
func serverError(t *testing.T, s *stage) {
	c := s.customer(t, "newbie")
	w := s.as(t, "newbie")
	w.visit("/customers/" + c.no)
	w.mark()
	w.click("#consultations summary", "记一次咨询")
	w.click("#consultations label.chip", "电话")
	w.fill("#note-body", "客户询问定期存款到期后的安排，已约周五面谈。")

	broken := false
	repair := func() {
		if broken {
			s.force(t, `ALTER TABLE consultation_away RENAME TO consultation`)
			broken = false
		}
	}
	t.Cleanup(repair)
	s.force(t, `ALTER TABLE consultation RENAME TO consultation_away`)
	broken = true
	w.click("#consultations form button", "保存咨询")
	w.sees("#alerts #problem", "编号")
	w.provoked("status of 500")
	w.provoked("Response Status Error Code 500")
	w.unmoved()
	w.until(`/编号 [0-9A-F]{10}/.test(text("#problem")) && document.querySelector("#note-body").value.startsWith("客户询问定期")
		&& one("h1", ` + quote(c.name) + `) && document.querySelectorAll("h1").length === 1 && !document.title.includes("出错")`)
	w.shot("problem-in-place")

	lost := s.as(t, "newbie")
	lost.visit("/customers/" + c.no)
	lost.provoked("status of 500")
	lost.sees("#problem", "编号")
	lost.sees("#problem a", "回到工作台")

	repair()
	w.click("#consultations form button", "保存咨询")
	w.sees("#consultations tbody", "客户询问定期存款到期后的安排")
	w.until(`text("#alerts") === ""`)
	w.unmoved()
	lost.visit("/customers/" + c.no)
	lost.sees("#consultations tbody", "客户询问定期存款到期后的安排")
}
