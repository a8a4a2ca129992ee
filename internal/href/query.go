package href

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Param is one pair of a query string. A Param with an empty value is left
// out, so a list at its defaults keeps a short address.
type Param struct {
	key   string
	value string
}

// Text is a parameter with a text value.
func Text(key, value string) Param {
	return Param{key: key, value: strings.TrimSpace(value)}
}

// Int is a parameter with a number; zero is left out.
func Int(key string, n int64) Param {
	if n == 0 {
		return Param{key: key}
	}
	return Param{key: key, value: strconv.FormatInt(n, 10)}
}

// Flag is a parameter that is 1 when set and left out when not.
func Flag(key string, on bool) Param {
	if !on {
		return Param{key: key}
	}
	return Param{key: key, value: "1"}
}

// Day is a parameter with a calendar day, 2006-01-02; the zero time is left out.
func Day(key string, t time.Time) Param {
	if t.IsZero() {
		return Param{key: key}
	}
	return Param{key: key, value: t.Format(time.DateOnly)}
}

// with appends params to path in the order given; a key may repeat.
func with(path string, params []Param) string {
	var b strings.Builder
	b.WriteString(path)
	sep := byte('?')
	for _, p := range params {
		if p.value == "" {
			continue
		}
		b.WriteByte(sep)
		b.WriteString(url.QueryEscape(p.key))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(p.value))
		sep = '&'
	}
	return b.String()
}
