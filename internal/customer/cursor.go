package customer

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"time"

	"liuhen/internal/fault"
)

// position is a place in an ordered list: the sort key of a row, its tie-breaker
// and how many rows stand before it. Addresses carry it as an opaque word; it
// holds nothing that the list does not show.
type position struct {
	Key  string `json:"k"`
	Kind int    `json:"t,omitempty"` // timeline: the kind of entry
	ID   int64  `json:"i"`
	From int    `json:"n,omitempty"` // rows before the page that begins here
}

// String returns the position as an address carries it.
func (p position) String() string {
	// A struct of strings and numbers always encodes.
	text, _ := json.Marshal(p)
	return base64.RawURLEncoding.EncodeToString(text)
}

// readPosition reads a position out of an address; ok tells whether there is
// one. It returns an Invalid fault for one that valid refuses, because the key
// goes into a typed comparison.
func readPosition(word string, valid func(string) bool) (p position, ok bool, err error) {
	if word == "" {
		return p, false, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(word)
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err != nil || !valid(p.Key) || p.From < 0 || p.From > 1_000_000_000 {
		return position{}, false, fault.Wrap(fault.Invalid, "翻页的链接已失效，请回到第一页。", err)
	}
	return p, true, nil
}

// negativeInfinity is the key of a row that has no date: it stands last.
const negativeInfinity = "-infinity"

func timeKey(at *time.Time) string {
	if at == nil {
		return negativeInfinity
	}
	return at.UTC().Format(time.RFC3339Nano)
}

func dayKey(day *time.Time) string {
	if day == nil {
		return negativeInfinity
	}
	return day.Format(time.DateOnly)
}

// isTimeKey and its like tell whether a key can be compared with a column.
func isTimeKey(s string) bool {
	at, err := time.Parse(time.RFC3339Nano, s)
	return s == negativeInfinity || err == nil && at.Year() > 0 && at.Year() < 10000
}

func isDayKey(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return s == negativeInfinity || err == nil
}

func isGradeKey(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 0 && n <= 5
}

func isTextKey(s string) bool {
	return len(s) <= 400 && cleanText(s) == s
}
