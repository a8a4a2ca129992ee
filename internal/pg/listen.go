package pg

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/lib/pq"
)

// Listen calls heard for every notification sent with Tx.Notify, in any process
// of the portal, until ctx ends. After a lost connection it reconnects by itself
// and calls missed, because notifications may have been lost meanwhile.
func (db *DB) Listen(ctx context.Context, log *slog.Logger, heard func(topic, key string), missed func()) error {
	l := pq.NewListener(db.dsn, 100*time.Millisecond, 5*time.Second, func(_ pq.ListenerEventType, err error) {
		if err != nil {
			log.WarnContext(ctx, "notification connection", "error", err)
		}
	})
	if err := l.Listen("liuhen"); err != nil {
		return fmt.Errorf("listen: %w", errors.Join(err, l.Close()))
	}
	go func() {
		defer func() {
			if err := l.Close(); err != nil {
				log.WarnContext(ctx, "close notification connection", "error", err)
			}
		}()
		ping := time.NewTicker(30 * time.Second)
		defer ping.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case n := <-l.Notify:
				if n == nil {
					missed()
					continue
				}
				topic, key, _ := strings.Cut(n.Extra, ":")
				heard(topic, key)
			case <-ping.C:
				if err := l.Ping(); err != nil {
					log.WarnContext(ctx, "notification connection", "error", err)
				}
			}
		}
	}()
	return nil
}
