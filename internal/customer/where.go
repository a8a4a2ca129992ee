package customer

import (
	"strconv"
	"strings"
)

// where collects the conditions of a statement and their arguments. Conditions
// are constant texts of this package; whatever somebody typed is an argument.
type where struct {
	conditions []string
	args       []any
}

// newWhere begins with the scope, whose argument is $1.
func newWhere(condition string, arg int64) *where {
	return &where{conditions: []string{condition}, args: []any{arg}}
}

// arg adds an argument and returns its place, such as $3.
func (w *where) arg(value any) string {
	w.args = append(w.args, value)
	return "$" + strconv.Itoa(len(w.args))
}

// and adds a condition in which each ? stands for one of values.
func (w *where) and(condition string, values ...any) {
	w.conditions = append(w.conditions, w.fill(condition, values))
}

// fill puts the places of values for each ? of a condition.
func (w *where) fill(condition string, values []any) string {
	for _, v := range values {
		condition = strings.Replace(condition, "?", w.arg(v), 1)
	}
	return condition
}

// andAny adds that one of the meanings of a term holds, and returns the
// conditions of the meanings in their order.
func (w *where) andAny(t term) []string {
	filled := make([]string, len(t.meanings))
	for i, m := range t.meanings {
		filled[i] = w.fill(m.condition, m.args)
	}
	if len(filled) > 0 {
		w.conditions = append(w.conditions, "("+strings.Join(filled, " OR ")+")")
	}
	return filled
}

// text returns the conditions as they stand after WHERE.
func (w *where) text() string {
	return strings.Join(w.conditions, "\n\t\tAND ")
}

// clone returns a copy that can be extended by itself.
func (w *where) clone() *where {
	return &where{
		conditions: append([]string{}, w.conditions...),
		args:       append([]any{}, w.args...),
	}
}
