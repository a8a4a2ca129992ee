package href

// Rules lists the rules of the house; each has its page at Why.
func Rules() string { return "/why" }
