package ui

// noteIcon is the sign of a kind of message.
func noteIcon(kind Kind) string {
	switch kind {
	case OK:
		return "check"
	case Warn, Bad:
		return "alert"
	default:
		return "info"
	}
}
