package ui

import (
	"strconv"

	"github.com/a-h/templ"
)

// Input describes one labelled field of a form.
type Input struct {
	// ID is unique on the page and stays the same when the page comes again.
	ID   string
	Name string
	// Label is always visible; Optional words in it say what happens to the value.
	Label string
	Value string
	// Type is text unless set: password, date, number, file …
	Type        string
	Placeholder string
	// Hint helps to fill the field; Error replaces it and says what is wrong.
	Hint  string
	Error string
	// Rows above zero makes a text area of that height.
	Rows int
	// Autocomplete is the browser's word for what belongs here, such as username.
	Autocomplete string
	// Accept names the file types of a file field.
	Accept string
	// MaxLength is the longest value in characters; zero means no limit.
	MaxLength int
	Required  bool
	Autofocus bool
	// Large is for the sign-in page.
	Large bool
}

// Option is one entry of a drop-down list.
type Option struct {
	Value string
	Label string
}

// FieldError names a field by its id and says what is wrong with it.
type FieldError struct {
	ID   string
	Text string
}

// kind is the type attribute.
func (in Input) kind() string {
	if in.Type == "" {
		return "text"
	}
	return in.Type
}

// described is the id of the words under the field, or nothing.
func (in Input) described() string {
	if in.Error == "" && in.Hint == "" {
		return ""
	}
	return in.ID + "-hint"
}

// limit is the maxlength attribute, or nothing.
func (in Input) limit() string {
	if in.MaxLength == 0 {
		return ""
	}
	return strconv.Itoa(in.MaxLength)
}

// attributes are those shared by every form of field.
func (in Input) attributes() templ.Attributes {
	a := templ.Attributes{
		"required":  in.Required,
		"autofocus": in.Autofocus,
	}
	if in.Error != "" {
		a["aria-invalid"] = "true"
	}
	for key, value := range map[string]string{
		"placeholder":      in.Placeholder,
		"autocomplete":     in.Autocomplete,
		"accept":           in.Accept,
		"maxlength":        in.limit(),
		"aria-describedby": in.described(),
	} {
		if value != "" {
			a[key] = value
		}
	}
	return a
}
