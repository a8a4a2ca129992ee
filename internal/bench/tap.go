package bench

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/lib/pq"
)

// tap returns the statements that one request costs a site whose caches know
// who asks, read from the server's log.
func (db database) tap(ctx context.Context, p Portal, username, path string) (statements []statement, err error) {
	role := pq.QuoteIdentifier(p.Server.User)
	for _, setting := range []string{"log_statement = 'all'", "log_error_verbosity = 'default'"} {
		if _, err := db.ExecContext(ctx, "ALTER ROLE "+role+" SET "+setting); err != nil {
			return nil, fmt.Errorf("log statements: %w", err)
		}
	}
	// The role's settings count for connections opened from now on.
	err = serving(ctx, p, func(addr string) error {
		v, err := signIn(ctx, addr, username)
		if err != nil {
			return err
		}
		if _, err := v.look(ctx, path); err != nil {
			return err
		}
		begun, err := os.Stat(p.Server.Log)
		if err != nil {
			return err
		}
		if _, err := v.look(ctx, path); err != nil {
			return err
		}
		statements, err = readLog(p.Server.Log, begun.Size())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what %s asks: %w", path, err)
	}
	if _, err := db.ExecContext(ctx, "ALTER ROLE "+role+" RESET ALL"); err != nil {
		return nil, fmt.Errorf("log statements no more: %w", err)
	}
	if len(statements) < 3 {
		return nil, fmt.Errorf("the server logged %d statements for %s", len(statements), path)
	}
	return statements, nil
}

func readLog(path string, from int64) ([]statement, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.NewSectionReader(f, from, 64<<20))
	return recorded(string(text)), err
}

// serving opens a site of its own for the time of fn.
func serving(ctx context.Context, p Portal, fn func(addr string) error) error {
	site, done, err := p.Site(ctx)
	if err != nil {
		return err
	}
	return finish(serveHandler(site, fn), done)
}
