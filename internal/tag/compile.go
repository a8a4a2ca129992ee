package tag

import (
	"fmt"
	"strings"
)

// compiled is a condition as SQL over fact AS f.
type compiled struct {
	test     string
	evidence map[Group]string // a text for each group
}

// compile turns a checked condition into SQL, asking g for what it needs. The
// evidence speaks of the conditions that are asked to hold, not of those negated.
func (g *gathering) compile(n Node) (compiled, error) {
	c := compiled{evidence: map[Group]string{}}
	var err error
	c.test, err = g.test(n, &c, true)
	return c, err
}

func (g *gathering) test(n Node, c *compiled, holds bool) (string, error) {
	switch {
	case n.Field != nil:
		return g.simple(*n.Field, c, holds)
	case n.Not != nil:
		inner, err := g.test(*n.Not, c, !holds)
		return "NOT " + inner, err
	case len(n.Any) > 0:
		return g.several(n.Any, " OR ", c, holds)
	default:
		return g.several(n.All, " AND ", c, holds)
	}
}

func (g *gathering) several(parts []Node, by string, c *compiled, holds bool) (string, error) {
	tests := make([]string, len(parts))
	for i, p := range parts {
		test, err := g.test(p, c, holds)
		if err != nil {
			return "", err
		}
		tests[i] = test
	}
	return "(" + strings.Join(tests, by) + ")", nil
}

func (g *gathering) simple(s Simple, c *compiled, holds bool) (string, error) {
	s, wrong := s.checked()
	if wrong != "" {
		return "", fmt.Errorf("condition %s: %s", s.Code, wrong)
	}
	f, _ := fieldNamed(s.Code)
	test, evidence := f.sql(g, s)
	test = "COALESCE(" + test + ", false)"
	if holds {
		shown := "CASE WHEN " + test + " THEN " + evidence + " END"
		if have := c.evidence[f.Group]; have != "" {
			shown = have + ", " + shown
		}
		c.evidence[f.Group] = shown
	}
	return test, nil
}

// evidenceRows is a row of group and text for each group of the evidence.
func (c compiled) evidenceRows() string {
	if len(c.evidence) == 0 {
		return "SELECT NULL::text, NULL::text WHERE false"
	}
	var rows []string
	for _, group := range []Group{Basic, Contact, Identity, Assets, Transactions} {
		if shown := c.evidence[group]; shown != "" {
			rows = append(rows, "('"+string(group)+"', concat_ws('；', "+shown+"))")
		}
	}
	return "VALUES " + strings.Join(rows, ", ")
}
