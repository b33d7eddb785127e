package tabular

import (
	"strings"
	"sync"

	"truce"
)

// synonyms are the words for a code, by the name of its table. A text stands
// for a code when, without the modifiers, it is exactly one of them. There is
// no guessing beyond that: a veterinary hospital is not a hospital.
var synonyms = map[string]map[string]string{
	"function": {
		"hospital": `hospital, hospitals, hosp, general hospital, university hospital, teaching hospital, maternity hospital, field hospital, childrens hospital, children s hospital, pediatric hospital, paediatric hospital, surgical hospital,
			hopital, hopitaux, hopital universitaire, centre hospitalier, centre hospitalier universitaire, centre hospitalier regional, chu, chr, hopital de campagne, hospital universitario, hospital de campana,
			больница, больницы, госпиталь, клиническая больница, роддом, родильный дом, военно полевой госпиталь, полевой госпиталь, лікарня, шпиталь, клінічна лікарня, пологовий будинок,
			مستشفى, مشفى, المستشفى, المشفى, مستشفى جامعي, مشفى جامعي, مستشفى تعليمي, مستشفى ميداني, مشفى ميداني, مستشفى ولادة, مستشفى اطفال`,
		"clinic": `clinic, clinics, polyclinic, policlinic, health centre, health center, health clinic, medical centre, medical center, medical clinic, medical point, medical facility, primary health care, primary health care centre, primary health care center, phc, phcc, healthcare centre, healthcare center, dispensary, outpatient clinic,
			centre de sante, centre de sante communautaire, centre de sante de reference, centre medical, clinique, polyclinique, cabinet medical, dispensaire, cscom, csref, csps,
			clinica, policlinica, centro de salud, centro medico, consultorio, ambulatorio, dispensario, поликлиника, клиника, амбулатория, медцентр, медицинский центр, диспансер, поліклініка, клініка, амбулаторія, медичний центр,
			عيادة, عيادات, العيادة, مستوصف, المستوصف, مركز صحي, المركز الصحي, مركز طبي, مركز الرعاية الصحية الاولية, مجمع عيادات, نقطة طبية, مصحة`,
		"health-post":       `health post, health unit, health hut, health house, aid post, first aid post, first aid point, poste de sante, case de sante, poste medical, puesto de salud, puesto sanitario, фельдшерско акушерский пункт, фап, медпункт, медицинский пункт, фельдшерський пункт, медичний пункт, نقطة صحية, وحدة صحية, نقطة اسعاف`,
		"pharmacy":          `pharmacy, pharmacies, drugstore, medical store, medical depot, pharmacie, depot pharmaceutique, farmacia, аптека, صيدلية, الصيدلية, مستودع ادوية`,
		"ambulance-station": `ambulance station, ambulance, ambulance centre, ambulance center, emergency medical service, ems station, station d ambulances, estacion de ambulancias, скорая помощь, станция скорой помощи, швидка допомога, станція швидкої допомоги, مركز اسعاف, محطة اسعاف, منظومة الاسعاف`,
		"laboratory":        `laboratory, lab, medical laboratory, blood bank, blood donation, blood centre, blood center, laboratoire, banque du sang, laboratorio, banco de sangre, лаборатория, банк крови, станция переливания крови, лабораторія, банк крові, مختبر, مخبر, بنك الدم`,
		"school": `school, schools, primary school, secondary school, elementary school, middle school, high school, ecole, ecole primaire, ecole secondaire, lycee, escuela, escuela primaria, escuela secundaria, instituto de secundaria,
			школа, средняя школа, начальная школа, гимназия, лицей, середня школа, гімназія, ліцей, مدرسة, المدرسة, مدارس, مدرسة ابتدائية, مدرسة اعدادية, مدرسة ثانوية, ثانوية, ابتدائية`,
		"university":       `university, universities, faculty, higher education, institute of higher education, universite, faculte, universidad, facultad, университет, институт, університет, інститут, جامعة, الجامعة, كلية`,
		"kindergarten":     `kindergarten, nursery, nursery school, pre school, preschool, day care, creche, ecole maternelle, maternelle, jardin d enfants, jardin de infancia, guarderia, детский сад, детсад, дитячий садок, дитсадок, روضة, روضة اطفال, حضانة`,
		"shelter":          `shelter, shelters, collective centre, collective center, collective shelter, bomb shelter, reception centre, reception center, transit centre, transit center, abri, centre collectif, centre d accueil, refugio, albergue, centro colectivo, убежище, приют, пункт временного размещения, укриття, притулок, مأوى, ملجأ, مركز ايواء, مركز جماعي`,
		"camp":             `camp, camps, idp camp, refugee camp, displaced camp, idp site, displacement site, tented settlement, camp de deplaces, camp de refugies, campo de refugiados, campamento, лагерь, лагерь беженцев, табір, табір біженців, مخيم, المخيم, مخيمات, مخيم نازحين, مخيم لاجئين`,
		"water":            `water, water works, waterworks, water station, water pumping station, pumping station, pump station, water treatment plant, water treatment, water tower, water tank, reservoir, water well, well, borehole, water point, station de pompage, station d eau, chateau d eau, puits, forage, point d eau, estacion de bombeo, planta de agua, pozo, водоканал, насосная станция, водонасосная станция, водозабор, колодец, скважина, насосна станція, водозабір, криниця, محطة مياه, محطة ضخ, محطة ضخ مياه, محطة المياه, بئر, خزان مياه`,
		"electricity":      `electricity, power, power station, power plant, electric substation, electrical substation, substation, transformer station, transformer, centrale electrique, poste electrique, sous station electrique, central electrica, subestacion, электростанция, подстанция, трансформаторная подстанция, тэц, електростанція, підстанція, тец, محطة كهرباء, محطة توليد, محطة تحويل, محطة الكهرباء`,
		"communication":    `communication, communications, telecommunication, telecommunications, telecom, communication tower, telephone exchange, cell tower, telecommunications tower, television, radio station, tour de telecommunication, torre de comunicaciones, узел связи, телебашня, вышка связи, вузол зв'язку, телевежа, اتصالات, برج اتصالات, مقسم هاتف`,
		"waste":            `waste, sewage, sewage works, sewage treatment plant, wastewater treatment plant, wastewater treatment, landfill, station d epuration, decharge, planta de tratamiento, vertedero, очистные сооружения, канализационная станция, очисні споруди, محطة معالجة, محطة صرف صحي, صرف صحي, مكب نفايات`,
		"bakery":           `bakery, bakeries, mill, flour mill, bread oven, boulangerie, moulin, panaderia, molino, пекарня, хлебозавод, мельница, хлібзавод, млин, مخبز, المخبز, فرن, مطحنة`,
		"warehouse":        `humanitarian warehouse, relief warehouse, aid warehouse, warehouse humanitarian, entrepot humanitaire, almacen humanitario, склад гуманитарной помощи, гуманитарный склад, склад гуманітарної допомоги, гуманітарний склад, مستودع اغاثي, مستودع انساني, مستودع مساعدات`,
		"distribution":     `distribution point, distribution centre, distribution center, distribution site, food distribution point, aid distribution, point de distribution, centre de distribution, punto de distribucion, пункт выдачи, пункт раздачи, пункт видачі, نقطة توزيع, مركز توزيع`,
		"office":           `humanitarian office, ngo office, ingo office, aid office, bureau humanitaire, bureau d ong, oficina humanitaria, гуманитарный офис, гуманітарний офіс, مكتب منظمة, مكتب انساني`,
		"guesthouse":       `guesthouse, guest house, humanitarian guesthouse, staff residence, staff accommodation, maison d hotes, casa de huespedes, гостевой дом, гостьовий будинок, دار ضيافة, سكن موظفين`,
		"un-premises":      `un premises, un office, un compound, un agency, united nations, un facility, un base, bureau de l onu, oficina de la onu, помещения оон, офис оон, офіс оон, مكتب الامم المتحدة, مقر الامم المتحدة`,
		"civil-defence":    `civil defence, civil defense, civil defence station, civil defense station, fire station, fire brigade, rescue station, protection civile, caserne de pompiers, pompiers, proteccion civil, bomberos, estacion de bomberos, гражданская оборона, пожарная часть, мчс, цивільний захист, пожежна частина, дснс, دفاع مدني, الدفاع المدني, مركز دفاع مدني, اطفاء, مركز اطفاء`,
		"cultural":         `cultural, cultural property, cultural heritage, cultural site, heritage, heritage site, monument, museum, archaeological site, archeological site, library, archive, historic building, historic monument, patrimoine, patrimoine culturel, musee, site archeologique, bibliotheque, patrimonio, museo, biblioteca, sitio arqueologico, музей, памятник, культурное наследие, библиотека, пам'ятка, культурна спадщина, бібліотека, متحف, تراث, موقع اثري, موقع تراثي, مكتبة, ثقافي`,
		"religious":        `religious, religious building, religious site, place of worship, worship, mosque, church, cathedral, synagogue, temple, monastery, religieux, lieu de culte, mosquee, eglise, cathedrale, religioso, lugar de culto, mezquita, iglesia, мечеть, церковь, храм, монастырь, собор, синагога, церква, монастир, مسجد, جامع, كنيسة, دير, معبد, ديني, دور عبادة`,
		"civic":            `civic, civic building, public building, town hall, city hall, townhall, municipality building, courthouse, government building, administrative building, batiment public, mairie, hotel de ville, edificio publico, ayuntamiento, общественное здание, администрация, ратуша, громадська будівля, مبنى عام, مبنى حكومي, بلدية, مبنى البلدية`,
		"market":           `market, marketplace, market place, bazaar, souk, souq, marche, bazar, mercado, рынок, базар, ринок, سوق, السوق, اسواق`,
		"bridge":           `bridge, bridges, pont, puente, мост, міст, جسر, الجسر`,
		"port":             `port, harbour, harbor, sea port, seaport, port maritime, puerto, порт, морской порт, морський порт, ميناء, مرفأ`,
		"dangerous-forces": `dangerous forces, works containing dangerous forces, installations containing dangerous forces, works and installations containing dangerous forces, dam, dams, dyke, nuclear power plant, nuclear power station, barrage, digue, centrale nucleaire, presa, dique, central nuclear, плотина, дамба, атомная электростанция, аэс, гребля, атомна електростанція, аес, سد, السد, محطة نووية`,
		"crossing":         `crossing, crossings, border crossing, crossing point, border crossing point, line crossing, checkpoint crossing, entry exit crossing point, eecp, point de passage, poste frontiere, paso fronterizo, cruce, пункт пропуска, пограничный переход, кпвв, пункт пропуску, معبر, المعبر, معبر حدودي, نقطة عبور`,
		"other":            `other, others, autre, autres, otro, otra, другое, прочее, інше, اخرى, غير ذلك`,
		"unspecified":      ``,
	},
	"operatingState": {
		"functional":        `yes, oui, si, да, так, نعم, functional, functioning, fully functional, fully functioning, operational, open, opened, working, in service, active, in use, running, ouvert, ouverte, fonctionnel, fonctionnelle, en service, en activite, operationnel, abierto, funcional, operativo, en servicio, работает, действует, открыт, открыта, функционирует, действующий, працює, діє, відкрито, функціонує, يعمل, تعمل, مفتوح, عامل, عاملة, في الخدمة, فعال, فعالة`,
		"partly-functional": `partly functional, partially functional, partially functioning, partly functioning, partially operational, partially, partial, partly, limited, reduced, partiellement fonctionnel, partiellement fonctionnelle, partiellement, partiel, parcialmente funcional, parcialmente, parcial, частично, частично работает, частково, частково працює, جزئي, جزئيا, يعمل جزئيا, تعمل جزئيا`,
		"damaged":           `damaged, partially damaged, partly damaged, severely damaged, endommage, endommagee, partiellement endommage, danado, danada, поврежден, повреждена, повреждено, частично поврежден, пошкоджено, пошкоджений, متضرر, متضررة, متضرر جزئيا`,
		"not-functional":    `no, non, нет, ні, لا, not functional, non functional, nonfunctional, not functioning, non functioning, not operational, non operational, out of service, closed, inactive, abandoned, disused, shut, shut down, evacuated, ferme, fermee, hors service, non fonctionnel, non fonctionnelle, cerrado, cerrada, no funcional, fuera de servicio, закрыт, закрыта, не работает, не действует, не функционирует, закрито, не працює, не функціонує, لا يعمل, لا تعمل, مغلق, مغلقة, متوقف, متوقفة, خارج الخدمة`,
		"destroyed":         `destroyed, completely destroyed, totally destroyed, fully damaged, completely damaged, detruit, detruite, destruido, destruida, разрушен, разрушена, разрушено, уничтожен, зруйновано, зруйнований, знищено, مدمر, مدمرة, مدمر كليا, مهدم`,
		"unknown":           `unknown, not known, inconnu, desconocido, неизвестно, невідомо, غير معروف`,
	},
	"areaKind": {
		"ceasefire-area":           `ceasefire, ceasefire area, ceasefire zone, cessation of hostilities, zone de cessez le feu, alto el fuego, прекращение огня, припинення вогню, وقف اطلاق النار`,
		"local-agreement":          `local agreement, local ceasefire, local truce, accord local, acuerdo local, локальное перемирие, местное соглашение, місцева угода, اتفاق محلي, هدنة محلية`,
		"de-escalation":            `de escalation, deescalation, de escalation zone, de escalation area, deescalation zone, zone de desescalade, desescalada, зона деэскалации, зона деескалації, خفض التصعيد, منطقة خفض التصعيد`,
		"security-belt":            `security belt, security zone, zone de securite, зона безопасности, зона безпеки`,
		"demilitarised":            `demilitarised, demilitarized, demilitarised zone, demilitarized zone, dmz, zone demilitarisee, zona desmilitarizada, демилитаризованная зона, демілітаризована зона, منطقة منزوعة السلاح`,
		"hospital-and-safety-zone": `hospital zone, hospital and safety zone, zone sanitaire, санитарная зона`,
		"neutralised":              `neutralised, neutralized, neutralised zone, neutralized zone, zone neutralisee, нейтрализованная зона`,
		"non-defended":             `non defended locality, non defended, undefended locality, localite non defendue, необороняемая местность`,
		"holding-point":            `holding point, waiting point, waiting area, holding area, zone d attente, punto de espera, пункт ожидания, пункт очікування`,
		"residential":              `residential area, residential, residential zone, zone residentielle, zona residencial, жилой район, житловий район, منطقة سكنية`,
		"repair":                   `repair, repair area, repair work, zone de reparation, ремонт, зона ремонта, ремонтні роботи`,
	},
	"purpose": {
		"food-aid":           `food, food aid, food assistance, aide alimentaire, vivres, ayuda alimentaria, продовольствие, продукты, продовольство, مساعدات غذائية, غذاء`,
		"non-food-aid":       `non food aid, non food items, nfi, nfis, relief items, relief goods, articles non alimentaires, непродовольственная помощь, непродовольчі товари, مواد غير غذائية, مواد اغاثية`,
		"medical-supply":     `medical supplies, medical supply, medicines, medicine, fournitures medicales, medicaments, suministros medicos, медикаменты, лекарства, медикаменти, مواد طبية, ادوية`,
		"general-cargo":      `general cargo, cargo, goods, fret, carga, груз, вантаж, بضائع`,
		"staff":              `staff, staff movement, personnel, staff transport, transport de personnel, персонал, موظفين`,
		"assessment":         `assessment, monitoring, monitoring visit, field visit, evaluation, mission d evaluation, evaluacion, оценка, мониторинг, оцінка, моніторинг, تقييم`,
		"medical-evacuation": `medical evacuation, medevac, evacuation medicale, evacuacion medica, медицинская эвакуация, медична евакуація, اخلاء طبي`,
		"evacuation":         `evacuation, evacuation of civilians, civilian evacuation, evacuation de civils, evacuacion, эвакуация, евакуація, اخلاء, اخلاء مدنيين`,
		"migrants":           `migrants, migrant transport, мигранты`,
		"rotation":           `rotation, staff rotation, ротация, ротація`,
		"repair-crew":        `repair crew, repair team, repairs, equipe de reparation, ремонтная бригада, ремонтна бригада, فريق صيانة`,
	},
	"mode": {
		"land": `land, road, by road, by land, truck, trucks, vehicle, route, par route, voie terrestre, terrestre, carretera, наземный, автомобильный, наземний, بري, برا`,
		"air":  `air, by air, flight, helicopter, plane, avion, voie aerienne, aereo, воздушный, авиа, повітряний, جوي`,
		"sea":  `sea, by sea, ship, vessel, boat, bateau, voie maritime, mar, maritimo, морской, морський, بحري`,
	},
}

