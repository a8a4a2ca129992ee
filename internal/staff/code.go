package staff

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"strconv"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
	"golang.org/x/text/unicode/norm"
)

// One-time codes are those of RFC 6238: SHA-1, six digits, a step of thirty
// seconds, as every authenticator app makes them. A clock may be one step off.
const (
	codeStep   = 30 * time.Second
	codeDigits = 6
	codeSkew   = 1
	codeSecret = 20 // bytes, as RFC 4226 §4 recommends
	codeIssuer = "留痕"
)

// RecoveryCodes is how many recovery codes a person gets at a time.
const RecoveryCodes = 10

// newCodeSecret returns a fresh secret in base32.
func newCodeSecret() string {
	b := make([]byte, codeSecret)
	rand.Read(b)
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)
}

// stepOf returns the step whose code was typed, 0 if it is none of those around
// now. Steps count from 1970, so the step of a real moment is never 0.
func stepOf(secret, typed string, now time.Time) (int64, error) {
	opts := totp.ValidateOpts{Period: uint(codeStep / time.Second), Digits: codeDigits, Algorithm: otp.AlgorithmSHA1}
	found := int64(0)
	for off := -codeSkew; off <= codeSkew; off++ {
		at := now.Add(time.Duration(off) * codeStep)
		code, err := totp.GenerateCodeCustom(secret, at, opts)
		if err != nil {
			return 0, fmt.Errorf("code of the step: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(code), []byte(typed)) == 1 {
			found = at.Unix() / int64(codeStep/time.Second)
		}
	}
	return found, nil
}

// typedCode returns a code as it is compared: narrow, upper-case, without the
// spaces and dashes that it is printed with.
func typedCode(s string) string {
	s = strings.ToUpper(norm.NFKC.String(strings.ToValidUTF8(s, "?")))
	s = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '–' || r == '—' {
			return -1
		}
		return r
	}, s)
	if len(s) > 100 {
		return ""
	}
	return s
}

// isOneTime reports whether a typed code looks like one of an app; what does not
// is tried as a recovery code.
func isOneTime(typed string) bool {
	_, err := strconv.ParseUint(typed, 10, 32)
	return err == nil && len(typed) == codeDigits
}

// newRecoveryCodes returns fresh recovery codes of eighty bits, in groups of four.
func newRecoveryCodes() []string {
	codes := make([]string, RecoveryCodes)
	for i := range codes {
		b := make([]byte, 10)
		rand.Read(b)
		codes[i] = grouped(base32.StdEncoding.EncodeToString(b))
	}
	return codes
}

// recoveryHash is what is kept of a recovery code.
func recoveryHash(staffID int64, code string) []byte {
	sum := sha256.Sum256([]byte(strconv.FormatInt(staffID, 10) + ":" + typedCode(code)))
	return sum[:]
}

// grouped writes a code in groups of four.
func grouped(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// CodeSetUp is a secret on its way into an authenticator app. It is shown to its
// person alone, until it is confirmed.
type CodeSetUp struct {
	Secret string // base32, in groups of four, to type in by hand
	key    *otp.Key
}

// newCodeSetUp returns the secret as the apps of a person take it.
func newCodeSetUp(by *Member, secret string) (CodeSetUp, error) {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return CodeSetUp{}, fmt.Errorf("secret of one-time codes: %w", err)
	}
	key, err := totp.Generate(totp.GenerateOpts{
		Issuer: codeIssuer, AccountName: by.No, Secret: raw, Digits: codeDigits, Algorithm: otp.AlgorithmSHA1,
	})
	if err != nil {
		return CodeSetUp{}, fmt.Errorf("key of one-time codes: %w", err)
	}
	return CodeSetUp{Secret: grouped(secret), key: key}, nil
}

// PNG returns the picture that an authenticator app reads, size pixels wide, with
// the white border that cameras need, in the dark theme above all.
func (s CodeSetUp) PNG(size int) ([]byte, error) {
	border := size / 14
	img, err := s.key.Image(size-2*border, size-2*border)
	if err != nil {
		return nil, fmt.Errorf("picture of a secret: %w", err)
	}
	whole := image.NewGray(image.Rect(0, 0, size, size))
	draw.Draw(whole, whole.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(whole, img.Bounds().Add(image.Pt(border, border)), img, img.Bounds().Min, draw.Src)
	var b bytes.Buffer
	if err := png.Encode(&b, whole); err != nil {
		return nil, fmt.Errorf("picture of a secret: %w", err)
	}
	return b.Bytes(), nil
}
