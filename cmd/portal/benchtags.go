package main

import (
	"context"
	"fmt"

	"liuhen/internal/bench"
	"liuhen/internal/tag"
)

// supplyMeasuredTags publishes fifty rules: those that come with the program, and
// variations of them.
func (h *house) supplyMeasuredTags(ctx context.Context) error {
	_, err := h.deps.TagKeeper.Supply(ctx, fiftyRules())
	return err
}

func (h *house) settleTags(ctx context.Context) (bench.Evaluated, error) {
	run, err := h.deps.TagKeeper.Settle(ctx)
	if err != nil || run == nil {
		return bench.Evaluated{}, err
	}
	return bench.Evaluated{Rules: run.Rules, Gained: run.Gained, Lost: run.Lost}, nil
}

// fiftyRules asks every field of the allowlist for something.
func fiftyRules() []tag.Supplied {
	rules := tag.SuppliedRules()
	add := func(g tag.Group, n tag.Node) {
		no := len(rules) + 1
		rules = append(rules, tag.Supplied{Code: fmt.Sprintf("BENCH-%d", no), Name: fmt.Sprintf("测量规则 %d", no), Group: g, Condition: n})
	}
	is := func(code, value string, days, times int) tag.Node {
		return tag.Is(code, tag.Simple{Value: value, Days: days, Times: times})
	}
	for days := 15; days <= 120; days += 15 {
		add(tag.Basic, tag.Node{All: []tag.Node{is("silent", "", days, 0), is("grade", fmt.Sprintf("C%d", 1+days/15%5), 0, 0)}})
	}
	for _, word := range []string{"债券", "贷款", "养老", "净值"} {
		add(tag.Basic, is("talked", word, 180, 2))
		add(tag.Basic, tag.Node{All: []tag.Node{is("talked", word, 60, 1), {Not: &tag.Node{Field: &tag.Simple{Code: "grade_over"}}}}})
	}
	for _, sum := range []string{"600000", "700000", "800000", "850000"} {
		add(tag.Assets, is("holdings_from", sum, 0, 0))
	}
	for _, days := range []int{30, 60, 90} {
		add(tag.Transactions, is("out_sum", "150000", days, 0))
		add(tag.Transactions, is("out_single", "55000", days, 0))
	}
	for len(rules) < 50 {
		age := fmt.Sprint(20 + len(rules))
		add(tag.Basic, tag.Node{All: []tag.Node{is("age_from", age, 0, 0), {Any: []tag.Node{is("card", "金", 0, 0), is("loan", "住房", 0, 0)}}}})
	}
	return rules
}
