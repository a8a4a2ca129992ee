package sourcing

import (
	"context"
	"errors"
	"hash/maphash"
	"io"
	"slices"
)

// Reject is a row that was not taken over. It never holds a value.
type Reject struct {
	Line   int64  `db:"line"`
	Column string `db:"column_name"`
	Reason string `db:"reason"`
}

// chunk is a run of records, converted and ready to be staged.
type chunk struct {
	rows     int64 // records it covers, rejected ones too
	stages   []stage
	rejects  []Reject
	repeated bool // some key stands in it more than once
	// raw are the records of customers as the file has them, by row: one that
	// contradicts another source is kept until a person has decided.
	raw map[int64][]string
	err error
}

// stage is what a chunk holds for one output.
type stage struct {
	rows [][]any
	slab []any
}

// add returns room for one more row of width values.
func (s *stage) add(width int) []any {
	if len(s.slab) < width {
		s.slab = make([]any, 1024*width)
	}
	row := s.slab[:width:width]
	s.slab = s.slab[width:]
	s.rows = append(s.rows, row)
	return row
}

// producer converts the records of a document, chunk by chunk.
type producer struct {
	plan *plan
	doc  *document
	row  int64 // records read so far
	size int64 // records a chunk, at most
	seed maphash.Seed
	keys map[uint64]struct{}
}

// produce sends the chunks behind the first skip records to out and closes it;
// a failure is the last chunk's err.
func (p *producer) produce(ctx context.Context, skip int64, out chan<- *chunk) {
	defer close(out)
	for p.row < skip {
		if _, err := p.doc.records.next(); err != nil {
			send(ctx, out, &chunk{err: err})
			return
		}
		p.row++
	}
	// The first chunks are small: the merge begins while the next is converted.
	full := p.size
	for p.size = max(full/8, 1); ; p.size = min(p.size*2, full) {
		c := p.chunk()
		if c.rows == 0 && c.err == nil {
			return
		}
		if !send(ctx, out, c) || c.err != nil {
			return
		}
	}
}

func send(ctx context.Context, out chan<- *chunk, c *chunk) bool {
	select {
	case out <- c:
		return true
	case <-ctx.Done():
		return false
	}
}

// chunk converts up to size records; one without records is the end.
func (p *producer) chunk() *chunk {
	c := &chunk{stages: make([]stage, len(p.plan.outputs))}
	p.keys = make(map[uint64]struct{}, p.size)
	if p.plan.people() {
		c.raw = make(map[int64][]string)
	}
	for c.rows < p.size {
		rec, err := p.doc.records.next()
		if errors.Is(err, io.EOF) {
			return c
		}
		if err != nil {
			c.err = err
			return c
		}
		p.row++
		c.rows++
		if reject := p.convert(c, &rec); reject != nil {
			reject.Line = rec.line
			c.rejects = append(c.rejects, *reject)
		}
	}
	return c
}

// convert adds what a record makes to the chunk, or takes it all back and
// returns why the row is rejected.
func (p *producer) convert(c *chunk, rec *record) *Reject {
	if rec.defect != "" {
		return &Reject{Reason: rec.defect}
	}
	if len(rec.fields) != p.plan.width {
		return &Reject{Reason: raggedReason(len(rec.fields), p.plan.width)}
	}
	for i := range p.plan.outputs {
		o := &p.plan.outputs[i]
		for _, fields := range o.sets {
			if reject := p.convertOne(c, i, fields, rec); reject != nil {
				c.takeBack(p.row)
				return reject
			}
		}
	}
	if c.raw != nil {
		c.raw[p.row] = slices.Clone(rec.fields)
	}
	if len(c.stages[0].rows) > 0 {
		p.noteKey(c)
	}
	return nil
}

// convertOne makes one row of the i'th staging table.
func (p *producer) convertOne(c *chunk, i int, fields []boundField, rec *record) *Reject {
	o := &p.plan.outputs[i]
	s := &c.stages[i]
	row := s.add(2 + len(o.cols))
	row[0], row[1] = p.row, rec.line
	for j := range fields {
		value, reason := fields[j].value(rec, p.row)
		if reason != "" {
			return &Reject{Column: fields[j].label, Reason: reason}
		}
		if value != "" {
			row[2+j] = value
			continue
		}
		row[2+j] = nil
		if fields[j].column.carrier {
			clear(row)
			s.rows = s.rows[:len(s.rows)-1]
			return nil
		}
	}
	return p.plan.derive(c, i, row)
}

// takeBack drops what the row has staged so far.
func (c *chunk) takeBack(row int64) {
	for i := range c.stages {
		rows := c.stages[i].rows
		for len(rows) > 0 && rows[len(rows)-1][0] == row {
			rows = rows[:len(rows)-1]
		}
		c.stages[i].rows = rows
	}
}

// noteKey remembers the key of the row's first entity within the chunk.
func (p *producer) noteKey(c *chunk) {
	o := &p.plan.outputs[0]
	rows := c.stages[0].rows
	row := rows[len(rows)-1]
	if row[0] != p.row {
		return
	}
	var h maphash.Hash
	h.SetSeed(p.seed)
	for _, i := range o.keyColumns() {
		if s, ok := row[2+i].(string); ok {
			h.WriteString(s)
		}
		h.WriteByte(0)
	}
	sum := h.Sum64()
	if _, have := p.keys[sum]; have {
		c.repeated = true
	}
	p.keys[sum] = struct{}{}
}

// keyColumns are the mapped columns that tell rows of an output apart, as
// indexes into cols.
func (o *output) keyColumns() []int {
	tell := o.entity.key
	if tell[0] != "external_no" {
		tell = []string{"customer_ref", "customer_no", "kind"}
	}
	var list []int
	for i, c := range o.cols[:o.mapped] {
		if contains(tell, c.name) {
			list = append(list, i)
		}
	}
	return list
}
