package staff

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Cost of a password hash: argon2id with 19 MiB, two passes, one lane, as the
// OWASP Password Storage Cheat Sheet recommends.
const (
	hashMemory = 19456 // KiB
	hashPasses = 2
	hashLanes  = 1
	hashSalt   = 16
	hashKey    = 32
)

// maxPassword is the longest password in bytes; more is refused, not cut.
const maxPassword = 512

// errBadHash says that a stored hash is not one of ours.
var errBadHash = errors.New("the stored password hash is not argon2id in PHC form")

// HashPassword returns the argon2id hash of pw as a PHC string with a salt of
// its own. It takes about 19 MiB while it runs and does not judge the password;
// see CheckPassword.
func HashPassword(pw string) (string, error) {
	if len(pw) > maxPassword {
		return "", fmt.Errorf("hash password: longer than %d bytes", maxPassword)
	}
	salt := make([]byte, hashSalt)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	key := argon2.IDKey(normal(pw), salt, hashPasses, hashMemory, hashLanes, hashKey)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		hashMemory, hashPasses, hashLanes, b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

// VerifyPassword reports whether pw is the password that hash was made from. It
// compares in constant time and fails only if hash is not one of HashPassword.
func VerifyPassword(hash, pw string) (ok bool, err error) {
	c, err := parseHash(hash)
	if err != nil {
		return false, fmt.Errorf("verify password: %w", err)
	}
	if len(pw) > maxPassword {
		pw = "" // hashed all the same, so the answer takes as long
	}
	key := argon2.IDKey(normal(pw), c.salt, c.passes, c.memory, c.lanes, uint32(len(c.key)))
	return subtle.ConstantTimeCompare(key, c.key) == 1 && pw != "", nil
}

// phc is a parsed hash.
type phc struct {
	memory, passes uint32
	lanes          uint8
	salt, key      []byte
}

// parseHash reads a PHC string and refuses costs that would exhaust the machine.
func parseHash(hash string) (phc, error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phc{}, errBadHash
	}
	var c phc
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.lanes); err != nil || n != 3 {
		return phc{}, errBadHash
	}
	var err error
	if c.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return phc{}, errBadHash
	}
	if c.key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
		return phc{}, errBadHash
	}
	if c.memory < 8 || c.memory > 1<<18 || c.passes < 1 || c.passes > 16 || c.lanes < 1 ||
		len(c.salt) < 8 || len(c.key) < 16 || len(c.key) > 64 {
		return phc{}, errBadHash
	}
	return c, nil
}

// normal returns pw in Unicode NFC, so that two keyboards that compose a
// character differently type the same password.
func normal(pw string) []byte { return norm.NFC.Bytes([]byte(pw)) }

// minPassword is the shortest password in characters.
const minPassword = 10

// CheckPassword returns what is wrong with pw as the password of somebody with
// the username and number, or an empty string if nothing is (NIST SP 800-63B
// §5.1.1.2: length and a list of the common, no rules of composition).
func CheckPassword(pw, username, no string) string {
	pw = norm.NFC.String(pw)
	plain := strings.ToLower(strings.TrimSpace(pw))
	switch {
	case !utf8.ValidString(pw) || strings.ContainsRune(pw, 0):
		return "密码里有不能识别的字符，请换一个。"
	case utf8.RuneCountInString(pw) < minPassword:
		return fmt.Sprintf("密码至少 %d 个字符。", minPassword)
	case len(pw) > maxPassword:
		return "密码太长，请缩短。"
	case plain == strings.ToLower(username), plain == no, onlyRepeats(plain, no), onlyRepeats(plain, strings.ToLower(username)):
		return "密码不能与用户名或工号相同。"
	case common(plain):
		return "这个密码太常见，容易被猜到，请换一个。"
	}
	return ""
}

// onlyRepeats reports whether s is word written several times.
func onlyRepeats(s, word string) bool {
	return word != "" && s != "" && strings.ReplaceAll(s, word, "") == ""
}

// common reports whether the lower-case password heads every list of guesses:
// one of a few, one character or pair throughout, or a run along the digits,
// the alphabet or the keyboard.
func common(pw string) bool {
	switch strings.TrimRight(pw, "!.@#123") {
	case "password", "passw0rd", "p@ssw0rd", "p@ssword", "passwordpassword", "administrator", "admin", "adminadmin",
		"welcome", "letmein", "iloveyou", "woaini", "woaini1314", "woaini520", "5201314", "liuhen", "liuhen-demo",
		"changeme", "qwerty", "abc", "test", "testtest", "bank", "yinhang", "zhongguo":
		return true
	}
	runes := []rune(pw)
	for n := 1; n <= 2; n++ {
		if onlyRepeats(pw, string(runes[:min(n, len(runes))])) {
			return true
		}
	}
	const runs = "01234567890123456789 98765432109876543210 abcdefghijklmnopqrstuvwxyz " +
		"qwertyuiopasdfghjklzxcvbnm 1qaz2wsx3edc4rfv5tgb 1q2w3e4r5t6y7u8i9o0p qazwsxedcrfvtgbyhnujm"
	return strings.Contains(runs, pw)
}
