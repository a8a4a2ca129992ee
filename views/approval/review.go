package approvalview

import (
	"liuhen/internal/approval"
	"liuhen/internal/worklist"
)

// opens reports whether requests of the kind open field groups.
func opens(k approval.Kind) bool { return asks(k) || k == approval.BreakGlass }

// asks reports whether requests of the kind open them by being approved.
func asks(k approval.Kind) bool { return k == approval.Access || k == approval.AccessMany }

// rejectWords is what the button that rejects says.
func rejectWords(i worklist.Item) string {
	if i.Kind == approval.BreakGlass {
		return "不合理"
	}
	return "拒绝"
}
