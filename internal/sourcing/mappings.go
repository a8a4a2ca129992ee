package sourcing

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

//go:embed mappings/*.json
var mappingFiles embed.FS

// catalogue is every mapping, by name.
type catalogue []*Mapping

// loadMappings reads the mappings of the program. One that does not validate is
// a defect of the program.
func loadMappings() (catalogue, error) {
	files, err := mappingFiles.ReadDir("mappings")
	if err != nil {
		return nil, err
	}
	var list catalogue
	for _, file := range files {
		b, err := mappingFiles.ReadFile("mappings/" + file.Name())
		if err != nil {
			return nil, err
		}
		m, err := parseMapping(b)
		if err != nil {
			return nil, fmt.Errorf("mapping %s: %w", file.Name(), err)
		}
		if m.Name != strings.TrimSuffix(file.Name(), ".json") {
			return nil, fmt.Errorf("mapping %s is named %s", file.Name(), m.Name)
		}
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b *Mapping) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
}

// Mappings lists the mappings of files by name, those of the program and the
// last versions of those people made; those of the machine interface are not
// among them.
func (in *Intake) Mappings(ctx context.Context, by *staff.Member) ([]*Mapping, []Remembered, error) {
	if err := authz.Check(by, authz.ManageImports); err != nil {
		return nil, nil, err
	}
	list := slices.DeleteFunc(slices.Clone(in.mappings), func(m *Mapping) bool { return m.Code == interfaceCode })
	var made []Remembered
	err := in.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		const q = rememberedSQL + `
			WHERE ` + newestOnly + `
			ORDER BY m.name`
		return tx.Select(ctx, &made, q)
	})
	if err != nil {
		return nil, nil, fmt.Errorf("list mappings: %w", err)
	}
	for i := range made {
		m, err := made[i].mapping()
		if err != nil {
			return nil, nil, fmt.Errorf("list mappings: %w", err)
		}
		list = append(list, m)
	}
	return list, made, nil
}

// interfaceCode stands for the source in mappings of the machine interface,
// where the token says which it is.
const interfaceCode = "api"

// named returns the mapping with the name.
func (c catalogue) named(name string) (*Mapping, error) {
	var have []string
	for _, m := range c {
		if m.Name == name {
			return m, nil
		}
		have = append(have, m.Name)
	}
	return nil, &fault.Error{
		Kind:     fault.Invalid,
		Sentence: fmt.Sprintf("没有名为「%s」的映射。可用的有：%s。", name, strings.Join(have, "、")),
		Fields:   []fault.Field{{Name: "mapping", Sentence: "请选择一个映射。"}},
	}
}

// entitle gives a job its mapping's name on screen; one that has since been
// removed is its own name.
func (in *Intake) entitle(j *Job) {
	for _, m := range in.mappings {
		if m.Name == j.Mapping {
			j.Title = m.Title
		}
	}
	if j.Title == "" {
		j.Title = j.Mapping
	}
}

// detect returns the mapping of a source whose columns the header has, the one
// with the most of them; it serves where only the source is named.
func (c catalogue) detect(source string, header []string) (*Mapping, error) {
	var best *Mapping
	for _, m := range c {
		if m.Code != source || slices.ContainsFunc(m.Columns, func(name string) bool { return !slices.Contains(header, name) }) {
			continue
		}
		if best == nil || len(m.Columns) > len(best.Columns) {
			best = m
		}
	}
	if best == nil {
		return nil, fault.Newf(fault.Invalid, "来源「%s」没有适合这个文件的映射，请指明用哪一个。", source)
	}
	return best, nil
}
