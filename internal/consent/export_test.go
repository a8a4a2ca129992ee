package consent

// Rank shows the order of kinds to tests.
func Rank(k Kind) int { return k.rank() }
