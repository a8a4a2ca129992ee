package tag

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Node is a condition: all of some, any of some, not one, or a simple one on a
// field. Exactly one of them is set.
type Node struct {
	All   []Node  `json:"all,omitempty"`
	Any   []Node  `json:"any,omitempty"`
	Not   *Node   `json:"not,omitempty"`
	Field *Simple `json:"field,omitempty"`
}

// Simple compares a field of the allowlist. Which of Value, Days and Times count
// is the field's matter.
type Simple struct {
	Code  string `json:"code"`
	Value string `json:"value,omitempty"`
	Days  int    `json:"days,omitempty"`
	Times int    `json:"times,omitempty"`
}

// The limits of a condition.
const (
	deepest = 4
	most    = 24
)

// Is is a simple condition.
func Is(code string, s Simple) Node {
	s.Code = code
	return Node{Field: &s}
}

// ParseNode reads a condition that was stored.
func ParseNode(text string) (Node, error) {
	var n Node
	if err := json.Unmarshal([]byte(text), &n); err != nil {
		return n, fmt.Errorf("read condition: %w", err)
	}
	return n, nil
}

// JSON is the condition as it is stored.
func (n Node) JSON() (string, error) {
	text, err := json.Marshal(n)
	if err != nil {
		return "", fmt.Errorf("write condition: %w", err)
	}
	return string(text), nil
}

// simples lists the simple conditions of n in their order.
func (n Node) simples() []Simple {
	var list []Simple
	for _, part := range n.parts() {
		list = append(list, part.simples()...)
	}
	if n.Field != nil {
		list = append(list, *n.Field)
	}
	return list
}

func (n Node) parts() []Node {
	parts := slices.Concat(n.All, n.Any)
	if n.Not != nil {
		parts = append(parts, *n.Not)
	}
	return parts
}

// Check returns what is wrong with the condition in a sentence, empty if
// nothing is.
func (n Node) Check() string {
	list := n.simples()
	switch {
	case len(list) == 0:
		return "至少写一个条件。"
	case len(list) > most:
		return fmt.Sprintf("一条规则最多 %d 个条件，现在 %d 个。", most, len(list))
	}
	if wrong := n.shape(deepest); wrong != "" {
		return wrong
	}
	for _, s := range list {
		if _, wrong := s.checked(); wrong != "" {
			return wrong
		}
	}
	return ""
}

// shape holds the condition to one kind a node and to levels levels.
func (n Node) shape(levels int) string {
	set := 0
	for _, is := range []bool{len(n.All) > 0, len(n.Any) > 0, n.Not != nil, n.Field != nil} {
		if is {
			set++
		}
	}
	if set != 1 || levels == 0 {
		return "条件的结构不完整，或嵌套过深。"
	}
	for _, part := range n.parts() {
		if wrong := part.shape(levels - 1); wrong != "" {
			return wrong
		}
	}
	return ""
}

// Reads lists the field groups that the condition looks at, in order, each once.
func (n Node) Reads() []Group {
	var groups []Group
	for _, s := range n.simples() {
		if f, ok := fieldNamed(s.Code); ok && !slices.Contains(groups, f.Group) {
			groups = append(groups, f.Group)
		}
	}
	slices.Sort(groups)
	return groups
}

// Telling returns the closed groups of which having the tag tells more than that
// something exists: a sum, an amount. Such a rule belongs to their group.
func (n Node) Telling() []Group {
	var groups []Group
	for _, s := range n.simples() {
		if f, ok := fieldNamed(s.Code); ok && f.Tells && !slices.Contains(groups, f.Group) {
			groups = append(groups, f.Group)
		}
	}
	slices.Sort(groups)
	return groups
}

// String says the condition in words: 风险等级为 C3，且近 30 天咨询提到“债券”≥ 3 次.
func (n Node) String() string {
	switch {
	case n.Field != nil:
		return n.Field.String()
	case n.Not != nil:
		return "不满足「" + n.Not.String() + "」"
	case len(n.Any) > 0:
		return joined(n.Any, "，或")
	default:
		return joined(n.All, "，且")
	}
}

func joined(parts []Node, by string) string {
	words := make([]string, len(parts))
	for i, p := range parts {
		words[i] = p.String()
		if len(p.All)+len(p.Any) > 1 && len(parts) > 1 {
			words[i] = "（" + words[i] + "）"
		}
	}
	return strings.Join(words, by)
}

// String says the condition in words.
func (s Simple) String() string {
	f, ok := fieldNamed(s.Code)
	if !ok {
		return s.Code
	}
	value := s.Value
	if f.Value == TakesWord && value != "" {
		value = "“" + value + "”"
	}
	text := strings.NewReplacer(
		"{天}", fmt.Sprint(s.Days),
		"{次}", fmt.Sprint(s.Times),
		"{值}", value,
	).Replace(f.Words)
	if value == "" && f.Any != "" {
		return f.Any
	}
	return text
}
