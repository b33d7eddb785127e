package tabular

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// similarName is the similarity from which two names can be one.
const similarName = 0.85

// Bounds on what is compared, so that a list made for it costs no more time
// than another.
const (
	maxNames     = 6          // names of one entry
	maxWords     = 12         // words of one name
	maxLetters   = 32         // letters of one word
	maxWordPairs = 30_000_000 // pairs of words in one import; then only equal names are found
)

// foldNames prepares names for comparison: of each its words, as nameWords
// gives them, joined by spaces; each set of words once.
func foldNames(names []string) []string {
	var out []string
	for _, n := range names[:min(len(names), maxNames)] {
		if folded := strings.Join(nameWords(n), " "); folded != "" && !containsText(out, folded) {
			out = append(out, folded)
		}
	}
	return out
}

func containsText(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// nameWords gives the words of a name that tell it apart, in Latin letters:
// folded, without words for what kind of place it is, with words such as
// "university" and the names of large cities brought to one language, the rest
// transliterated roughly. A name of nothing but kinds of place keeps them all.
// Words in Arabic letters, which leave vowels out, begin with a tilde.
func nameWords(name string) []string {
	if len(name) > 600 {
		name = name[:600]
	}
	words := wordsOf(foldText(strings.ReplaceAll(name, "№", " ")))
	var kept, all []string
	for _, w := range words[:min(len(words), maxWords)] {
		w = clipWord(strings.ReplaceAll(w, "'", ""))
		if len(w) < 2 && !isNumber(w) || latin(w) == "" {
			continue
		}
		meaning, known := wordMeaning(w)
		all = append(all, latin(w))
		switch {
		case known && meaning == "":
		case known:
			kept = append(kept, meaning)
		default:
			kept = append(kept, latin(w))
		}
	}
	if len(kept) == 0 {
		for i, w := range all {
			all[i] = kindOnly + strings.TrimPrefix(w, arabicWord)
		}
		return all
	}
	return kept
}

func clipWord(w string) string {
	if len(w) <= maxLetters {
		return w
	}
	r := []rune(w)
	return string(r[:min(len(r), maxLetters)])
}

const (
	arabicWord = "~" // before a word that was in Arabic letters
	kindOnly   = "=" // before the words of a name that says only what kind of place it is
)

// wordMeaning looks a word up: an empty meaning says that it does not tell
// places apart. Arabic words are tried without their article too.
func wordMeaning(w string) (string, bool) {
	index := meaningIndex()
	if m, ok := index[w]; ok {
		return m, true
	}
	for _, prefix := range []string{"ال", "لل", "بال", "وال"} {
		if rest, ok := strings.CutPrefix(w, prefix); ok {
			if m, ok := index[rest]; ok {
				return m, true
			}
		}
	}
	return "", false
}

// genericWords say what kind of place it is, or nothing.
const genericWords = `of the de du des la le les et and al el ul as ash ad ar at an for in on aux au en pour l d y del los las no nr
	hospital hospitals hopital hopitaux hospitalier clinic clinics clinique polyclinic polyclinique policlinica centre center centers centro health sante salud medical medicale medico
	post poste dispensary dispensaire cscom csref chu csi ctr hosp phc phcc facility unit case cabinet community communautaire
	school ecole escuela college institute mosque mosquee church eglise station building house
	больница госпиталь клиника поликлиника центр медицинский амбулатория школа г им имени
	лікарня шпиталь клініка поліклініка медичний амбулаторія
	مستشفي مشفي مستوصف مصحه عياده عيادات مركز مجمع نقطه صحي صحيه طبي طبيه مدرسه جامع مسجد كنيسه مبني في من ال`

// sameWords are words and cities that look different from language to
// language, each line under one word.
const sameWords = `university universitaire universite universitario universidad университет университетская университетский университет університетська університет جامعه جامعي جامعيه
	national nationale nacional национальный национальная національна وطني وطنيه
	central centrale центральная центральный центральна مركزي مركزيه
	general generale общая загальна عام عامه
	children enfants pediatric pediatrique ninos детская дитяча اطفال
	maternity maternite maternidad родильный роддом пологовий ولاده توليد نسائيه
	regional regionale региональная областная обласна اقليمي
	district района районная районна
	surgical chirurgical chirurgicale хирургическая хірургічна جراحي جراحه
	eye ophthalmology ophtalmologique глазная очна عيون
	heart cardiac cardiology cardiaque сердца قلب
	military militaire militar военный військовий عسكري
	new nouveau nouvelle nuevo nueva новая новый нова новий جديد جديده
	old ancien ancienne viejo старая старый стара قديم قديمه
	north northern nord norte северный північний شمال شمالي شماليه
	south southern sud sur южный південний جنوب جنوبي جنوبيه
	east eastern est este восточный східний شرق شرقي شرقيه
	west western ouest oeste западный західний غرب غربي غربيه
	first premier primera первая перша اول
	water eau agua вода водоканал мياه مياه
	aleppo alep alepo halab haleb алеппо халеб حلب
	damascus damas damasco dimashq dimashk дамаск دمشق
	homs hims хомс حمص
	hama hamah хама حماه
	idlib edlib идлиб ідліб ادلب
	latakia lattakia lattaquie ladhiqiyah латакия لاذقيه
	raqqa raqqah rakka ракка رقه
	daraa deraa дараа дера درعا
	deirezzor deirezzour deirazzur
	tripoli tarabulus trablous триполи طرابلس
	baghdad bagdad багдад بغداد
	mosul mossoul mawsil мосул موصل
	sanaa sana сана صنعاء صنعا
	aden aden аден عدن
	kyiv kiev київ киев كييف
	kharkiv kharkov харків харьков خاركيف
	donetsk донецк донецьк دونيتسك
	luhansk lugansk луганск луганськ
	mariupol marioupol мариуполь маріуполь ماريوبول
	kherson херсон خيرسون
	zaporizhzhia zaporizhzhya zaporizhia zaporozhye запоріжжя запорожье
	odesa odessa одеса одесса اوديسا`

var meaningIndex = sync.OnceValue(func() map[string]string {
	index := map[string]string{}
	for w := range strings.FieldsSeq(genericWords) {
		index[foldText(w)] = ""
	}
	for line := range strings.Lines(sameWords) {
		words := strings.Fields(line)
		for _, w := range words {
			index[foldText(w)] = words[0]
		}
	}
	return index
})

// letters in Latin, roughly as people write them, for Arabic, Russian and
// Ukrainian. What follows is compared for likeness only.
var latinLetters = map[rune]string{
	'ا': "a", 'ب': "b", 'ت': "t", 'ث': "th", 'ج': "j", 'ح': "h", 'خ': "kh", 'د': "d", 'ذ': "dh", 'ر': "r", 'ز': "z", 'س': "s", 'ش': "sh",
	'ص': "s", 'ض': "d", 'ط': "t", 'ظ': "z", 'ع': "a", 'غ': "gh", 'ف': "f", 'ق': "q", 'ك': "k", 'ل': "l", 'م': "m", 'ن': "n", 'ه': "h",
	'و': "w", 'ي': "y", 'پ': "p", 'چ': "ch", 'گ': "g", 'ڤ': "v", 'ژ': "zh",
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'ґ': "g", 'д': "d", 'е': "e", 'є': "e", 'ж': "zh", 'з': "z", 'и': "i", 'і': "i", 'к': "k",
	'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "kh", 'ц': "ts", 'ч': "ch",
	'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "yu", 'я': "ya",
}

// latin writes a folded word in Latin letters.
func latin(w string) string {
	if isLowerASCII(w) {
		return w
	}
	var b strings.Builder
	if first, _ := utf8.DecodeRuneInString(w); unicode.Is(unicode.Arabic, first) {
		b.WriteString(arabicWord)
		if rest := strings.TrimPrefix(w, "ال"); utf8.RuneCountInString(rest) > 2 {
			w = rest
		}
	}
	for _, r := range w {
		if l, ok := latinLetters[r]; ok {
			b.WriteString(l)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// nameSimilarity is the best likeness, from 0 to 1, of a name of a and a name
// of b, both from foldNames. weights may be nil.
func nameSimilarity(a, b []string, weights *wordWeights) float64 {
	best := 0.0
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return 1
			}
			p, q := strings.Fields(x), strings.Fields(y)
			if weights.spend(len(p) * len(q)) {
				best = max(best, likeness(p, q, weights))
			}
		}
	}
	return best
}

// likeness pairs each word of the longer name with the likest word of the
// other that is still free, and gives the mean, weighted by length. Words that
// only one of the names has count half: people leave words out. Names that
// differ in a number, or in north and south, are not alike.
func likeness(a, b []string, weights *wordWeights) float64 {
	if contrast(a, b) {
		return 0
	}
	if len(a) < len(b) {
		a, b = b, a
	}
	taken := make([]bool, len(b))
	sum, total := 0.0, 0.0
	for _, w := range a {
		best, at := bestMatch(w, b, taken)
		n := weights.of(w)
		if at < 0 {
			total += n / 2
			continue
		}
		taken[at] = true
		sum += n * best
		total += n
	}
	for i, v := range b {
		if !taken[i] {
			total += weights.of(v) / 2
		}
	}
	return sum / max(total, 1)
}

// wordsMatch is the likeness from which two words are one.
const wordsMatch = 0.84

func bestMatch(w string, words []string, taken []bool) (float64, int) {
	best, at := 0.0, -1
	for i, v := range words {
		if taken[i] {
			continue
		}
		if s := wordLikeness(w, v); s >= wordsMatch && s > best {
			best, at = s, i
		}
	}
	return best, at
}

// contrasting words tell neighbours with the same name apart.
var contrasting = map[string]bool{"north": true, "south": true, "east": true, "west": true, "old": true, "new": true, "first": true}

// contrast tells whether both names have a number or a contrasting word, and
// none in common.
func contrast(a, b []string) bool {
	return differ(a, b, isNumber) || differ(a, b, func(w string) bool { return contrasting[w] })
}

func differ(a, b []string, sort func(string) bool) bool {
	inA, inB, common := false, false, false
	for _, w := range a {
		if sort(w) {
			inA = true
			common = common || containsText(b, w)
		}
	}
	for _, w := range b {
		inB = inB || sort(w)
	}
	return inA && inB && !common
}

// wordWeights counts how often each word stands in a list, in little memory:
// words that fall on the same counter count together. A word that every
// fiftieth entry has says what sort of thing it is in that list, such as Khan
// or Beit, and weighs a third.
type wordWeights struct {
	counts  []uint32
	entries uint32
	spent   int // pairs of words that were compared
}

func newWordWeights() *wordWeights { return &wordWeights{counts: make([]uint32, 1<<16)} }

// spend tells whether n more pairs of words may be compared.
func (w *wordWeights) spend(n int) bool {
	if w == nil {
		return true
	}
	w.spent += n
	return w.spent <= maxWordPairs
}

func (w *wordWeights) slot(word string) *uint32 {
	h := uint32(2166136261) // FNV-1a
	for i := 0; i < len(word); i++ {
		h = (h ^ uint32(word[i])) * 16777619
	}
	return &w.counts[(h^h>>16)&0xffff]
}

func (w *wordWeights) add(names []string) {
	w.entries++
	for _, n := range names {
		for word := range strings.FieldsSeq(n) {
			*w.slot(word)++
		}
	}
}

// of is the weight of a word: its length, less where it is common.
func (w *wordWeights) of(word string) float64 {
	n := float64(utf8.RuneCountInString(strings.TrimLeft(word, arabicWord+kindOnly)))
	if w != nil && *w.slot(word) > max(5, w.entries/50) {
		return n / 3
	}
	return n
}

// wordLikeness compares two words; numbers must be equal, and words in Arabic
// letters are compared by their consonants.
func wordLikeness(a, b string) float64 {
	if a == b {
		return 1
	}
	if isNumber(a) || isNumber(b) || strings.HasPrefix(a, kindOnly) != strings.HasPrefix(b, kindOnly) {
		return 0
	}
	x, arabicX := strings.CutPrefix(a, arabicWord)
	y, arabicY := strings.CutPrefix(b, arabicWord)
	if x == y {
		return 1
	}
	if arabicX || arabicY {
		sx, sy := skeleton(x), skeleton(y)
		switch {
		case len(sx) >= 2 && sx == sy:
			return 0.95
		case min(len(sx), len(sy)) < 3:
			return 0
		}
		return 0.95 * jaroWinkler(sx, sy)
	}
	return jaroWinkler(x, y)
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// soundsAlike brings the ways to one in which Latin spellings of Arabic differ.
var soundsAlike = strings.NewReplacer(
	"kh", "h", "gh", "g", "dh", "d", "th", "t", "sh", "s", "ch", "s", "ou", "", "oo", "", "ph", "f",
	"q", "k", "c", "k", "g", "j", "z", "s", "p", "b", "v", "f",
	"a", "", "e", "", "i", "", "o", "", "u", "", "w", "", "y", "")

// skeleton is the consonants of a word, doubled ones once.
func skeleton(w string) string {
	var b strings.Builder
	var prev rune
	for i, r := range soundsAlike.Replace(w) {
		if r != prev || i == 0 {
			b.WriteRune(r)
		}
		prev = r
	}
	return strings.TrimSuffix(b.String(), "h")
}

// jaroWinkler is the similarity of Winkler (1990) with a prefix weight of 0.1
// and at most four letters of prefix.
func jaroWinkler(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	j := jaro(x, y)
	prefix := 0
	for prefix < min(len(x), len(y), 4) && x[prefix] == y[prefix] {
		prefix++
	}
	return j + 0.1*float64(prefix)*(1-j)
}

// jaro is the similarity of Jaro (1989): letters in common within half the
// longer length, and how many of them are out of order.
func jaro(x, y []rune) float64 {
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	window := max(max(len(x), len(y))/2-1, 0)
	usedX, usedY := make([]bool, len(x)), make([]bool, len(y))
	common := 0
	for i := range x {
		for k := max(0, i-window); k < min(len(y), i+window+1); k++ {
			if !usedY[k] && x[i] == y[k] {
				usedX[i], usedY[k] = true, true
				common++
				break
			}
		}
	}
	if common == 0 {
		return 0
	}
	out, k := 0, 0
	for i := range x {
		if !usedX[i] {
			continue
		}
		for !usedY[k] {
			k++
		}
		if x[i] != y[k] {
			out++
		}
		k++
	}
	m := float64(common)
	return (m/float64(len(x)) + m/float64(len(y)) + (m-float64(out)/2)/m) / 3
}
