package fault_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"liuhen/internal/fault"
)

func TestKindOfFindsTheErrorInTheChain(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  error
		want fault.Kind
	}{
		{"plain errors are internal", io.EOF, fault.Internal},
		{"an error of ours", fault.New(fault.Conflict, "已被处理。"), fault.Conflict},
		{"wrapped once more", fmt.Errorf("decide 7: %w", fault.New(fault.Forbidden, "不能审批自己的申请。")), fault.Forbidden},
		{"the outermost of two wins", fault.Wrap(fault.Invalid, "日期不对。", fault.New(fault.NotFound, "没有。")), fault.Invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := fault.KindOf(tt.err); got != tt.want {
				t.Errorf("KindOf = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestWrapKeepsTheCauseForTheLogOnly(t *testing.T) {
	t.Parallel()
	err := fault.Wrap(fault.Unavailable, "数据库没有响应。", io.ErrUnexpectedEOF)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("the cause is lost")
	}
	if err.Sentence != "数据库没有响应。" {
		t.Errorf("sentence = %q, it must not carry the cause", err.Sentence)
	}
}

func TestFieldsKeepOrderAndFirstSentence(t *testing.T) {
	t.Parallel()
	var f fault.Fields
	if f.Err() != nil {
		t.Fatal("no field at fault must be no error")
	}
	f.Add("reason", "事由至少 10 个字。")
	f.Add("minutes", "时长最多 480 分钟。")
	f.Add("reason", "事由太长。")
	e := fault.As(f.Err())
	if e == nil || e.Kind != fault.Invalid {
		t.Fatalf("Err = %v, want an Invalid fault", f.Err())
	}
	if len(e.Fields) != 2 || e.Fields[0] != (fault.Field{Name: "reason", Sentence: "事由至少 10 个字。"}) || e.Fields[1].Name != "minutes" {
		t.Errorf("Fields = %v", e.Fields)
	}
}
