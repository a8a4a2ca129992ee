package pg

import (
	"encoding/json"
	"fmt"
)

// List is a column that holds a JSON array of rows, such as json_agg makes of a
// sub-select: a page reads several short lists in one statement that way. The
// fields of T carry the columns' names as json tags; days are cast to
// timestamptz. NULL is an empty list.
type List[T any] []T

// Scan reads the column.
func (l *List[T]) Scan(value any) error {
	*l = nil
	switch v := value.(type) {
	case nil:
		return nil
	case []byte:
		return json.Unmarshal(v, l)
	case string:
		return json.Unmarshal([]byte(v), l)
	default:
		return fmt.Errorf("pg: a list in a column of %T", value)
	}
}
