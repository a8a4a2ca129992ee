// Package fault is the one error vocabulary of the portal: a kind that decides
// how a caller reacts, and a sentence that can be shown to the user as it is.
//
// An error that is not a *Error is internal: it is logged with its cause and
// the user is told only that something failed, and under which number.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what sort of failure an Error is. The zero Kind is Internal, so an
// unclassified failure never shows its text to a user.
type Kind int

// The kinds, in the order in which they are checked for in a request.
const (
	Internal        Kind = iota // a defect or an outage of ours
	Unauthenticated             // nobody is signed in
	Forbidden                   // signed in, but not allowed
	NotFound                    // does not exist, or must not be known to exist
	Invalid                     // the input is wrong; Fields says where
	Conflict                    // right input, wrong moment: the state has moved on
	Throttled                   // too many tries; the sentence says how long to wait
	Unavailable                 // something we depend on does not answer
)

// String returns the kind's name as logs and metrics print it.
func (k Kind) String() string {
	switch k {
	case Unauthenticated:
		return "unauthenticated"
	case Forbidden:
		return "forbidden"
	case NotFound:
		return "not_found"
	case Invalid:
		return "invalid"
	case Conflict:
		return "conflict"
	case Throttled:
		return "throttled"
	case Unavailable:
		return "unavailable"
	default:
		return "internal"
	}
}

// Field names one input and what is wrong with it.
type Field struct {
	Name     string // the form field's name
	Sentence string // what is wrong and how to mend it, in Chinese
}

// Error is a failure that knows what to tell the user.
type Error struct {
	Kind     Kind
	Sentence string  // shown to the user; complete, in Chinese, with its full stop
	Fields   []Field // for Invalid: the inputs at fault, in the order of the form
	Rule     string  // the rule behind a refusal, linked as /why/{rule}; empty if none
	Cause    error   // for the log only
}

// Error returns the sentence and the cause, for logs.
func (e *Error) Error() string {
	if e.Cause == nil {
		return e.Sentence
	}
	return fmt.Sprintf("%s (%v)", e.Sentence, e.Cause)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// New returns an Error of the kind with the sentence.
func New(kind Kind, sentence string) *Error {
	return &Error{Kind: kind, Sentence: sentence}
}

// Newf is New with a formatted sentence.
func Newf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Sentence: fmt.Sprintf(format, args...)}
}

// Wrap returns an Error of the kind with the sentence, keeping cause for the log.
func Wrap(kind Kind, sentence string, cause error) *Error {
	return &Error{Kind: kind, Sentence: sentence, Cause: cause}
}

// Because returns a copy of e that names the rule behind it.
func (e *Error) Because(rule string) *Error {
	c := *e
	c.Rule = rule
	return &c
}

// KindOf returns the kind of the first *Error in err's chain, and Internal for
// any other error. KindOf(nil) is Internal; callers check err first.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// As returns the first *Error in err's chain, or nil.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// Fields collects what is wrong with a form. The zero value is ready to use.
type Fields struct{ list []Field }

// Add notes that the named input is wrong. The first sentence of an input wins.
func (f *Fields) Add(name, sentence string) {
	for _, have := range f.list {
		if have.Name == name {
			return
		}
	}
	f.list = append(f.list, Field{Name: name, Sentence: sentence})
}

// Require adds sentence for name unless ok.
func (f *Fields) Require(ok bool, name, sentence string) {
	if !ok {
		f.Add(name, sentence)
	}
}

// Err returns an Invalid Error listing the inputs, or nil if none is wrong.
func (f *Fields) Err() error {
	if len(f.list) == 0 {
		return nil
	}
	sentences := make([]string, len(f.list))
	for i, field := range f.list {
		sentences[i] = field.Sentence
	}
	return &Error{Kind: Invalid, Sentence: strings.Join(sentences, " "), Fields: f.list}
}
