package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// serveHandler serves a handler on a loopback address for the time of fn.
func serveHandler(h http.Handler, fn func(addr string) error) error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(ln) }()
	err = finish(fn(ln.Addr().String()), server.Close)
	if end := <-served; !errors.Is(end, http.ErrServerClosed) {
		err = errors.Join(err, end)
	}
	return err
}

// finish runs done and joins its error to err.
func finish(err error, done func() error) error { return errors.Join(err, done()) }

// signIn signs a person of the growth in and returns a visit in that name.
func signIn(ctx context.Context, addr, username string) (visit, error) {
	form := url.Values{"username": {username}, "password": {password}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+addr+"/login", strings.NewReader(form.Encode()))
	if err != nil {
		return visit{}, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	answer, err := http.DefaultTransport.RoundTrip(r) // follows no redirect
	if err != nil {
		return visit{}, fmt.Errorf("sign in: %w", err)
	}
	if err := answer.Body.Close(); err != nil {
		return visit{}, fmt.Errorf("sign in: %w", err)
	}
	if answer.StatusCode != http.StatusSeeOther || len(answer.Cookies()) == 0 {
		return visit{}, fmt.Errorf("sign in as %s: %s", username, answer.Status)
	}
	last := answer.Cookies()[len(answer.Cookies())-1]
	return visit{addr: addr, cookie: last.Name + "=" + last.Value}, nil
}
