package staff

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// SessionCodec is the scs.Codec of Sessions. It keeps a session as JSON: of whole numbers, which are read as
// int64, and strings. The gob of scs builds its decoder anew for each request,
// which cost a twelfth of a page.
type SessionCodec struct{}

// sessionContent is what is kept of a session.
type sessionContent struct {
	Deadline time.Time      `json:"deadline"`
	Values   map[string]any `json:"values"`
}

// Encode returns the JSON of a session.
func (SessionCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	return json.Marshal(sessionContent{deadline, values})
}

// Decode reads what Encode wrote.
func (SessionCodec) Decode(b []byte) (time.Time, map[string]any, error) {
	var c sessionContent
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(&c); err != nil {
		return time.Time{}, nil, fmt.Errorf("read a session: %w", err)
	}
	for key, value := range c.Values {
		n, number := value.(json.Number)
		if !number {
			continue
		}
		whole, err := n.Int64()
		if err != nil {
			return time.Time{}, nil, fmt.Errorf("read a session: %s: %w", key, err)
		}
		c.Values[key] = whole
	}
	return c.Deadline, c.Values, nil
}

// staffOf returns who is signed in by the data of a session, 0 for nobody.
func staffOf(data []byte) (int64, error) {
	_, values, err := SessionCodec{}.Decode(data)
	if err != nil {
		return 0, err
	}
	id, _ := values[SessionStaff].(int64)
	return id, nil
}
