package consentview

// LinksPart is what the page shows of the customer's links.
type LinksPart struct{}
