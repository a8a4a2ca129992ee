package pg

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"
)

// Actor is who acts in a transaction: the id of a staff member, Nobody, or
// System. Row-level security in the database decides by it.
type Actor int64

const (
	// Nobody acts before sign-in. It sees no closed field group.
	Nobody Actor = 0
	// System is the program itself: imports, clean-up, the owner's command line.
	System Actor = -1
)

// ActorKey is the secret with which the program proves to the database who
// acts. The database holds the same key where the program's role cannot read it.
type ActorKey []byte

// NewActorKey returns a fresh random key.
func NewActorKey() ActorKey {
	key := make([]byte, 32)
	rand.Read(key)
	return key
}

// ParseActorKey reads a key written in base64, at least 32 bytes long.
func ParseActorKey(s string) (ActorKey, error) {
	key, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("actor key is not base64: %w", err)
	}
	if len(key) < 32 {
		return nil, fmt.Errorf("actor key has %d bytes, at least 32 are needed", len(key))
	}
	return key, nil
}

// String returns the key in base64, as ParseActorKey reads it.
func (k ActorKey) String() string { return base64.StdEncoding.EncodeToString(k) }

// Claim returns the value of the setting liuhen.actor for a transaction begun
// at now. It consists of digits, dots, a minus sign and hexadecimal only, so it
// may stand in SQL text.
func (k ActorKey) Claim(a Actor, now time.Time) string {
	msg := strconv.FormatInt(int64(a), 10) + "." + strconv.FormatInt(now.Unix(), 10)
	mac := hmac.New(sha256.New, k)
	mac.Write([]byte(msg))
	return msg + "." + hex.EncodeToString(mac.Sum(nil))
}

// pads returns the key XORed with the two pads of HMAC-SHA256 (RFC 2104), as
// the table actor_key stores them.
func (k ActorKey) pads() (inner, outer []byte) {
	block := make([]byte, sha256.BlockSize)
	if len(k) > len(block) {
		sum := sha256.Sum256(k)
		copy(block, sum[:])
	} else {
		copy(block, k)
	}
	inner, outer = make([]byte, len(block)), make([]byte, len(block))
	for i, b := range block {
		inner[i], outer[i] = b^0x36, b^0x5c
	}
	return inner, outer
}
