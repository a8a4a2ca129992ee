// Package ui holds the small parts of the screen design, one way to write
// each. Larger views compose them; they never repeat their markup.
package ui

import "liuhen/static"

// Kind is the state a part paints with. The empty Kind is neutral.
type Kind string

// The states. Each is always shown with an icon and a word.
const (
	Plain Kind = ""
	OK    Kind = "ok"
	Warn  Kind = "warn"
	Bad   Kind = "bad"
	Info  Kind = "info"
	Key   Kind = "key"
)

// Link is an address with the words that lead to it.
type Link struct {
	Label string
	URL   string
}

// icon is the address of a symbol of the sprite.
func icon(name string) string { return static.URL(static.Icons) + "#i-" + name }
