package approval

import (
	"context"
	"slices"

	"liuhen/internal/fault"
	"liuhen/internal/staff"
)

// maxBatch is how many requests one batch decides at most.
const maxBatch = 100

// Result is what became of one request of a batch; Err is nil when it was
// decided.
type Result struct {
	ID  int64
	Err error
}

// DecideMany takes one verdict on several requests, each in a transaction of
// its own, so that one refusal does not hold up the others. Requests with a mark
// are not approved this way, and returning, which says what is missing in one
// request, is not done to many. The error is about the batch as a whole.
func (e *Engine) DecideMany(ctx context.Context, by *staff.Member, ids []int64, v Verdict) ([]Result, error) {
	if v.Verb == Return {
		return nil, fault.New(fault.Invalid, "退回要逐件说明补充什么，请打开后单独处理。")
	}
	v, err := v.checked()
	if err != nil {
		return nil, err
	}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(ids) == 0 || len(ids) > maxBatch {
		return nil, fault.Newf(fault.Invalid, "请选择 1 到 %d 件申请。", maxBatch)
	}
	results := make([]Result, len(ids))
	for i, id := range ids {
		results[i] = Result{ID: id, Err: e.tryDecide(ctx, by, id, v, true)}
	}
	return results, nil
}
