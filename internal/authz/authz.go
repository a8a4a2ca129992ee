// Package authz says which role may do what. It is a table: one row for each
// permission, readable by an auditor, asked by the route table and again by
// every domain method that acts.
package authz

import (
	"slices"

	"liuhen/internal/fault"
	"liuhen/internal/staff"
)

// Permission is a word for something a person may do.
type Permission string

// The permissions.
const (
	Public        Permission = "public"         // open without sign-in
	SignedIn      Permission = "signed_in"      // any member
	Machine       Permission = "machine"        // no member: source systems with a token
	SeeCustomers  Permission = "see_customers"  // the basic group, within the own scope
	NoteCustomers Permission = "note_customers" // add consultation notes
	Submit        Permission = "submit"         // put requests of any kind before an approver, and see them through
	RequestAccess Permission = "request_access" // ask for closed groups
	BreakGlass    Permission = "break_glass"    // open closed groups of an own customer at once, to be reviewed
	Export        Permission = "export"         // ask for data in a file, and fetch it
	Approve       Permission = "approve"        // decide what is routed to one
	ReadTrail     Permission = "read_trail"     // the whole trail
	WatchAccess   Permission = "watch_access"   // anomalies of everybody's access, and what was thought of them
	ManageImports Permission = "manage_imports" // start, watch and cancel imports
	ManageSources Permission = "manage_sources" // source systems, their alarms and tokens
	// SettleConflicts is to decide where sources disagree about a customer.
	SettleConflicts Permission = "settle_conflicts"
	ManageStaff     Permission = "manage_staff"  // people and organisation
	ManagePolicy    Permission = "manage_policy" // propose a version of the access policy
	ReadPolicy      Permission = "read_policy"   // its versions
	TagCustomers    Permission = "tag_customers" // give and remove tags by hand
	ManageTags      Permission = "manage_tags"   // write, preview, submit and retire rules of tags

	ReadWordings   Permission = "read_wordings"   // the texts to which customers agree
	ManageWordings Permission = "manage_wordings" // write and submit them
)

// allowed is the policy. An administrator never appears beside customer data,
// an auditor only beside the trail (银监发〔2014〕40号 第十八条, separation of
// incompatible duties).
func allowed(p Permission) []staff.Role {
	switch p {
	case SignedIn:
		return staff.Roles()
	case SeeCustomers, RequestAccess, Export:
		return []staff.Role{staff.Manager, staff.Supervisor, staff.Risk, staff.Compliance}
	case Submit:
		return []staff.Role{staff.Manager, staff.Supervisor, staff.Risk, staff.Compliance, staff.Admin}
	case NoteCustomers, TagCustomers, BreakGlass:
		return []staff.Role{staff.Manager, staff.Supervisor}
	case SettleConflicts:
		return []staff.Role{staff.Supervisor, staff.Compliance}
	case Approve:
		return []staff.Role{staff.Supervisor, staff.Risk, staff.Compliance}
	case ManageTags:
		return []staff.Role{staff.Risk, staff.Compliance}
	case ReadTrail:
		return []staff.Role{staff.Compliance, staff.Auditor}
	case ReadWordings:
		return []staff.Role{staff.Manager, staff.Supervisor, staff.Risk, staff.Compliance, staff.Auditor}
	case WatchAccess, ManageWordings:
		return []staff.Role{staff.Compliance}
	case ManageImports:
		return []staff.Role{staff.Admin, staff.Compliance}
	case ManagePolicy:
		return []staff.Role{staff.Risk, staff.Compliance}
	case ReadPolicy:
		return []staff.Role{staff.Risk, staff.Compliance, staff.Auditor}
	case ManageStaff, ManageSources:
		return []staff.Role{staff.Admin}
	default:
		return nil
	}
}

// Allows reports whether members with the role have the permission.
func Allows(r staff.Role, p Permission) bool {
	return p == Public || slices.Contains(allowed(p), r)
}

// Check returns a Forbidden fault unless by is active and has the permission.
// The program itself (staff.Program) has every permission.
func Check(by *staff.Member, p Permission) error {
	if by != nil && by.Role == staff.Program().Role && by.ID == staff.Program().ID {
		return nil
	}
	if by == nil || !by.Active() || !Allows(by.Role, p) {
		return fault.New(fault.Forbidden, "您的角色不能做这件事。如确有需要，请联系管理员或合规部门。").Because("role")
	}
	return nil
}
