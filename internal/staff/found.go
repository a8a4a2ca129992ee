package staff

import (
	"context"
	"fmt"

	"liuhen/internal/pg"
)

// HeadCode is the code of the head office that Found makes.
const HeadCode = "0000"

// Found makes the head office of an institution that has no branch yet, so that
// its first person has somewhere to belong. In any other it does nothing. Only
// the program itself, at the owner's prompt, founds.
func (d *Directory) Found(ctx context.Context, by *Member, name string) error {
	if err := mayManage(by); err != nil {
		return fmt.Errorf("found institution: %w", err)
	}
	const q = `
		INSERT INTO branch (code, name, kind)
		SELECT
			$1,
			$2,
			'head'
		WHERE NOT EXISTS (SELECT FROM branch)`
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		_, err := tx.Exec(ctx, q, HeadCode, name)
		return err
	})
	if err != nil {
		return fmt.Errorf("found institution: %w", err)
	}
	return nil
}
