package i18n

var ukrainian = map[string]message{
	"notice.nothing": by("seconds", map[string]string{
		"one":   "Тут нічого не зареєстровано станом на запис журналу {entry}, зроблений {seconds} секунду тому.",
		"few":   "Тут нічого не зареєстровано станом на запис журналу {entry}, зроблений {seconds} секунди тому.",
		"other": "Тут нічого не зареєстровано станом на запис журналу {entry}, зроблений {seconds} секунд тому."}),
	"notice.untold": by("seconds", map[string]string{
		"one":   "З того, що вам передано, тут нічого не зареєстровано станом на запис журналу {entry}, зроблений {seconds} секунду тому.",
		"few":   "З того, що вам передано, тут нічого не зареєстровано станом на запис журналу {entry}, зроблений {seconds} секунди тому.",
		"other": "З того, що вам передано, тут нічого не зареєстровано станом на запис журналу {entry}, зроблений {seconds} секунд тому."}),
	"notice.empty": one("Тут нічого не зареєстровано: у журналі ще немає записів."),
	"notice.applies": by("n", map[string]string{
		"one":   "Цього місця стосується {n} зареєстрований запис.",
		"few":   "Цього місця стосуються {n} зареєстровані записи.",
		"other": "Цього місця стосується {n} зареєстрованих записів."}),
	"notice.asOf": by("seconds", map[string]string{
		"one":   "Станом на запис журналу {entry}, зроблений {seconds} секунду тому.",
		"few":   "Станом на запис журналу {entry}, зроблений {seconds} секунди тому.",
		"other": "Станом на запис журналу {entry}, зроблений {seconds} секунд тому."}),
	"notice.law":      one("Захист за правом не залежить від реєстрації."),
	"notice.limited":  one("Відповідь містить лише те, що було передано вам; зареєстровано може бути більше."),
	"notice.exercise": one("Цей реєстр навчальний."),

	"state.inForce":   one("чинний"),
	"state.stale":     one("чинний, строк підтвердження минув"),
	"state.later":     one("набуде чинності пізніше"),
	"state.lapsed":    one("строк дії минув"),
	"state.withdrawn": one("відкликано"),
	"state.contested": one("оскаржується"),

	"verification.entered":             one("введено"),
	"verification.sane":                one("правдоподібно"),
	"verification.read-back":           one("повторно введено другою особою"),
	"verification.imagery":             one("видно на знімках"),
	"verification.second-organisation": one("поручилася друга організація"),
	"verification.recipient-read-back": one("повернуто одержувачем для звірки"),

	"kind.site":     one("об’єкт"),
	"kind.area":     one("район"),
	"kind.movement": one("рух"),
}
