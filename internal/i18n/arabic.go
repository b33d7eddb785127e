package i18n

var arabic = map[string]message{
	"notice.nothing": by("seconds", map[string]string{
		"one":   "لا شيء مسجَّل هنا حتى القيد {entry} في السجل، وعمره ثانية واحدة.",
		"two":   "لا شيء مسجَّل هنا حتى القيد {entry} في السجل، وعمره ثانيتان.",
		"few":   "لا شيء مسجَّل هنا حتى القيد {entry} في السجل، وعمره {seconds} ثوانٍ.",
		"other": "لا شيء مسجَّل هنا حتى القيد {entry} في السجل، وعمره {seconds} ثانية."}),
	"notice.untold": by("seconds", map[string]string{
		"one":   "لا شيء مما أُتيح لكم مسجَّل هنا حتى القيد {entry} في السجل، وعمره ثانية واحدة.",
		"two":   "لا شيء مما أُتيح لكم مسجَّل هنا حتى القيد {entry} في السجل، وعمره ثانيتان.",
		"few":   "لا شيء مما أُتيح لكم مسجَّل هنا حتى القيد {entry} في السجل، وعمره {seconds} ثوانٍ.",
		"other": "لا شيء مما أُتيح لكم مسجَّل هنا حتى القيد {entry} في السجل، وعمره {seconds} ثانية."}),
	"notice.empty": one("لا شيء مسجَّل هنا: لا قيود في السجل بعد."),
	"notice.applies": by("n", map[string]string{
		"one":   "قيد مسجَّل واحد يخص هذا المكان.",
		"two":   "قيدان مسجَّلان يخصان هذا المكان.",
		"few":   "{n} قيود مسجَّلة تخص هذا المكان.",
		"many":  "{n} قيدًا مسجَّلًا يخص هذا المكان.",
		"other": "{n} قيد مسجَّل يخص هذا المكان."}),
	"notice.asOf": by("seconds", map[string]string{
		"one":   "حتى القيد {entry} في السجل، وعمره ثانية واحدة.",
		"two":   "حتى القيد {entry} في السجل، وعمره ثانيتان.",
		"few":   "حتى القيد {entry} في السجل، وعمره {seconds} ثوانٍ.",
		"other": "حتى القيد {entry} في السجل، وعمره {seconds} ثانية."}),
	"notice.law":      one("الحماية بموجب القانون لا تتوقف على التسجيل."),
	"notice.limited":  one("لا تتضمن هذه الإجابة إلا ما أُتيح لكم؛ وقد يكون مسجَّلًا غيره."),
	"notice.more":     one("هذا جزء من الإجابة: توجد اتفاقات أو فترات أخرى في الصفحة التالية."),
	"notice.exercise": one("هذا السجل للتمرين."),
	"notice.pack": by("seconds", map[string]string{
		"zero":  "الإجابة من حزمة أُعدَّت الآن ({seconds} ثانية).",
		"one":   "الإجابة من حزمة أُعدَّت قبل ثانية واحدة.",
		"two":   "الإجابة من حزمة أُعدَّت قبل ثانيتين.",
		"few":   "الإجابة من حزمة أُعدَّت قبل {seconds} ثوانٍ.",
		"other": "الإجابة من حزمة أُعدَّت قبل {seconds} ثانية."}),
	"notice.packStale":   one("هذه الحزمة أقدم مما حدده مُعِدّها: اطلبوا حزمة أحدث؛ فما سُجِّل بعدها ليس فيها."),
	"notice.listNothing": one("لا شيء من هذه القائمة هنا."),
	"notice.listApplies": by("n", map[string]string{
		"zero":  "لا قيود من هذه القائمة تخص هذا المكان ({n}).",
		"one":   "قيد واحد من هذه القائمة يخص هذا المكان.",
		"two":   "قيدان من هذه القائمة يخصان هذا المكان.",
		"few":   "{n} قيود من هذه القائمة تخص هذا المكان.",
		"many":  "{n} قيدًا من هذه القائمة تخص هذا المكان.",
		"other": "{n} قيد من هذه القائمة تخص هذا المكان."}),
	"notice.list": one("أُعدَّت القائمة من ملف، ولا يقف وراءها أي سجل، وقد ينقصها ما يعرفه غيركم."),

	"state.inForce":   one("ساري"),
	"state.stale":     one("ساري وتأخرت إعادة التحقق منه"),
	"state.later":     one("يسري لاحقًا"),
	"state.lapsed":    one("انقضى أجله"),
	"state.withdrawn": one("مسحوب"),
	"state.contested": one("محل اعتراض"),

	"verification.entered":             one("أُدخل"),
	"verification.sane":                one("معقول"),
	"verification.read-back":           one("أعاد شخص ثانٍ قراءته"),
	"verification.imagery":             one("شوهد في الصور"),
	"verification.second-organisation": one("شهدت له منظمة ثانية"),
	"verification.recipient-read-back": one("أعاد متلقٍّ قراءته"),

	"kind.site":     one("موقع"),
	"kind.area":     one("منطقة"),
	"kind.movement": one("تحرك"),
}
