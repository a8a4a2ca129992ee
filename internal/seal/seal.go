// Package seal holds the portal's keys and what is done with them: keyed search
// tokens, by which a value that is stored masked can still be found exactly, and
// envelopes, in which a secret lies in the database.
package seal

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
)

// SearchKey is the secret behind search tokens. Whoever has it and the database
// can test guesses of a mobile or certificate number, so it lives apart from it.
type SearchKey []byte

// NewSearchKey returns a fresh random key.
func NewSearchKey() SearchKey {
	key := make([]byte, 32)
	rand.Read(key)
	return key
}

// ParseSearchKey reads a key written in base64, at least 32 bytes long.
func ParseSearchKey(s string) (SearchKey, error) {
	key, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("search key is not base64: %w", err)
	}
	if len(key) < 32 {
		return nil, fmt.Errorf("search key has %d bytes, at least 32 are needed", len(key))
	}
	return key, nil
}

// String returns the key in base64, as ParseSearchKey reads it.
func (k SearchKey) String() string { return base64.StdEncoding.EncodeToString(k) }

// Token returns the search token of a value: HMAC-SHA256 over the domain (such
// as "mobile") and the normalised value, cut to 16 bytes. Equal values give
// equal tokens within a domain; an empty value gives nil.
func (k SearchKey) Token(domain, value string) []byte {
	v := Normalise(value)
	if v == "" {
		return nil
	}
	mac := hmac.New(sha256.New, k)
	mac.Write([]byte(domain))
	mac.Write([]byte{0})
	mac.Write([]byte(v))
	return mac.Sum(nil)[:16]
}

// Normalise drops spaces and punctuation, folds full-width forms and turns
// letters to upper case, so that one number has one token however it is typed.
func Normalise(value string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, value)
}
