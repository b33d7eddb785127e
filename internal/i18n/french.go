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
	"notice.more":     one("Ceci est une partie de la réponse : d’autres accords ou fenêtres figurent à la page suivante."),
	"notice.exercise": one("Ce registre est un exercice."),
	"notice.pack": by("seconds", map[string]string{
		"one":   "Réponse tirée d’un paquet établi il y a {seconds} seconde.",
		"other": "Réponse tirée d’un paquet établi il y a {seconds} secondes."}),
	"notice.packStale":   one("Ce paquet est plus ancien que ne l’admet celui qui l’a établi : prenez-en un plus récent ; ce qui a été enregistré depuis n’y figure pas."),
	"notice.listNothing": one("Rien de cette liste ne se trouve ici."),
	"notice.listApplies": by("n", map[string]string{
		"one":   "{n} entrée de cette liste concerne ce lieu.",
		"other": "{n} entrées de cette liste concernent ce lieu."}),
	"notice.list": one("La liste provient d’un fichier ; aucun registre n’en répond, et il peut y manquer ce que d’autres savent."),

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
