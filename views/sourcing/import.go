package sourcingview

import (
	"fmt"
	"strconv"
	"strings"

	"liuhen/internal/sourcing"
	"liuhen/views/ui"
)

func num(n int64) string { return strconv.FormatInt(n, 10) }

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// pairs are the facts of an import.
func pairs(j sourcing.Job) []ui.Pair {
	list := []ui.Pair{
		{Label: "发起", Value: j.CreatedName + "，" + moment(j.CreatedAt)},
		{Label: "新客户归到", Value: j.BranchName},
		{Label: "文件指纹", Value: "SHA-256 " + j.SHA256[:16] + "…"},
	}
	if name, version, made := strings.Cut(j.Mapping, "@"); made {
		list = append(list, ui.Pair{Label: "映射", Value: name + "，第 " + version + " 版"})
	}
	if j.Sheet != "" {
		list = append(list, ui.Pair{Label: "工作表", Value: j.Sheet})
	}
	if j.Encoding != "" {
		list = append(list, ui.Pair{Label: "文件格式", Value: j.Encoding.Label()})
	}
	if j.DryRun {
		list = append(list, ui.Pair{Label: "方式", Value: "试导入，不改动数据"})
	}
	if j.RowsTotal > 0 {
		list = append(list, ui.Pair{Label: "数据行", Value: ui.Number(j.RowsTotal)})
	}
	if j.EndedAt != nil && j.StartedAt != nil {
		list = append(list, ui.Pair{Label: "用时", Value: took(j.Took())})
	}
	if text := ignoredText(j); text != "" {
		list = append(list, ui.Pair{Label: "没有用到的列", Value: text})
	}
	return list
}

// shown says how many of the rejected rows are listed.
func shown(r *sourcing.Report) string {
	if r.Rejected > int64(len(r.Rejects)) {
		return fmt.Sprintf("共 %s 行，先列出 %d 行", ui.Number(r.Rejected), len(r.Rejects))
	}
	return fmt.Sprintf("共 %s 行", ui.Number(r.Rejected))
}
