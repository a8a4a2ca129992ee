package seal_test

import (
	"bytes"
	"testing"

	"liuhen/internal/seal"
)

func TestAnEnvelopeOpensOnlyForItsPurposeAndKey(t *testing.T) {
	t.Parallel()
	key := seal.NewMasterKey()
	plain := []byte("JBSWY3DPEHPK3PXP")
	envelope, err := key.Seal("totp 17", plain)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(envelope, plain) {
		t.Error("the envelope shows its content")
	}
	if got, err := key.Open("totp 17", envelope); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("opened %q, %v", got, err)
	}
	if _, err := key.Open("totp 18", envelope); err == nil {
		t.Error("it opens for another purpose")
	}
	if _, err := seal.NewMasterKey().Open("totp 17", envelope); err == nil {
		t.Error("it opens under another key")
	}
	for i := range envelope {
		changed := bytes.Clone(envelope)
		changed[i] ^= 1
		if _, err := key.Open("totp 17", changed); err == nil {
			t.Fatalf("it opens with byte %d changed", i)
		}
	}
	for n := range envelope {
		if _, err := key.Open("totp 17", envelope[:n]); err == nil {
			t.Fatalf("its first %d bytes open", n)
		}
	}
	again, _ := key.Seal("totp 17", plain)
	if bytes.Equal(again, envelope) {
		t.Error("two envelopes of the same content are equal")
	}
}

func TestAMasterKeyIsReadAsWritten(t *testing.T) {
	t.Parallel()
	key := seal.NewMasterKey()
	got, err := seal.ParseMasterKey(key.String())
	if err != nil || !bytes.Equal(got, key) {
		t.Errorf("read %x, %v", got, err)
	}
	for _, bad := range []string{"", "x", "AAAA", key.String() + "AAAA"} {
		if _, err := seal.ParseMasterKey(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
