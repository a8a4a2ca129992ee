package customer

import (
	"fmt"
	"math/big"
	"time"
)

// Bands returns the labels of the asset bands, from band 0 up. A band may be
// shown without a grant; the sum behind it may not.
func Bands() []string {
	return []string{"<5万", "5–20万", "20–50万", "50–100万", "100–300万", "300–600万", "≥600万"}
}

// bandFloors are the sums in yuan at which bands 1 to 6 begin.
func bandFloors() []int64 {
	return []int64{50_000, 200_000, 500_000, 1_000_000, 3_000_000, 6_000_000}
}

// BandLabel returns the label of a band, and 未知 for a band that is not known.
func BandLabel(band *int16) string {
	labels := Bands()
	if band == nil || *band < 0 || int(*band) >= len(labels) {
		return "未知"
	}
	return labels[*band]
}

// BandOfFen returns the band of a sum in fen (0.01 yuan).
func BandOfFen(fen int64) int16 {
	var band int16
	for _, floor := range bandFloors() {
		if fen >= floor*100 {
			band++
		}
	}
	return band
}

// BandOf returns the band of a sum in yuan written as a decimal number, such as
// 1234567.89. It returns an error if amount is not a number.
func BandOf(amount string) (int16, error) {
	sum, ok := new(big.Rat).SetString(amount)
	if !ok {
		return 0, fmt.Errorf("band of %q: not a number", amount)
	}
	var band int16
	for _, floor := range bandFloors() {
		if sum.Cmp(new(big.Rat).SetInt64(floor)) >= 0 {
			band++
		}
	}
	return band, nil
}

// Grades returns the names of the risk grades C1 to C5 (证券期货投资者适当性管理办法
// 第十条), in order.
func Grades() []string {
	return []string{"保守型", "谨慎型", "稳健型", "积极型", "激进型"}
}

// GradeLabel returns C3 稳健型 for grade 3, and 未测评 for none.
func GradeLabel(grade *int16) string {
	names := Grades()
	if grade == nil || *grade < 1 || int(*grade) > len(names) {
		return "未测评"
	}
	return fmt.Sprintf("C%d %s", *grade, names[*grade-1])
}

// BirthBand returns the band of birth years that a date of birth belongs to,
// named by its first year: 1975 for 1975 to 1979. It is what the open part of a
// file keeps of the date.
func BirthBand(birth time.Time) int16 {
	return int16(birth.Year() - birth.Year()%5)
}

// AgeBand returns the ages that people of a birth band reach in the year of
// now, 47–51 岁, with 80 岁以上 for all who reach that, and 未知 for no band.
func AgeBand(band *int16, now time.Time) string {
	if band == nil || *band <= 0 || int(*band) > now.Year() {
		return "未知"
	}
	oldest := now.Year() - int(*band)
	if oldest-4 >= 80 {
		return "80 岁以上"
	}
	return fmt.Sprintf("%d–%d 岁", max(0, oldest-4), oldest)
}
