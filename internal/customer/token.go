package customer

import "liuhen/internal/seal"

// MobileToken returns the search token of a mobile number, nil for an empty
// one. Imports store it and search compares it, so it is made here only.
func MobileToken(key seal.SearchKey, value string) []byte {
	return key.Token("mobile", mobileDigits(value))
}

// CertificateToken returns the search token of a document's number, nil for an
// empty one.
func CertificateToken(key seal.SearchKey, number string) []byte {
	return key.Token("certificate", compact(number))
}
