package web

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"

	consentview "liuhen/views/consent"
)

// qrOf draws a text as a QR code: one path of its dark squares, so that it stands
// in the page without an image of its own, whose address would hold the text.
func qrOf(text string) (consentview.Picture, error) {
	code, err := qr.Encode(text, qr.M, qr.Unicode)
	if err != nil {
		return consentview.Picture{}, fmt.Errorf("draw a QR code: %w", err)
	}
	size := code.Bounds().Dx()
	var path strings.Builder
	for y := range size {
		for x := range size {
			if color.GrayModel.Convert(code.At(x, y)).(color.Gray).Y < 128 {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	return consentview.Picture{Path: path.String(), Size: size}, nil
}
