package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
)

// MasterKey is the key-encryption key of an installation: 32 bytes that wrap
// the data keys under which secrets lie in the database. It lives apart from
// the database, so that a copy of the tables opens nothing.
type MasterKey []byte

// Keys are the keys an installation stands on, apart from the one that proves
// who acts.
type Keys struct {
	Search SearchKey
	Master MasterKey
}

// NewKeys returns fresh random keys.
func NewKeys() Keys { return Keys{Search: NewSearchKey(), Master: NewMasterKey()} }

// masterSize is the length of a master key and of each data key, for AES-256.
const masterSize = 32

// The layout of an envelope: version, key id, nonce and wrapped data key, then
// nonce and sealed content.
const (
	envelopeVersion = 1
	keyIDSize       = 8
	nonceSize       = 12
	tagSize         = 16
	wrappedSize     = nonceSize + masterSize + tagSize
	headSize        = 1 + keyIDSize + wrappedSize
)

var errNotSealed = errors.New("this is no envelope of ours")

// NewMasterKey returns a fresh random key.
func NewMasterKey() MasterKey {
	key := make([]byte, masterSize)
	rand.Read(key)
	return key
}

// ParseMasterKey reads a key written in base64, 32 bytes long.
func ParseMasterKey(s string) (MasterKey, error) {
	key, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("master key is not base64: %w", err)
	}
	if len(key) != masterSize {
		return nil, fmt.Errorf("master key has %d bytes, %d are needed", len(key), masterSize)
	}
	return key, nil
}

// String returns the key in base64, as ParseMasterKey reads it.
func (k MasterKey) String() string { return base64.StdEncoding.EncodeToString(k) }

// Seal encrypts plain under a data key of its own (AES-256-GCM), which the
// master key wraps. The purpose, such as "totp 17", must be said again to open
// it: an envelope moved to another row opens nothing.
func (k MasterKey) Seal(purpose string, plain []byte) ([]byte, error) {
	data := make([]byte, masterSize)
	rand.Read(data)
	head := append([]byte{envelopeVersion}, k.id()...)
	wrapped, err := encrypt(k, append(head[:len(head):len(head)], purpose...), data)
	if err != nil {
		return nil, fmt.Errorf("wrap data key: %w", err)
	}
	sealed, err := encrypt(data, []byte(purpose), plain)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return append(append(head, wrapped...), sealed...), nil
}

// Open returns what Seal was given for the same purpose under the same key. It
// fails if anything of the envelope was changed.
func (k MasterKey) Open(purpose string, envelope []byte) ([]byte, error) {
	if len(envelope) < headSize+nonceSize+tagSize || envelope[0] != envelopeVersion {
		return nil, errNotSealed
	}
	head := envelope[:1+keyIDSize]
	if string(head[1:]) != string(k.id()) {
		return nil, errors.New("the envelope was sealed under another master key")
	}
	data, err := decrypt(k, append(head[:len(head):len(head)], purpose...), envelope[1+keyIDSize:headSize])
	if err != nil {
		return nil, fmt.Errorf("unwrap data key: %w", err)
	}
	plain, err := decrypt(data, []byte(purpose), envelope[headSize:])
	if err != nil {
		return nil, fmt.Errorf("open envelope: %w", err)
	}
	return plain, nil
}

// id names the key in an envelope without telling it.
func (k MasterKey) id() []byte {
	sum := sha256.Sum256(append([]byte("liuhen master key id\x00"), k...))
	return sum[:keyIDSize]
}

// encrypt returns a fresh nonce followed by the ciphertext.
func encrypt(key, associated, plain []byte) ([]byte, error) {
	gcm, err := gcmOf(key)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, nonceSize)
	rand.Read(nonce)
	return gcm.Seal(nonce, nonce, plain, associated), nil
}

func decrypt(key, associated, sealed []byte) ([]byte, error) {
	gcm, err := gcmOf(key)
	if err != nil {
		return nil, err
	}
	return gcm.Open(nil, sealed[:nonceSize], sealed[nonceSize:], associated)
}

func gcmOf(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
