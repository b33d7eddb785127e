package i18n

var russian = map[string]message{
	"notice.nothing": by("seconds", map[string]string{
		"one":   "Здесь ничего не зарегистрировано по состоянию на запись журнала {entry}, сделанную {seconds} секунду назад.",
		"few":   "Здесь ничего не зарегистрировано по состоянию на запись журнала {entry}, сделанную {seconds} секунды назад.",
		"other": "Здесь ничего не зарегистрировано по состоянию на запись журнала {entry}, сделанную {seconds} секунд назад."}),
	"notice.empty": one("Здесь ничего не зарегистрировано: в журнале ещё нет записей."),
	"notice.applies": by("n", map[string]string{
		"one":   "К этому месту относится {n} зарегистрированная запись.",
		"few":   "К этому месту относятся {n} зарегистрированные записи.",
		"other": "К этому месту относится {n} зарегистрированных записей."}),
	"notice.asOf": by("seconds", map[string]string{
		"one":   "По состоянию на запись журнала {entry}, сделанную {seconds} секунду назад.",
		"few":   "По состоянию на запись журнала {entry}, сделанную {seconds} секунды назад.",
		"other": "По состоянию на запись журнала {entry}, сделанную {seconds} секунд назад."}),
	"notice.law":      one("Защита по праву не зависит от регистрации."),
	"notice.limited":  one("Ответ содержит только то, что было передано вам; зарегистрировано может быть больше."),
	"notice.exercise": one("Этот реестр учебный."),

	"state.inForce":   one("действует"),
	"state.stale":     one("действует, срок подтверждения истёк"),
	"state.later":     one("вступит в силу позже"),
	"state.lapsed":    one("срок действия истёк"),
	"state.withdrawn": one("отозвано"),
	"state.contested": one("оспаривается"),

	"verification.entered":             one("введено"),
	"verification.sane":                one("правдоподобно"),
	"verification.read-back":           one("повторно введено вторым лицом"),
	"verification.imagery":             one("видно на снимках"),
	"verification.second-organisation": one("поручилась вторая организация"),
	"verification.recipient-read-back": one("возвращено получателем для сверки"),

	"kind.site":     one("объект"),
	"kind.area":     one("район"),
	"kind.movement": one("передвижение"),
}
