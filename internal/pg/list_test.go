package pg

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestListReadsWhatJSONAggMakes(t *testing.T) {
	t.Parallel()
	type row struct {
		Name string    `json:"name"`
		On   time.Time `json:"opened_on"`
		Tags []string  `json:"tags"`
	}
	day := time.Date(2026, 11, 23, 0, 0, 0, 0, Zone())
	for _, tt := range []struct {
		value any
		want  List[row]
	}{
		{nil, nil},
		{"[]", List[row]{}},
		{[]byte(`[{"name":"甲","opened_on":"2026-11-23T00:00:00+08:00","tags":["a","b"]}]`), List[row]{{"甲", day, []string{"a", "b"}}}},
	} {
		got := List[row]{{Name: "left over"}}
		if err := got.Scan(tt.value); err != nil {
			t.Errorf("Scan(%s): %v", tt.value, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Scan(%s):\n%s", tt.value, diff)
		}
	}
	for _, broken := range []any{"{", 7, `[{"name":1}]`} {
		if err := new(List[row]).Scan(broken); err == nil {
			t.Errorf("Scan(%v) is accepted", broken)
		}
	}
}
