package bench

import (
	"context"
	"net/http"

	"liuhen/internal/pg"
)

// Portal is an opened installation as a measurement needs it. It is a throw-away
// one: the measurement fills it, switches policies off and on and logs what the
// pages ask.
type Portal struct {
	Server Server
	Key    pg.ActorKey
	Data   string // what the database holds already, in a sentence
	// Site opens the site over a pool of its own; close ends both.
	Site func(ctx context.Context) (site http.Handler, close func() error, err error)
	// SessionLayer is what answers every signed-in request before its page does:
	// the session, and who is signed in, around an answer that costs nothing.
	SessionLayer http.Handler
	// Import runs the file of transactions at path through the portal's own
	// import to its end and returns how many rows it took over.
	Import func(ctx context.Context, path string) (rows int64, err error)
	// ImportFile runs any file through the import by a mapping.
	ImportFile func(ctx context.Context, mapping, path string) (Imported, error)
	// TakeBatch takes a batch of the machine interface that must be taken whole.
	TakeBatch func(ctx context.Context, resource, key string, body []byte) error
	// SupplyTags publishes fifty rules of tags, and SettleTags evaluates what is due.
	SupplyTags func(ctx context.Context) error
	SettleTags func(ctx context.Context) (Evaluated, error)
	Close      func() error
}

// Server is the database server under a portal.
type Server struct {
	Bin      string // folder of its programs
	Folder   string // of its socket
	Log      string // file it logs to
	Admin    string // connection string of the superuser, in the portal's database
	Database string
	User     string // the program's role
	Password string
}
