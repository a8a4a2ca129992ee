package staffview

import (
	"fmt"
	"time"

	"liuhen/internal/staff"
	"liuhen/internal/staffing"
	"liuhen/views/ui"
)

// SecurityPage says how each role signs in.
type SecurityPage struct {
	Roles []staff.RoleSafety
	// Lockouts are the accounts whose signing in is paused.
	Lockouts []staff.Lockout
	Waiting  []staffing.Change // a change of how roles sign in that waits
}

// state says how far a role is with its codes.
func state(r staff.RoleSafety) string {
	switch {
	case r.People == 0:
		return "没有在用的人"
	case r.Set == r.People:
		return "全部已设置"
	case r.Required:
		return fmt.Sprintf("还差 %d 人，下次登录先设置", r.People-r.Set)
	case r.Set == 0:
		return "无人设置"
	default:
		return fmt.Sprintf("%d 人已自愿设置", r.Set)
	}
}

func specimenLockouts() []staff.Lockout {
	return []staff.Lockout{{StaffID: 1, No: "90001", Name: "甲一", Wait: 12 * time.Minute}}
}

func securitySpecimens() []ui.Specimen {
	return []ui.Specimen{{Name: "security", Component: SecurityBody(SecurityPage{Roles: []staff.RoleSafety{
		{Role: staff.Manager, People: 24, Set: 2, Must: 3},
		{Role: staff.Compliance, People: 3, Set: 3, Required: true},
		{Role: staff.Admin, People: 2, Set: 1, Required: true},
		{Role: staff.Auditor},
	}, Lockouts: specimenLockouts()})}}
}
