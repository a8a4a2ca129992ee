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

// identity is what the columns of a session say besides its data.
type identity struct {
	staffID, handle int64 // 0 for nobody, and for none
	address, agent  string
}

// maxAgent is how much of a browser's own name is kept, in characters.
const maxAgent = 300

// identityOf returns who is signed in by the data of a session, and where.
func identityOf(data []byte) (identity, error) {
	_, values, err := SessionCodec{}.Decode(data)
	if err != nil {
		return identity{}, err
	}
	var is identity
	is.staffID, _ = values[SessionStaff].(int64)
	is.handle, _ = values[SessionHandle].(int64)
	address, _ := values[SessionAddress].(string)
	agent, _ := values[SessionAgent].(string)
	is.address, is.agent = cleanAddress(address), plainText(agent)
	if r := []rune(is.agent); len(r) > maxAgent {
		is.agent = string(r[:maxAgent])
	}
	return is, nil
}
