package staff

import (
	"bytes"
	"image/png"
	"strings"
	"testing"
	"time"
)

// The values of RFC 6238 appendix B for SHA-1, cut to six digits.
func TestCodesAreThoseOfTheStandard(t *testing.T) {
	t.Parallel()
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" // "12345678901234567890"
	for unix, code := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		step, err := stepOf(secret, code, time.Unix(unix, 0))
		if err != nil || step != unix/30 {
			t.Errorf("%s at %d: step %d, %v, want %d", code, unix, step, err, unix/30)
		}
		for _, off := range []int64{-30, 30} {
			if step, _ := stepOf(secret, code, time.Unix(unix+off, 0)); step != unix/30 {
				t.Errorf("%s, %d seconds off: step %d, want %d", code, off, step, unix/30)
			}
		}
		for _, off := range []int64{-90, 90} {
			if step, _ := stepOf(secret, code, time.Unix(unix+off, 0)); step != 0 {
				t.Errorf("%s, %d seconds off, is taken", code, off)
			}
		}
	}
}

func TestTypedCodes(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"123 456": "123456", "１２３４５６": "123456", " abcd-EFGH—ijkl-mnop ": "ABCDEFGHIJKLMNOP", "\xff": "?",
	} {
		if got := typedCode(typed); got != want {
			t.Errorf("typedCode(%q) = %q, want %q", typed, got, want)
		}
	}
	for typed, want := range map[string]bool{"123456": true, "12345": false, "1234567": false, "-12345": false, "+12345": false, "12345x": false, "": false} {
		if isOneTime(typed) != want {
			t.Errorf("isOneTime(%q) = %v", typed, !want)
		}
	}
}

func TestRecoveryCodesAreManyAndHashedByPerson(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range newRecoveryCodes() {
		if len(c) != 19 || strings.Count(c, "-") != 3 || seen[c] {
			t.Errorf("code %q", c)
		}
		seen[c] = true
		if bytes.Equal(recoveryHash(1, c), recoveryHash(2, c)) {
			t.Error("two people share a hash")
		}
		if !bytes.Equal(recoveryHash(1, c), recoveryHash(1, strings.ToLower(strings.ReplaceAll(c, "-", " ")))) {
			t.Error("the hash depends on how it is typed")
		}
	}
	if len(seen) != RecoveryCodes {
		t.Errorf("%d codes", len(seen))
	}
}

func TestThePictureIsAPicture(t *testing.T) {
	t.Parallel()
	s, err := newCodeSetUp(&Member{No: "3001"}, newCodeSecret())
	if err != nil {
		t.Fatal(err)
	}
	raw, err := s.PNG(220)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil || img.Bounds().Dx() != 220 {
		t.Errorf("picture %v, %v", img, err)
	}
	if !strings.Contains(s.key.URL(), "otpauth://totp/") || !strings.Contains(s.key.URL(), strings.ReplaceAll(s.Secret, "-", "")) {
		t.Errorf("address %s", s.key.URL())
	}
}
