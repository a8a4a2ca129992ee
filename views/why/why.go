// Package whyview explains the rules of the house to the people they stop.
package whyview

import (
	"strings"

	"liuhen/internal/authz"
)

// Line is something that the access policy in force says of a rule.
type Line struct{ Label, Text string }

// laws are the legal bases of a rule, one by one.
func laws(r authz.Rule) []string { return strings.Split(r.Law, "；") }

// since is the first day of the rule's version: 2026-11-23.
func since(r authz.Rule) string { return r.Since.Format("2006-01-02") }
