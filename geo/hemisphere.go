package geo

import "strings"

// axis tells latitude from longitude.
type axis byte

const (
	axisLat axis = 'a'
	axisLon axis = 'o'
)

// marker is what a word says about the number beside it: its axis and, if it names one, its hemisphere (N, S, E or W).
type marker struct {
	axis axis
	hemi byte // 0 = the axis only
}

var (
	north   = marker{axisLat, 'N'}
	south   = marker{axisLat, 'S'}
	east    = marker{axisLon, 'E'}
	west    = marker{axisLon, 'W'}
	latOnly = marker{axis: axisLat}
	lonOnly = marker{axis: axisLon}
)

// markerWords are hemispheres and labels in English, French, Russian, Ukrainian, Arabic and Persian, in lower case,
// without dots, vowel signs and accents. O is west, as in French and Spanish. The Cyrillic е is the Latin E typed on the
// wrong keyboard.
var markerWords = wordTable(map[marker]string{
	north: `n north northern nord norte
		с север северной северная северный сш пн північ північної північна пнш
		ش شمال شمالا شمالي شمالى الشمال`,
	south: `s south southern sud sur
		ю юг южной южная южный юш пд південь південної південна пдш
		ج جنوب جنوبا جنوبي جنوبى الجنوب`,
	east: `e east eastern est este ost е
		в восток восточной восточная восточный вд сх схід східної східна схд
		ق شرق شرقا شرقي شرقى الشرق`,
	west: `w west western o ouest oeste
		з запад западной западная западный зд зх зах захід західної західна зхд захд
		غ غرب غربا غربي غربى الغرب`,
	latOnly: `lat lats latitude latitud φ ш шир широта широты широти
		عرض العرض خطالعرض`,
	lonOnly: `lon long lng lons longitude longitud λ д долг долгота долготы дов довг довгота довготи
		طول الطول خطالطول`,
})

// unitWords are written where others write a mark.
var unitWords = map[tokenKind]string{
	tokDeg: `d deg degs degree degrees degre degres degré degrés град градус градуса градусов градуси градусів درجة درجه درجات`,
	tokMin: `m min mins minute minutes мин минут минута минуты хв хвилин хвилина хвилини دقيقة دقيقه دقائق`,
	tokSec: `sec secs second seconds seconde secondes сек секунд секунда секунды секунди ثانية ثانيه ثواني`,
}

// fillerWords say nothing about the numbers.
const fillerWords = `and et и та و gps coord coords coordinate coordinates coordonnées coordonnees coordinates position pos
	location loc координаты координати координата احداثيات إحداثيات الاحداثيات الإحداثيات خط دائرة جغرافي جغرافيايي جغرافیایی`

var (
	unitTable   = unitTables()
	fillerTable = fieldSet(fillerWords)
)

func wordTable(lists map[marker]string) map[string]marker {
	t := map[string]marker{}
	for m, words := range lists {
		for _, w := range strings.Fields(words) {
			t[w] = m
		}
	}
	return t
}

func unitTables() map[string]tokenKind {
	t := map[string]tokenKind{}
	for k, words := range unitWords {
		for _, w := range strings.Fields(words) {
			t[w] = k
		}
	}
	return t
}

func fieldSet(words string) map[string]bool {
	t := map[string]bool{}
	for _, w := range strings.Fields(words) {
		t[w] = true
	}
	return t
}

// plainWord is a word as the tables hold it: lower case, without dots, Persian letters as Arabic ones.
func plainWord(s string) string {
	return persianLetters.Replace(strings.ToLower(s))
}

var persianLetters = strings.NewReplacer("ی", "ي", "ک", "ك", ".", "")
