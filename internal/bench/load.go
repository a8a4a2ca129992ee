package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"time"
)

// clients is how many connections ask at once, as many as pgbench opens.
const clients = 8

// visit is pages asked for by one signed-in person over kept-alive connections.
// Requests are written by hand, because the client shares the machine with what
// it measures.
type visit struct {
	addr   string
	cookie string
	path   func(*rand.Rand) string
}

// result is what a run of a visit saw.
type result struct {
	requests  int
	took      time.Duration
	latencies []time.Duration
}

// perSecond returns the requests a second.
func (r result) perSecond() float64 { return float64(r.requests) / r.took.Seconds() }

// run asks for pages over n connections at once for about d.
func (v visit) run(ctx context.Context, n int, d time.Duration) (result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type part struct {
		latencies []time.Duration
		err       error
	}
	parts := make(chan part, n)
	begun := time.Now()
	for i := range n {
		go func() {
			latencies, err := v.one(ctx, rand.New(rand.NewPCG(uint64(begun.UnixNano()), uint64(i))), begun.Add(d))
			parts <- part{latencies, err}
		}()
	}
	var all result
	var err error
	for range n {
		p := <-parts
		if p.err != nil {
			cancel()
			err = errors.Join(err, p.err)
		}
		all.latencies = append(all.latencies, p.latencies...)
	}
	all.took, all.requests = time.Since(begun), len(all.latencies)
	return all, err
}

// one asks over one connection until the deadline.
func (v visit) one(ctx context.Context, rnd *rand.Rand, until time.Time) ([]time.Duration, error) {
	c, err := v.dial(ctx)
	if err != nil {
		return nil, err
	}
	defer c.close()
	var latencies []time.Duration
	for time.Now().Before(until) && ctx.Err() == nil {
		took, _, err := c.get(v.path(rnd))
		if err != nil {
			return nil, err
		}
		latencies = append(latencies, took)
	}
	return latencies, ctx.Err()
}

// look asks once and returns how many bytes came back.
func (v visit) look(ctx context.Context, path string) (size int64, err error) {
	c, err := v.dial(ctx)
	if err != nil {
		return 0, err
	}
	defer c.close()
	_, size, err = c.get(path)
	return size, err
}

// connection is one kept-alive connection of a visit.
type connection struct {
	conn   net.Conn
	reader *bufio.Reader
	rest   string // what follows the first line of a request
}

func (v visit) dial(ctx context.Context) (*connection, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", v.addr)
	if err != nil {
		return nil, err
	}
	rest := " HTTP/1.1\r\nHost: " + v.addr + "\r\n"
	if v.cookie != "" {
		rest += "Cookie: " + v.cookie + "\r\n"
	}
	return &connection{conn: conn, reader: bufio.NewReaderSize(conn, 64<<10), rest: rest + "\r\n"}, nil
}

func (c *connection) close() { _ = c.conn.Close() } // nothing of ours is buffered in it

// get asks for a page and reads the whole answer, which must be a success.
func (c *connection) get(path string) (took time.Duration, size int64, err error) {
	begun := time.Now()
	if err := c.conn.SetDeadline(begun.Add(time.Minute)); err != nil {
		return 0, 0, err
	}
	if _, err := io.WriteString(c.conn, "GET "+path+c.rest); err != nil {
		return 0, 0, err
	}
	answer, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return 0, 0, err
	}
	size, err = io.Copy(io.Discard, answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		return 0, 0, err
	}
	if answer.StatusCode != http.StatusOK {
		return 0, 0, fmt.Errorf("GET %s: %s", path, answer.Status)
	}
	return time.Since(begun), size, nil
}
