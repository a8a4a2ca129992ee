package staff_test

import (
	"strings"
	"testing"

	"liuhen/internal/staff"
)

func TestPasswordIsVerifiedByItsHash(t *testing.T) {
	t.Parallel()
	for _, pw := range []string{"liuhen-demo", "密码是一句话很长", "p\u00e9rigord-naive", " spaces kept ", "x"} {
		hash, err := staff.HashPassword(pw)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
			t.Errorf("hash of %q is %q", pw, hash)
		}
		for try, want := range map[string]bool{pw: true, pw + "x": false, "": false, strings.ToUpper(pw) + "!": false} {
			if ok, err := staff.VerifyPassword(hash, try); err != nil || ok != want {
				t.Errorf("verify %q against the hash of %q = %v, %v; want %v", try, pw, ok, err, want)
			}
		}
	}
}

func TestPasswordIsTheSameHoweverComposed(t *testing.T) {
	t.Parallel()
	hash, err := staff.HashPassword("pe\u0301rigord")
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := staff.VerifyPassword(hash, "p\u00e9rigord"); !ok || err != nil {
		t.Errorf("composed form: %v, %v", ok, err)
	}
}

func TestVerifyRefusesForeignHashes(t *testing.T) {
	t.Parallel()
	for _, hash := range []string{
		"", "x", "plain", "$2a$10$abcdefghijklmnopqrstuv",
		"$argon2id$v=19$m=99999999,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=19456,t=0,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=19456,t=2,p=1$!!!$AAAA", "$argon2id$v=16$m=19456,t=2,p=1$AAAA$AAAA",
		"$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$",
	} {
		if ok, err := staff.VerifyPassword(hash, "password"); ok || err == nil {
			t.Errorf("hash %q: ok %v, err %v", hash, ok, err)
		}
	}
}

func TestPasswordPolicy(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pw   string
		want bool
	}{
		{"correct horse", true},
		{"夏天的风吹过湖面啊真好", true},
		{"q8#Vt2mLw0", true},
		{"short9!", false},
		{"", false},
		{"zhang.wei.long", false},
		{"Zhang.Wei.Long", false},
		{"1000210002", false},
		{"1234567890", false},
		{"0987654321", false},
		{"aaaaaaaaaaaa", false},
		{"ababababab", false},
		{"password123", false},
		{"Password123!", false},
		{"qwertyuiop", false},
		{"1qaz2wsx3edc", false},
		{"liuhen-demo", false},
		{"woaini1314", false},
		{"\xff\xfe not utf-8 at all", false},
		{"nul\x00in the middle", false},
		{strings.Repeat("长", 200), false},
	}
	for _, tt := range tests {
		if got := staff.CheckPassword(tt.pw, "zhang.wei.long", "10002"); (got == "") != tt.want {
			t.Errorf("CheckPassword(%q) = %q", tt.pw, got)
		}
	}
}
