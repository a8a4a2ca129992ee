package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"liuhen/internal/webtest"
)

// TestARoleOnThePagesTakesTwoPeople proposes a role as the administrator, reads
// it as compliance, agrees, and looks at what changed.
func TestARoleOnThePagesTakesTwoPeople(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	admin, compliance := p.As(p.People.Admin1), p.As(p.People.Compliance1)
	one := "/admin/people/" + strconv.FormatInt(p.People.Manager1.ID, 10)
	asked := admin.Post(one, url.Values{"role": {"supervisor"}, "branch": {"101"}, "superior": {"9001"}})
	wantPage(t, asked, http.StatusSeeOther)
	wantPage(t, admin.Follow(asked), http.StatusOK, "已提交复核，等 郑合规 同意", "等待复核的变动", "变更岗位：林悦（3001）")
	wantPage(t, admin.Get("/admin/people"), http.StatusOK, "变更岗位：林悦（3001）", "等 郑合规 复核")
	id := p.DB.QueryInt(`SELECT max(id) FROM approval`)
	request := fmt.Sprintf("/approvals/%d", id)
	wantPage(t, admin.Get(request), http.StatusOK, "撤回")
	wantPage(t, compliance.Get(request), http.StatusOK, "林悦（3001）", "客户经理", "主管")
	wantPage(t, compliance.Post(request+"/decide", url.Values{"decision": {"approve"}}), http.StatusSeeOther)
	wantPage(t, admin.Get(one), http.StatusOK, "<dd>主管</dd>")

	again := admin.Post(one, url.Values{"role": {"manager"}, "branch": {"101"}, "superior": {"2001"}})
	wantPage(t, again, http.StatusSeeOther)
	taken := admin.Post(fmt.Sprintf("/approvals/%d/withdraw", id+1), nil)
	wantPage(t, taken, http.StatusSeeOther)
	wantPage(t, admin.Follow(taken), http.StatusOK, "已撤回")
	wantPage(t, admin.Get(one), http.StatusOK, "<dd>主管</dd>", "变更岗位")
}
