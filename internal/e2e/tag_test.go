package e2e

import (
	"testing"
)

// aRuleMakesATag writes a rule, looks at what it would change, has another person
// publish it, and finds the tag with its reason on a customer's file.
func aRuleMakesATag(t *testing.T, s *stage) {
	const q = `
		SELECT c.no
		FROM customer AS c
		JOIN staff AS m ON m.id = c.manager_id
		WHERE m.username = 'manager2'
			AND c.asset_band = 0
			AND c.grade = 1
		ORDER BY c.id
		LIMIT 1`
	no := ask[string](t, s.portal, q)
	writer, reviewer, manager := s.as(t, "risk1"), s.as(t, "compliance1"), s.as(t, "manager2")

	writer.visit("/admin/tags/new")
	writer.fill("#rule-name", "起步客户")
	writer.script(`one("#all-0-field").value = "band_to"; one("#all-1-field").value = "grade"`)
	writer.fill("#all-0-value", "5–20万")
	writer.fill("#all-1-value", "C1")
	writer.click("button.go", "保存草稿")
	writer.sees("h1", "预览「起步客户」第 1 版")
	writer.sees("h2", "新增")
	writer.shot("rule-preview")
	writer.click("a.btn", "回到规则")
	writer.click("button", "提交复核")
	writer.sees("#flash", "已提交，等待复核")

	id := ask[int64](t, s.portal, `SELECT max(a.id) FROM approval AS a WHERE a.kind = 'tag_rule'`)
	reviewer.request(id)
	reviewer.click(`button[form="decide"][value="approve"]`, "")
	reviewer.sees("#flash", "批准")

	for range 20 { // the evaluation follows on the approval by itself
		manager.visit("/customers/" + no)
		if look[bool](manager, `Boolean(one("#tags summary", "起步客户"))`) {
			break
		}
	}
	manager.click("#tags summary", "起步客户")
	manager.sees("#tags .pop", "资产档不高于 5–20万，且风险等级为 C1")
	manager.shot("tag-why")
}
