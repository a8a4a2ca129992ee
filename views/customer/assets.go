package customerview

import (
	"strconv"

	"liuhen/internal/customer"
	"liuhen/views/ui"
)

// empty reports whether no source knows anything of the customer's assets.
func empty(a customer.Assets) bool {
	return len(a.Totals)+len(a.Accounts)+len(a.Holdings)+len(a.Loans)+len(a.Cards)+len(a.Statements)+len(a.Parties) == 0
}

// figures are the sums of one currency; holdings, loans and cards stand with
// the yuan.
func figures(t customer.Total, a customer.Assets) []ui.Pair {
	list := []ui.Pair{{Label: "存款", Value: maybe(t.Deposits)}}
	if t.Currency != "CNY" {
		return list
	}
	return append(list,
		ui.Pair{Label: "持仓", Value: Money(t.Holdings) + "（" + num(len(a.Holdings)) + " 只）"},
		ui.Pair{Label: "在贷本金", Value: Money(t.Loans)},
		ui.Pair{Label: "银行卡", Value: num(len(a.Cards)) + " 张"},
	)
}

// productRisk writes the risk grade of a product: R3.
func productRisk(r *int16) string {
	if r == nil {
		return "—"
	}
	return "R" + strconv.Itoa(int(*r))
}

func partyLabel(role string) string {
	if role == "owner" {
		return "户主"
	}
	return "授权支配人"
}

// partyAccount names the account of a right. An account of somebody else
// belongs to that customer's file.
func partyAccount(p customer.Party) string {
	if p.AccountNo == "" {
		return "他人账户（资料在对方档案）"
	}
	return p.AccountNo
}

// counterpart says what a transaction was for and with whom.
func counterpart(t customer.Transaction) string {
	switch {
	case t.Purpose != "" && t.Counterparty != "":
		return t.Purpose + " · " + t.Counterparty
	default:
		return or(t.Purpose + t.Counterparty)
	}
}
