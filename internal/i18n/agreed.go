package i18n

import "maps"

// The texts of answers about agreements and windows, and the words for the
// conditions of readiness that the public's texts do not have.
func init() {
	for lang, part := range agreed {
		maps.Copy(catalogue[lang], part)
	}
}

var agreed = map[Lang]map[string]message{
	English: {
		"notice.noObject":   one("No site, area or movement is registered here; agreements or windows that concern the place are."),
		"notice.noneAgreed": one("No agreement, pause or corridor is registered for this question."),
		"notice.oneSide":    one("What one side announced is not agreed by all: only those who accepted it themselves are bound."),
		"gate.area":         one("the place"),
		"gate.route":        one("the road"),
		"gate.mayPass":      one("who and what passes"),
		"gate.vehicleClass": one("what vehicles the road carries"),
		"gate.asset":        one("what is repaired"),
		"gate.steps":        one("the agreed numbers"),
		"gate.parties":      one("a second side"),
		"gate.identical":    one("the same terms on all sides"),
		"gate.agreement":    one("the agreement that it stands under"),
		"gate.budget":       one("enough time"),
	},
	French: {
		"notice.noObject":   one("Aucun site, aucune zone et aucun mouvement n’est enregistré ici ; des accords ou des pauses qui concernent ce lieu le sont."),
		"notice.noneAgreed": one("Aucun accord, aucune pause et aucun couloir n’est enregistré pour cette question."),
		"notice.oneSide":    one("Ce qu’une partie a annoncé n’est pas convenu par toutes : seules celles qui l’ont accepté elles-mêmes sont liées."),
		"gate.area":         one("le lieu"),
		"gate.route":        one("la route"),
		"gate.mayPass":      one("qui et quoi passe"),
		"gate.vehicleClass": one("les véhicules que porte la route"),
		"gate.asset":        one("ce qui est réparé"),
		"gate.steps":        one("les nombres convenus"),
		"gate.parties":      one("une deuxième partie"),
		"gate.identical":    one("les mêmes termes de tous les côtés"),
		"gate.agreement":    one("l’accord dont il relève"),
		"gate.budget":       one("assez de temps"),
	},
	Russian: {
		"notice.noObject":   one("Здесь не зарегистрировано ни объекта, ни зоны, ни передвижения; зарегистрированы соглашения или паузы, которые касаются этого места."),
		"notice.noneAgreed": one("По этому вопросу не зарегистрировано ни соглашения, ни паузы, ни коридора."),
		"notice.oneSide":    one("То, что объявила одна сторона, не согласовано всеми: связаны только те, кто сам это принял."),
		"gate.area":         one("место"),
		"gate.route":        one("дорога"),
		"gate.mayPass":      one("кто и что проходит"),
		"gate.vehicleClass": one("какой транспорт выдерживает дорога"),
		"gate.asset":        one("что ремонтируется"),
		"gate.steps":        one("согласованные числа"),
		"gate.parties":      one("вторая сторона"),
		"gate.identical":    one("одинаковые условия у всех сторон"),
		"gate.agreement":    one("соглашение, на котором это основано"),
		"gate.budget":       one("достаточно времени"),
	},
	Ukrainian: {
		"notice.noObject":   one("Тут не зареєстровано ні об’єкта, ні зони, ні пересування; зареєстровано угоди або паузи, що стосуються цього місця."),
		"notice.noneAgreed": one("За цим запитанням не зареєстровано ні угоди, ні паузи, ні коридору."),
		"notice.oneSide":    one("Те, що оголосила одна сторона, не погоджено всіма: зв’язані лише ті, хто сам це прийняв."),
		"gate.area":         one("місце"),
		"gate.route":        one("дорога"),
		"gate.mayPass":      one("хто й що проходить"),
		"gate.vehicleClass": one("який транспорт витримує дорога"),
		"gate.asset":        one("що ремонтується"),
		"gate.steps":        one("узгоджені числа"),
		"gate.parties":      one("друга сторона"),
		"gate.identical":    one("однакові умови в усіх сторін"),
		"gate.agreement":    one("угода, на якій це засновано"),
		"gate.budget":       one("достатньо часу"),
	},
	Arabic: {
		"notice.noObject":   one("لا موقع ولا منطقة ولا تحرك مسجَّل هنا، لكن اتفاقات أو هدنًا تخص هذا المكان مسجَّلة."),
		"notice.noneAgreed": one("لا اتفاق ولا هدنة ولا ممر مسجَّل بشأن هذا السؤال."),
		"notice.oneSide":    one("ما أعلنه طرف واحد لم تتفق عليه جميع الأطراف: لا يلتزم به إلا من قبله بنفسه."),
		"gate.area":         one("المكان"),
		"gate.route":        one("الطريق"),
		"gate.mayPass":      one("من وما يمر"),
		"gate.vehicleClass": one("المركبات التي يحملها الطريق"),
		"gate.asset":        one("ما يجري إصلاحه"),
		"gate.steps":        one("الأعداد المتفق عليها"),
		"gate.parties":      one("طرف ثانٍ"),
		"gate.identical":    one("الشروط نفسها لدى جميع الأطراف"),
		"gate.agreement":    one("الاتفاق الذي يستند إليه"),
		"gate.budget":       one("وقت كافٍ"),
	},
}
