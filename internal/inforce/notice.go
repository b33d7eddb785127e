package inforce

import (
	"strings"
	"time"

	"truce/internal/i18n"
)

// Say puts the notice of the answer into words: what it is and what it is not
// (design.md 2, 3). age is that of the newest entry that the answer knows, told
// says that the asker knows only what it was told, and exercise that the register
// was made for one.
func Say(a *Answer, lang i18n.Lang, age time.Duration, told, exercise bool) {
	keys := []string{"notice.oneSide"}
	if len(a.Agreements) == 0 && len(a.Windows) == 0 {
		keys[0] = "notice.noneAgreed"
	}
	keys = append(keys, "notice.asOf")
	if a.LogSize == 0 {
		keys = []string{"notice.noneAgreed"}
	}
	if told {
		keys = append(keys, "notice.limited")
	}
	keys = append(keys, "notice.law")
	if exercise {
		keys = append(keys, "notice.exercise")
	}
	args := i18n.Args{"entry": a.LogSize - 1, "seconds": int64(max(0, age).Seconds())}
	texts := make([]string, len(keys))
	for i, k := range keys {
		texts[i] = i18n.Text(lang, k, args)
	}
	a.Notice = strings.Join(texts, " ")
}
