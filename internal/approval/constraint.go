package approval

import (
	"liuhen/internal/fault"
	"liuhen/internal/pg"
)

// violation turns a constraint that the database held against a statement of
// this package into what it means to the user.
func violation(err error) error {
	return pg.Constraints{
		"approval_four_eyes":     fault.New(fault.Forbidden, "不能审批自己的申请。").Because("four-eyes"),
		"approval_able_approver": fault.New(fault.Conflict, "审批人已离岗或不再有审批权限，请重新申请。"),
		"approval_transition":    fault.New(fault.Conflict, "这件申请的状态刚刚变了，请刷新后再看。"),
	}.Fault(err)
}
