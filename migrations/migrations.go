// Package migrations holds the schema of the portal as numbered steps, forward
// only, run by the owner's role. A step that has landed is never edited.
package migrations

import "embed"

// FS holds every step, named NNNN_words.sql.
//
//go:embed *.sql
var FS embed.FS
