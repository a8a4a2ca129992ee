package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"liuhen/internal/pg"
	"liuhen/internal/seal"
)

// keys are the secrets of an installation, kept in <data>/keys.json, readable
// by its owner only. Whoever loses them can no longer search by exact number, nor
// sign in with one-time codes; whoever has them and the database can act as anybody.
type keys struct {
	Actor         string `json:"actor"`          // pg.ActorKey
	Search        string `json:"search"`         // seal.SearchKey
	Master        string `json:"master"`         // seal.MasterKey
	OwnerPassword string `json:"owner_password"` // of the embedded database's owner
	AppPassword   string `json:"app_password"`   // of the embedded database's program role

	actor pg.ActorKey
	seal  seal.Keys
}

// loadKeys reads the keys of the data folder, or makes them at first use.
// LIUHEN_ACTOR_KEY, LIUHEN_SEARCH_KEY and LIUHEN_MASTER_KEY win over the file, so
// that several processes on several machines can share them.
func loadKeys(dir string, getenv func(string) string) (*keys, error) {
	k, err := readOrMakeKeys(filepath.Join(dir, "keys.json"))
	if err != nil {
		return nil, err
	}
	k.Actor = or(getenv("LIUHEN_ACTOR_KEY"), k.Actor)
	k.Search = or(getenv("LIUHEN_SEARCH_KEY"), k.Search)
	k.Master = or(getenv("LIUHEN_MASTER_KEY"), k.Master)
	var actorErr, searchErr, masterErr error
	k.actor, actorErr = pg.ParseActorKey(k.Actor)
	k.seal.Search, searchErr = seal.ParseSearchKey(k.Search)
	k.seal.Master, masterErr = seal.ParseMasterKey(k.Master)
	return k, errors.Join(actorErr, searchErr, masterErr)
}

func readOrMakeKeys(path string) (*keys, error) {
	var k keys
	raw, err := os.ReadFile(path)
	if err == nil {
		if err := json.Unmarshal(raw, &k); err != nil {
			return nil, fmt.Errorf("密钥文件 %s 已损坏：%w", path, err)
		}
		return &k, k.complete(path)
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("读密钥文件：%w", err)
	}
	k = keys{
		Actor:         pg.NewActorKey().String(),
		Search:        seal.NewSearchKey().String(),
		Master:        seal.NewMasterKey().String(),
		OwnerPassword: randomHex(),
		AppPassword:   randomHex(),
	}
	return &k, k.write(path)
}

// complete adds the key that files of older releases lack.
func (k *keys) complete(path string) error {
	if k.Master != "" {
		return nil
	}
	k.Master = seal.NewMasterKey().String()
	return k.write(path)
}

func (k *keys) write(path string) error {
	raw, err := json.MarshalIndent(k, "", "\t")
	if err != nil {
		return err
	}
	return writeOnce(path, raw)
}

// writeOnce writes a file that is either whole or absent, for its owner only.
func writeOnce(path string, raw []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("建数据目录：%w", err)
	}
	if err := os.WriteFile(path+".new", raw, 0o600); err != nil {
		return fmt.Errorf("写密钥文件：%w", err)
	}
	return os.Rename(path+".new", path)
}

func randomHex() string {
	b := make([]byte, 24)
	rand.Read(b)
	return hex.EncodeToString(b)
}
