package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// Options say what to measure and where to.
type Options struct {
	Size Size
	JSON bool
	Out  io.Writer // the lines
	Err  io.Writer // what is going on
	Self string    // the portal's own program, to be started
	// Open opens the portal whose data lie in a folder.
	Open func(ctx context.Context, folder string) (Portal, error)
}

// ErrMissed says that a target was missed.
var ErrMissed = errors.New("有目标没有达到")

// bench is a measurement under way.
type bench struct {
	options Options
	size    Size
	portal  Portal
	db      database
	pgbench pgbench
	addr    string // of the running site
	lines   []Line

	anybody subject // any synthetic customer
	opened  subject // those of whom one person holds all groups open
	fewest  subject // the ten of whom two persons hold the assets open
}

// Customers measures the customer list and file, row-level security, sessions,
// the import and the start of the portal, in a throw-away installation of its
// own. It returns ErrMissed if a target was missed and the size is enforced.
func Customers(ctx context.Context, o Options) (err error) {
	b := &bench{options: o, size: o.Size}
	folder, err := makeFolder()
	if err != nil {
		return err
	}
	defer func() { err = finish(err, func() error { return os.RemoveAll(folder) }) }()
	if err := b.starts(ctx, folder); err != nil {
		return err
	}
	if b.portal, err = o.Open(ctx, filepath.Join(folder, "demo")); err != nil {
		return err
	}
	defer func() { err = finish(err, b.portal.Close) }()
	if b.db, err = openDatabase(b.portal.Server); err != nil {
		return err
	}
	defer func() { err = finish(err, b.db.Close) }()
	if err := b.prepare(ctx, folder); err != nil {
		return err
	}
	if err := b.measure(ctx, folder); err != nil {
		return err
	}
	return b.conclude(ctx)
}

// prepare finds the peer and fills the database.
func (b *bench) prepare(ctx context.Context, folder string) error {
	path, err := findPgbench(b.portal.Server.Bin)
	if err != nil {
		return err
	}
	b.pgbench = pgbench{program: path, server: b.portal.Server, folder: folder}
	b.note(fmt.Sprintf("加入 %d 位合成客户", b.size.Customers))
	begun := time.Now()
	if err := b.db.grow(ctx, b.size); err != nil {
		return err
	}
	first, last, err := b.db.synthetic(ctx, b.size)
	if err != nil {
		return err
	}
	b.anybody = last
	b.anybody.from, b.anybody.to = first.id, last.id
	b.opened, b.fewest = first, first
	b.opened.from, b.opened.to = first.id+10, first.id+int64(b.size.Granted)-1
	b.fewest.from, b.fewest.to = first.id, first.id+9
	b.note(fmt.Sprintf("用时 %.0f 秒", time.Since(begun).Seconds()))
	return nil
}

// measure runs everything that needs a running site, and then the import.
func (b *bench) measure(ctx context.Context, folder string) error {
	err := serving(ctx, b.portal, func(addr string) error {
		b.addr = addr
		for _, p := range b.pages() {
			if err := b.againstSQL(ctx, p); err != nil {
				return err
			}
		}
		for _, line := range []func(context.Context) error{b.policies, b.manyGrants, b.sessions} {
			if err := line(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.imports(ctx, folder)
}

// print keeps a line and, with --json, writes it at once.
func (b *bench) print(l Line) error {
	l.Size = b.size.Name
	b.lines = append(b.lines, l)
	b.note(l.What)
	if b.options.JSON {
		return writeJSON(b.options.Out, l)
	}
	return nil
}

// note says what is going on, beside the lines.
func (b *bench) note(text string) {
	_, _ = fmt.Fprintln(b.options.Err, "bench:", text) // progress only
}

// conclude writes the table and the machine and judges.
func (b *bench) conclude(ctx context.Context) error {
	version, err := b.db.version(ctx)
	if err != nil {
		return err
	}
	machine := thisMachine(version, b.portal.Data)
	if b.options.JSON {
		err = writeJSON(b.options.Out, struct {
			Machine Machine `json:"machine"`
		}{machine})
	} else if err = writeTable(b.options.Out, b.lines); err == nil {
		_, err = fmt.Fprintln(b.options.Out, machine)
	}
	if err != nil {
		return err
	}
	for _, l := range b.lines {
		if !l.OK && b.size.Enforced {
			return ErrMissed
		}
	}
	return nil
}

// newRandom returns a source of its own for drawing customers.
func newRandom() *rand.Rand { return rand.New(rand.NewPCG(1, uint64(time.Now().UnixNano()))) }
