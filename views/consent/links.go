package consentview

import (
	"strconv"

	"liuhen/views/ui"
)

// LinksPart is what the page shows of making a link.
type LinksPart struct {
	Made    string // the whole address of the link just made; shown this once
	Picture Picture
	Problem string // why none was made
	Rule    string
}

// Picture is a QR code: the path of its dark squares, in a square of Size units.
type Picture struct {
	Path string
	Size int
}

func (p Picture) box() string {
	return "-4 -4 " + strconv.Itoa(p.Size+8) + " " + strconv.Itoa(p.Size+8)
}

func (p Picture) side() string { return strconv.Itoa(p.Size + 8) }

func purposes(quiet bool) []ui.Choice {
	return []ui.Choice{
		{Name: "purpose", Value: "ask", Label: "主动征询", Checked: !quiet, Disabled: quiet},
		{Name: "purpose", Value: "change", Label: "客户要求查看或更改", Checked: quiet},
	}
}
