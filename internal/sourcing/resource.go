package sourcing

// Resource is a kind of data that the machine interface takes: its name in the
// address and the scope, and the mapping its items go through.
type Resource struct {
	Name    string
	Label   string // on screen
	Mapping string
}

// Resources lists what the machine interface takes.
func Resources() []Resource {
	return []Resource{
		{"customers", "客户", "api-customers"},
		{"accounts", "账户", "api-accounts"},
		{"holdings", "持仓", "api-holdings"},
		{"loans", "贷款", "api-loans"},
		{"assessments", "风险测评", "api-assessments"},
		{"transactions", "交易流水", "api-transactions"},
		{"notes", "咨询记录", "api-notes"},
	}
}

// resourceNamed returns the resource with the name, and whether there is one.
func resourceNamed(name string) (Resource, bool) {
	for _, r := range Resources() {
		if r.Name == name {
			return r, true
		}
	}
	return Resource{}, false
}

// ScopeLabels returns the names of scopes on screen.
func ScopeLabels(scopes []string) []string {
	labels := make([]string, len(scopes))
	for i, scope := range scopes {
		r, _ := resourceNamed(scope)
		labels[i] = or(r.Label, scope)
	}
	return labels
}

// Fields returns the fields that an item of the resource must and may have.
func (in *Intake) Fields(r Resource) (required, optional []string) {
	for _, m := range in.mappings {
		if m.Name == r.Mapping {
			return m.Columns, m.Optional
		}
	}
	return nil, nil
}
