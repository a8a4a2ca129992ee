package sourcing

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"liuhen/internal/fault"
)

// itemRecords are the items of a batch as records: the fields of the resource's
// mapping are the columns, and an item's line is its place, counted from 1.
type itemRecords struct {
	header []string
	rows   []record
	at     int
}

func (r *itemRecords) encoding() Encoding { return UTF8 }

func (r *itemRecords) next() (record, error) {
	if r.at == len(r.rows) {
		return record{}, io.EOF
	}
	r.at++
	return r.rows[r.at-1], nil
}

// readItems reads the body of a batch for a mapping. What is no batch, names a
// field that the resource does not have, or holds data of class C3 is refused
// as a whole.
func readItems(m *Mapping, body []byte) (*itemRecords, error) {
	var batch struct {
		Items []map[string]any `json:"items"`
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	d.DisallowUnknownFields()
	if err := d.Decode(&batch); err != nil {
		return nil, wrongBody("", "内容应为 JSON：{\"items\": [{…}, …]}，字段名与接口说明一致。", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, wrongBody("", "JSON 后面还有别的内容。", err)
	}
	if len(batch.Items) == 0 || len(batch.Items) > MaxItems {
		return nil, wrongBody("/items", fmt.Sprintf("一批应有 1 到 %d 项。", MaxItems), nil)
	}
	r := &itemRecords{header: append(slices.Clone(m.Columns), m.Optional...)}
	tracks := newTracks()
	for i, item := range batch.Items {
		rec, err := r.record(i, item)
		if err == nil {
			err = tracks.refuse(rec)
		}
		if err != nil {
			return nil, err
		}
		r.rows = append(r.rows, rec)
	}
	return r, nil
}

// record makes the record of the i'th item.
func (r *itemRecords) record(i int, item map[string]any) (record, error) {
	rec := record{line: int64(i) + 1, fields: make([]string, len(r.header))}
	names := make([]string, 0, len(item))
	for name := range item {
		names = append(names, name)
	}
	slices.Sort(names)
	if err := secretColumns(names); err != nil {
		return rec, err
	}
	for _, name := range names {
		at := slices.Index(r.header, name)
		if at < 0 {
			return rec, wrongBody(fmt.Sprintf("/items/%d", i), fmt.Sprintf("第 %d 项有接口说明里没有的字段。", i+1), nil)
		}
		switch v := item[name].(type) {
		case nil:
		case string:
			rec.fields[at] = v
		case json.Number:
			rec.fields[at] = v.String()
		default:
			return rec, wrongBody(fmt.Sprintf("/items/%d/%s", i, name), fmt.Sprintf("第 %d 项的 %s 应是文字或数字。", i+1, name), nil)
		}
	}
	rec.raw = []byte(strings.Join(rec.fields, "\t"))
	if bytes.IndexByte(rec.raw, 0) >= 0 {
		rec.defect = "含有空字符（NUL）"
	}
	return rec, nil
}

func wrongBody(pointer, sentence string, cause error) error {
	return &fault.Error{Kind: fault.Invalid, Sentence: sentence, Fields: []fault.Field{{Name: pointer, Sentence: sentence}}, Cause: cause}
}
