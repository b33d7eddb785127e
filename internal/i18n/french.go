package i18n

var french = map[string]message{
	"notice.nothing": by("seconds", map[string]string{
		"one":   "Rien n’est enregistré ici à l’entrée {entry} du journal, datant de {seconds} seconde.",
		"other": "Rien n’est enregistré ici à l’entrée {entry} du journal, datant de {seconds} secondes."}),
	"notice.untold": by("seconds", map[string]string{
		"one":   "Rien de ce qui vous a été communiqué n’est enregistré ici à l’entrée {entry} du journal, datant de {seconds} seconde.",
		"other": "Rien de ce qui vous a été communiqué n’est enregistré ici à l’entrée {entry} du journal, datant de {seconds} secondes."}),
	"notice.empty": one("Rien n’est enregistré ici : le journal n’a encore aucune entrée."),
	"notice.applies": by("n", map[string]string{
		"one":   "{n} entrée enregistrée concerne ce lieu.",
		"other": "{n} entrées enregistrées concernent ce lieu."}),
	"notice.asOf": by("seconds", map[string]string{
		"one":   "À l’entrée {entry} du journal, datant de {seconds} seconde.",
		"other": "À l’entrée {entry} du journal, datant de {seconds} secondes."}),
	"notice.law":      one("La protection conférée par le droit ne dépend pas de l’enregistrement."),
	"notice.limited":  one("Cette réponse ne contient que ce qui vous a été communiqué ; d’autres entrées peuvent exister."),
	"notice.exercise": one("Ce registre est un exercice."),

	"state.inForce":   one("en vigueur"),
	"state.stale":     one("en vigueur, revalidation en retard"),
	"state.later":     one("en vigueur plus tard"),
	"state.lapsed":    one("arrivé à échéance"),
	"state.withdrawn": one("retiré"),
	"state.contested": one("contesté"),

	"verification.entered":             one("saisi"),
	"verification.sane":                one("plausible"),
	"verification.read-back":           one("relu par une seconde personne"),
	"verification.imagery":             one("vu sur image"),
	"verification.second-organisation": one("attesté par une seconde organisation"),
	"verification.recipient-read-back": one("relu par un destinataire"),

	"kind.site":     one("site"),
	"kind.area":     one("zone"),
	"kind.movement": one("mouvement"),
}
