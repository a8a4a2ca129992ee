package sourcing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
)

// upload is a file as it was kept.
type upload struct {
	path string
	sum  string // SHA-256 in hexadecimal
	size int64
}

// keep streams a file to disk, readable by the program alone.
func (in *Intake) keep(body io.Reader) (kept upload, err error) {
	if body == nil {
		return kept, noFile()
	}
	if err := os.MkdirAll(in.dir, 0o700); err != nil {
		return kept, fmt.Errorf("make the folder of imports: %w", err)
	}
	f, err := os.CreateTemp(in.dir, "upload-*") // mode 0600
	if err != nil {
		return kept, fmt.Errorf("keep the file: %w", err)
	}
	defer func() {
		err = errors.Join(err, f.Close())
		if err != nil {
			_ = os.Remove(f.Name()) // the error says what matters
		}
	}()
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(f, sum), io.LimitReader(body, MaxUpload+1))
	if err != nil {
		return kept, fmt.Errorf("keep the file: %w", err)
	}
	switch {
	case size == 0:
		return kept, noFile()
	case size > MaxUpload:
		return kept, TooLarge()
	}
	return upload{path: f.Name(), sum: hex.EncodeToString(sum.Sum(nil)), size: size}, nil
}

func noFile() error {
	return &fault.Error{Kind: fault.Invalid, Sentence: "文件是空的，没有可导入的内容。", Fields: []fault.Field{{Name: "file", Sentence: "请选择一个有内容的文件。"}}}
}

// TooLarge is the refusal of a file above MaxUpload.
func TooLarge() error {
	return &fault.Error{Kind: fault.Invalid, Sentence: "文件超过 512 MB，请拆成几个文件导入，或压缩成 .gz。", Fields: []fault.Field{{Name: "file", Sentence: "文件超过 512 MB。"}}}
}

// inspect opens the file and finds its mapping, so that what can never be
// imported is refused while its sender still looks at the form.
func (in *Intake) inspect(ctx context.Context, path string, u Upload) (m *Mapping, err error) {
	var header []string
	err = withFile(path, u.Sheet, func(d *document) error {
		header = d.header
		return secretColumns(header)
	})
	if err != nil {
		return nil, atFile(err)
	}
	err = in.db.Read(ctx, pg.System, func(tx *pg.Tx) error {
		if u.Mapping != "" {
			m, err = in.mappingIn(ctx, tx, u.Mapping)
			return err
		}
		if m, err = in.settled(ctx, tx, u.Source, header); err == nil && m == nil {
			_, err = in.mappings.detect(u.Source, header)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if m == nil {
		return nil, fault.Newf(fault.Invalid, "来源「%s」的文件列已经改变，请在门户的「数据导入」里重新对照，或指明用哪个映射。", u.Source)
	}
	_, err = bind(m, header, in.key)
	return m, atFile(err)
}

// atFile points a refusal at the form's file field.
func atFile(err error) error {
	f := fault.As(err)
	if f == nil || f.Kind != fault.Invalid || len(f.Fields) > 0 {
		return err
	}
	c := *f
	c.Fields = []fault.Field{{Name: "file", Sentence: f.Sentence}}
	return &c
}
