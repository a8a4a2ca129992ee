package worklist

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"liuhen/internal/fault"
)

// cursor is the place after a row of a list: its time and its id.
type cursor struct {
	at time.Time
	id int64
}

// String writes the cursor as it stands in an address.
func (c cursor) String() string { return fmt.Sprintf("%d-%d", c.at.UnixMicro(), c.id) }

// parseCursor reads a cursor from an address; empty is the start of the list.
func parseCursor(s string) (c cursor, ok bool, err error) {
	if s == "" {
		return cursor{}, false, nil
	}
	micros, id, _ := strings.Cut(s, "-")
	m, err1 := strconv.ParseInt(micros, 10, 64)
	n, err2 := strconv.ParseInt(id, 10, 64)
	if err1 != nil || err2 != nil || m < 0 || m > 1<<53 {
		return cursor{}, false, fault.New(fault.Invalid, "列表的位置不对，请从第一页看起。")
	}
	return cursor{at: time.UnixMicro(m), id: n}, true, nil
}
