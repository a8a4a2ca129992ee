package approval

import "liuhen/internal/fault"

// AfterTheFact reports whether requests of the kind are decided on after what
// they are about has happened: such a review ends by its verdict alone, so it is
// neither taken back nor sent back.
func (k Kind) AfterTheFact() bool { return k == BreakGlass }

// OneByOne reports whether requests of the kind are decided on one at a time: each
// holds too much to be agreed to unread.
func (k Kind) OneByOne() bool { return k.AfterTheFact() || k == AccessMany }

// allowVerb holds back a return of what is reviewed after the fact, and a
// verdict on many at once of what is decided one by one.
func allowVerb(a Approval, v Verdict, batch bool) error {
	if batch && a.Kind == BreakGlass {
		return fault.New(fault.Conflict, "紧急调阅要逐件复核，请打开后单独处理。").Because("break-glass")
	}
	if batch && a.Kind.OneByOne() {
		return fault.Newf(fault.Conflict, "%s要逐件审批，请打开后单独处理。", a.Kind.Label()).Because("access-many")
	}
	if !a.Kind.AfterTheFact() || v.Verb != Return {
		return nil
	}
	var f fault.Fields
	f.Add("comment", "紧急调阅的复核不能退回，请判为合理或不合理。")
	return f.Err()
}

// allowWithdrawal holds back the withdrawal of a review of what has happened.
func allowWithdrawal(a Approval) error {
	if !a.Kind.AfterTheFact() {
		return nil
	}
	return fault.New(fault.Conflict, "紧急调阅已经发生，它的复核不能撤回。").Because("break-glass")
}
