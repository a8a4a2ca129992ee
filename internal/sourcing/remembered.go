package sourcing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/pg"
)

// Remembered is a version of a mapping that people made.
type Remembered struct {
	Name        string         `db:"name"`
	Version     int            `db:"version"`
	SourceID    int64          `db:"source_id"`
	SourceCode  string         `db:"source_code"`
	SourceName  string         `db:"source_name"`
	Title       string         `db:"title"`
	Columns     pq.StringArray `db:"columns"` // of the file it was made from
	Choices     string         `db:"choices"`
	CreatedName string         `db:"created_name"`
	CreatedAt   time.Time      `db:"created_at"`
}

// ref is the name by which rows of the database keep a mapping: one that people
// made goes by its version, so that what was imported by it stays explained.
func (m *Mapping) ref() string {
	if m.Version == 0 {
		return m.Name
	}
	return m.Name + "@" + strconv.Itoa(m.Version)
}

const rememberedSQL = `
	SELECT
		m.name,
		m.version,
		m.source_id,
		s.code AS source_code,
		s.name AS source_name,
		m.title,
		m.columns,
		m.choices,
		m.created_name,
		m.created_at
	FROM source_mapping AS m
	JOIN source_system AS s ON s.id = m.source_id`

// newestOnly keeps the last version of each mapping.
const newestOnly = `
	NOT EXISTS (
		SELECT
		FROM source_mapping AS n
		WHERE n.name = m.name
			AND n.version > m.version
	)`

// chosen reads the choices back.
func (r *Remembered) chosen() (Choices, error) {
	var c Choices
	err := json.Unmarshal([]byte(r.Choices), &c)
	return c, err
}

// mapping makes the mapping of what is remembered.
func (r *Remembered) mapping() (*Mapping, error) {
	c, err := r.chosen()
	if err != nil {
		return nil, fmt.Errorf("mapping %s version %d: %w", r.Name, r.Version, err)
	}
	m, err := compose(r.Name, r.Title, Source{Code: r.SourceCode, SourceName: r.SourceName}, c)
	if err != nil {
		return nil, fmt.Errorf("mapping %s version %d: %w", r.Name, r.Version, err)
	}
	m.Version = r.Version
	return m, nil
}

// mapping returns the mapping with the name: one of the program, the last
// version of a remembered one, or name@version.
func (in *Intake) mapping(ctx context.Context, name string) (m *Mapping, err error) {
	err = in.db.Read(ctx, pg.System, func(tx *pg.Tx) error {
		m, err = in.mappingIn(ctx, tx, name)
		return err
	})
	return m, err
}

// mappingIn is mapping within a transaction.
func (in *Intake) mappingIn(ctx context.Context, tx *pg.Tx, name string) (*Mapping, error) {
	shipped, unknown := in.mappings.named(name)
	if unknown == nil {
		return shipped, nil
	}
	base, version, exact := strings.Cut(plain(name), "@")
	r, err := rememberedBy(ctx, tx, base, version)
	if err != nil {
		return nil, err
	}
	if r == nil || exact && version == "" {
		return nil, unknown
	}
	return r.mapping()
}

// rememberedBy reads a version of a remembered mapping, the last where version
// is empty; nil if there is none.
func rememberedBy(ctx context.Context, tx *pg.Tx, name, version string) (*Remembered, error) {
	const q = rememberedSQL + `
		WHERE m.name = $1
			AND ($2 = '' OR m.version::text = $2)
		ORDER BY m.version DESC
		LIMIT 1`
	var r Remembered
	err := tx.Get(ctx, &r, q, name, version)
	if pg.IsNoRows(err) {
		return nil, nil
	}
	return &r, err
}

// rememberedOf reads the last version of each mapping of a source by name.
func rememberedOf(ctx context.Context, tx *pg.Tx, source string) ([]Remembered, error) {
	const q = rememberedSQL + `
		WHERE s.code = $1
			AND ` + newestOnly + `
		ORDER BY m.name`
	var list []Remembered
	err := tx.Select(ctx, &list, q, source)
	return list, err
}

// change says how a file's columns differ from those of a remembered mapping.
type change struct{ added, missing []string }

func (r *Remembered) against(header []string) change {
	var c change
	for _, name := range header {
		if name != "" && !slices.Contains(r.Columns, name) {
			c.added = append(c.added, name)
		}
	}
	for _, name := range r.Columns {
		if name != "" && !slices.Contains(header, name) {
			c.missing = append(c.missing, name)
		}
	}
	return c
}

// nearest returns the remembered mapping whose columns a header has most of; nil
// if none shares half of them.
func nearest(list []Remembered, header []string) *Remembered {
	var best *Remembered
	most := 0
	for i := range list {
		c := list[i].against(header)
		shared := len(list[i].Columns) - len(c.missing)
		if shared*2 >= len(list[i].Columns) && shared*2 >= len(header) && shared-len(c.added) > most {
			best, most = &list[i], shared-len(c.added)
		}
	}
	return best
}

// settled finds the mapping that takes a header of a source without asking: a
// remembered one with the same columns, or one of the program that fits. It
// returns nil where people must say.
func (in *Intake) settled(ctx context.Context, tx *pg.Tx, source string, header []string) (*Mapping, error) {
	list, err := rememberedOf(ctx, tx, source)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if c := list[i].against(header); len(c.added)+len(c.missing) == 0 {
			return list[i].mapping()
		}
	}
	m, err := in.mappings.detect(source, header)
	if err != nil {
		return nil, nil // none fits: people are asked
	}
	if nearest(list, header) != nil && !m.knows(header) {
		return nil, nil // more like one whose columns have changed
	}
	return m, nil
}

// knows reports whether the mapping reads every column of a header.
func (m *Mapping) knows(header []string) bool {
	p, err := bind(m, header, nil)
	return err == nil && len(p.ignored) == 0
}
