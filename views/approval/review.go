package approvalview

import (
	"liuhen/internal/approval"
	"liuhen/internal/worklist"
)

// opens reports whether requests of the kind open field groups of one customer.
func opens(k approval.Kind) bool { return k == approval.Access || k == approval.BreakGlass }

// rejectWords is what the button that rejects says.
func rejectWords(i worklist.Item) string {
	if i.Kind == approval.BreakGlass {
		return "不合理"
	}
	return "拒绝"
}