// modifiers are words that do not change what something is for.
const modifierWords = `of the a an and for de du des la le les l d et del el los las y
	district regional region national central general public private state governmental government governorate provincial province municipal city town village local rural urban
	community referral reference primary secondary tertiary basic main new old big small large mobile temporary
	regionale regionaux nationale nationaux generale publique prive privee central centrale communautaire rurale communal municipale
	nacional publico privado provincial municipal
	областная областной областна районная районный районна городская городской міська центральная центральный центральна государственная государственный державна сельская сільська частная приватна
	العام العامة عام عامة الوطني الوطنية وطني المركزي المركزية مركزي الريفي ريفي الحكومي حكومي الخاص خاص المحلي محلي`

// tables of the words, made once: by table, by phrase, the code.
var codeIndex = sync.OnceValue(func() map[string]map[string]string {
	index := map[string]map[string]string{}
	for _, t := range []*truce.CodeTable{
		truce.FunctionCodes, truce.OperatingCodes, truce.AreaCodes, truce.PurposeCodes, truce.ModeCodes, truce.OutcomeCodes, truce.SensitivityCodes,
	} {
		words := map[string]string{}
		for _, c := range t.Codes {
			words[phrase(c.Code)] = c.Code
			for p := range strings.SplitSeq(synonyms[t.Name][c.Code], ",") {
				words[phrase(p)] = c.Code
			}
		}
		delete(words, "")
		index[t.Name] = words
	}
	return index
})

var modifierIndex = sync.OnceValue(func() map[string]bool {
	index := map[string]bool{}
	for w := range strings.FieldsSeq(modifierWords) {
		index[foldText(w)] = true
	}
	return index
})

// codeFor finds the code of a table that a text stands for.
func codeFor(table, text string) (string, bool) {
	if len(text) > 200 {
		return "", false
	}
	words := wordsOf(foldText(text))
	known := codeIndex()[table]
	if code, ok := known[strings.Join(words, " ")]; ok {
		return code, true
	}
	kept := words[:0:0]
	for _, w := range words {
		if !modifierIndex()[w] {
			kept = append(kept, w)
		}
	}
	code, ok := known[strings.Join(kept, " ")]
	return code, ok
}
