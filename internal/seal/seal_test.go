package seal_test

import (
	"bytes"
	"testing"

	"liuhen/internal/seal"
)

func TestTokenIsEqualForOneNumberHoweverTyped(t *testing.T) {
	t.Parallel()
	key := seal.NewSearchKey()
	want := key.Token("mobile", "13812345678")
	for _, typed := range []string{"138 1234 5678", "138-1234-5678", "１３８１２３４５６７８", " 13812345678\n"} {
		if !bytes.Equal(key.Token("mobile", typed), want) {
			t.Errorf("%q has another token", typed)
		}
	}
	if !bytes.Equal(key.Token("certificate", "31010119900101123x"), key.Token("certificate", "31010119900101123X")) {
		t.Error("case changes the token")
	}
}

func TestTokenDependsOnKeyDomainAndValue(t *testing.T) {
	t.Parallel()
	a, b := seal.NewSearchKey(), seal.NewSearchKey()
	base := a.Token("mobile", "13812345678")
	for name, other := range map[string][]byte{
		"key":    b.Token("mobile", "13812345678"),
		"domain": a.Token("certificate", "13812345678"),
		"value":  a.Token("mobile", "13812345679"),
	} {
		if bytes.Equal(base, other) {
			t.Errorf("the token does not depend on the %s", name)
		}
	}
	if a.Token("mobile", " - ") != nil {
		t.Error("an empty value must have no token")
	}
}

func TestKeysRoundTripAndShortOnesAreRefused(t *testing.T) {
	t.Parallel()
	key := seal.NewSearchKey()
	back, err := seal.ParseSearchKey(key.String())
	if err != nil || !bytes.Equal(back, key) {
		t.Errorf("ParseSearchKey = %v, %v", back, err)
	}
	for _, bad := range []string{"", "c2hvcnQ=", "not base64!"} {
		if _, err := seal.ParseSearchKey(bad); err == nil {
			t.Errorf("%q is accepted as a key", bad)
		}
	}
}
