package sourcing

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// The watched folder. A file is called SOURCE.MAPPING.ANYTHING.csv (or .txt,
// .tsv, .xlsx, each also .gz but the last), such as core.berka-loans.20261123.csv;
// the mapping auto lets the columns decide. It is taken once it is complete: when
// a file of its name and .done stands beside it, or when neither its size nor its
// time has moved for ten seconds. Then it is moved to done/ or failed/, with a
// report beside it. Only plain files directly in the folder count; a link or
// anything else is refused, and nothing outside the folder is ever opened.
//
// What has been taken is known by its bytes, in import_job, so a restart neither
// forgets a file nor imports it twice.

// settles is how long a file without a marker must have been still.
const settles = 10 * time.Second

// marker is what a sender puts beside a complete file.
const marker = ".done"

// watcher is one process's look at the folder.
type watcher struct {
	in      *Intake
	dir     string
	settles time.Duration
	seen    map[string]sighting
	running map[string]int64 // imports by file
}

// sighting is a file as it was when it last changed.
type sighting struct {
	size  int64
	mod   time.Time
	since time.Time
}

func (in *Intake) watcher(dir string, settles time.Duration) *watcher {
	return &watcher{in: in, dir: dir, settles: settles, seen: map[string]sighting{}, running: map[string]int64{}}
}

// scan looks at every file of the folder once.
func (w *watcher) scan(ctx context.Context) (err error) {
	defer func() { err = bare(err) }()
	root, err := os.OpenRoot(w.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	for _, sub := range []string{"done", "failed"} {
		if err := root.Mkdir(sub, 0o750); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return err
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") || strings.HasSuffix(e.Name(), marker) {
			continue
		}
		if err := w.look(ctx, root, e, slices.Contains(names, e.Name()+marker)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("take %q: %w", e.Name(), err)
		}
	}
	return nil
}

// look does what is due for one file.
func (w *watcher) look(ctx context.Context, root *os.Root, e fs.DirEntry, marked bool) error {
	name := e.Name()
	if id, ok := w.running[name]; ok {
		return w.follow(ctx, root, name, id)
	}
	info, err := root.Lstat(name)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return w.refuse(ctx, root, name, "这不是普通文件（可能是链接），监看目录不跟随链接，也不读目录以外的文件。")
	}
	last := w.seen[name]
	if last.size != info.Size() || !last.mod.Equal(info.ModTime()) {
		last = sighting{info.Size(), info.ModTime(), time.Now()}
		w.seen[name] = last
	}
	if !marked && time.Since(last.since) < w.settles {
		return nil
	}
	return w.take(ctx, root, name, last)
}

// watchedName is what a file's name says.
func watchedName(name string) (source, mapping string, ok bool) {
	parts := regexp.MustCompile(`^([a-z][a-z0-9-]{1,29})\.([a-z][a-z0-9-]{1,59})(?:\..+)?\.(?:xlsx|(?:csv|txt|tsv)(?:\.gz)?)$`).FindStringSubmatch(name)
	if parts == nil {
		return "", "", false
	}
	return parts[1], parts[2], true
}

// take begins the import of a complete file, or finds the one it had.
func (w *watcher) take(ctx context.Context, root *os.Root, name string, was sighting) (err error) {
	source, mapping, ok := watchedName(name)
	if !ok {
		return w.refuse(ctx, root, name, "看不懂文件名。应为 来源代码.映射名称.任意内容.csv（或 .txt、.tsv、.xlsx，前三种可以再加 .gz），例如 core.berka-loans.20261123.csv。")
	}
	if mapping == "auto" {
		mapping = ""
	}
	f, err := root.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() || info.Size() != was.size || !info.ModTime().Equal(was.mod) {
		delete(w.seen, name) // it has changed under our eyes: look again
		return nil
	}
	id, err := w.had(ctx, f, source, mapping)
	if err == nil && id == 0 {
		id, err = w.begin(ctx, f, name, Upload{Source: source, Mapping: mapping, FileName: name, Via: ViaFolder})
	}
	if sentence := refusal(err); sentence != "" {
		return w.refuse(ctx, root, name, sentence)
	}
	if err == nil && id != 0 {
		w.running[name] = id
	}
	return err
}

// begin queues the import of an open file, from its beginning. Where another
// process was faster it is found the next time.
func (w *watcher) begin(ctx context.Context, f *os.File, name string, u Upload) (int64, error) {
	if err := w.known(ctx, u.Source); err != nil {
		return 0, err
	}
	if _, err := f.Seek(0, 0); err != nil {
		return 0, err
	}
	u.Body = f
	j, err := w.in.Start(ctx, staff.Program(), u)
	if fault.KindOf(err) == fault.Conflict && err != nil {
		delete(w.seen, name)
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return j.ID, nil
}

// known refuses a source that nobody has made known: a file's name is no
// decision to have a new one.
func (w *watcher) known(ctx context.Context, source string) error {
	return w.in.db.Read(ctx, pg.System, func(tx *pg.Tx) error {
		_, err := systemByCode(ctx, tx, source)
		return err
	})
}

// refusal is the sentence of a fault that trying again does not mend.
func refusal(err error) string {
	f := fault.As(err)
	if err == nil || f == nil || f.Kind != fault.Invalid && f.Kind != fault.NotFound {
		return ""
	}
	return f.Sentence
}
