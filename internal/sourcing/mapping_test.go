package sourcing

import "testing"

func TestEveryMappingOfTheProgramValidates(t *testing.T) {
	list, err := loadMappings()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 12 {
		t.Fatalf("%d mappings", len(list))
	}
	for _, m := range list {
		t.Logf("%s %v optional %v", m.Name, m.Columns, m.Optional)
	}
}
