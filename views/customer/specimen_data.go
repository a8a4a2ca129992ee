package customerview

import (
	"time"

	"liuhen/internal/customer"
	"liuhen/internal/trail"
)

// fill puts invented values into an open section.
func fill(s *customer.Section) {
	switch s.Group {
	case customer.ContactGroup:
		s.Contact = []customer.ContactPoint{{Kind: "mobile", Value: "13800000000", Source: "核心系统", SyncedAt: ago(8 * time.Hour)}, {Kind: "address", Value: "江州市滨江区虚构路 1 号", Source: "基金系统", SyncedAt: ago(99 * time.Hour)}}
		s.Changes = []customer.Change{{At: ago(200 * time.Hour), Entity: "contact_point", Fields: []customer.Before{{Column: "value", Value: "13800000009"}}}}
	case customer.IdentityGroup:
		s.Identity = []customer.Document{{Kind: "resident_id", Number: "000000197001010000", BirthDate: on(1970, 1, 1), Source: "核心系统", SyncedAt: ago(8 * time.Hour)}}
	case customer.AssetsGroup:
		s.Assets = specimenAssets()
	case customer.TransactionsGroup:
		s.Transactions = customer.Statement{
			Total: 120, Next: "abc",
			Rows: []customer.Transaction{
				{ID: 2, BookedOn: *on(2026, 11, 20), Operation: "基金定投", Amount: "-2000.00", Balance: pointer("1234567.89"), Purpose: "定投", Counterparty: "虚构债券 A"},
				{ID: 1, BookedOn: *on(2026, 10, 30), Operation: "代发工资", Amount: "28640.00"},
			},
			Orders: []customer.StandingOrder{{Amount: "3373.00", Purpose: "贷款", Counterparty: "虚构银行", Source: "核心系统"}},
		}
	}
}

func specimenAssets() customer.Assets {
	return customer.Assets{
		Totals:     []customer.Total{{Currency: "CNY", Deposits: pointer("1234567.89"), Holdings: "50000.00", Loans: "80952.00"}, {Currency: "USD", Holdings: "0", Loans: "0"}},
		Accounts:   []customer.Account{{No: "6222000011110000", Kind: "活期", Currency: "CNY", Balance: pointer("1234567.89"), BalanceOn: on(2026, 11, 22)}},
		Parties:    []customer.Party{{AccountNo: "6222000011110000", Role: "owner", Source: "核心系统"}, {Role: "disponent", Source: "核心系统"}},
		Holdings:   []customer.Holding{{Code: "F001", Name: "虚构债券 A", Risk: pointer(int16(2)), Units: "48000.0000", Value: "50000.00", ValuedOn: *on(2026, 11, 22)}},
		Loans:      []customer.Loan{{No: "L1", Kind: "消费贷款", Principal: "80952.00", Months: 24, Monthly: "3373.00", GrantedOn: *on(2025, 1, 5), Status: "running"}, {No: "L2", Principal: "1000.00", Months: 12, Monthly: "90.00", GrantedOn: *on(2024, 1, 5), Status: "in_debt"}},
		Cards:      []customer.Card{{No: "K1", Kind: "金卡", IssuedOn: on(2024, 7, 1), Source: "信用卡系统"}},
		Statements: []customer.CardMonth{{CardNo: "K1", Month: *on(2026, 10, 1), Billed: "2500.00", Paid: "0.00", Delay: 2}, {CardNo: "K1", Month: *on(2026, 9, 1), Billed: "100.00", Paid: "100.00"}},
	}
}

func specimenTimeline() customer.Timeline {
	return customer.Timeline{
		Customer: specimenRef(),
		Next:     "abc",
		Rows: []customer.Event{
			{At: ago(11 * time.Minute), Kind: customer.Asked, ID: 9, Who: "丙三", What: "approved", Groups: []string{"transactions"}, Text: "reconciliation", Minutes: 120},
			{At: ago(18 * time.Minute), Kind: customer.Asked, ID: 8, Who: "甲一", What: "submitted", Groups: []string{"assets", "transactions"}, Text: "service", Minutes: 30},
			{At: ago(30 * time.Minute), Kind: customer.Ended, ID: 7, Who: "甲一", Groups: []string{"contact"}},
			{At: ago(40 * time.Minute), Kind: customer.Looked, ID: 6, Who: "甲一", What: string(trail.GroupRevealed), Groups: []string{"contact"}},
			{At: ago(45 * time.Minute), Kind: customer.Looked, ID: 5, Who: "乙二", What: string(trail.FileViewed), Refused: true},
			{At: ago(50 * time.Minute), Kind: customer.TalkedTo, ID: 4, Who: "甲一", What: "wecom", Text: "问中短债近况"},
			{At: ago(8 * time.Hour), Kind: customer.Synced, ID: 3, Who: "核心系统", Groups: []string{"basic", "assets"}},
			{At: ago(600 * time.Hour), Kind: customer.Assessed, ID: 2, Who: "测评系统", What: "3", Text: "2027-10-29"},
		},
	}
}

func specimenViewers() []customer.Viewer {
	return []customer.Viewer{
		{Name: "甲一", Role: "manager", Last: ago(0), Times: 9, Groups: []string{"transactions"}},
		{Name: "丙三", Role: "supervisor", Last: ago(12 * time.Minute), Times: 1},
		{Name: "乙二", Role: "manager", Last: ago(45 * time.Minute), Times: 1, Refused: true},
	}
}

func specimenViews() customer.Views {
	return customer.Views{Customer: specimenRef(), Next: "abc", Rows: []customer.View{
		{ID: 3, At: ago(0), Name: "甲一", StaffNo: "90001", Role: "manager", Action: trail.GroupRevealed, Groups: []string{"assets"}},
		{ID: 2, At: ago(12 * time.Minute), Name: "丙三", StaffNo: "90003", Role: "supervisor", Action: trail.ApprovalViewed},
		{ID: 1, At: ago(45 * time.Minute), Name: "乙二", StaffNo: "90002", Role: "manager", Action: trail.FileViewed, Refused: true},
	}}
}
