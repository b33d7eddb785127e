package tabular

import (
	"strings"
	"sync"
)

// aliases are the headings that are recognised for each field, as found in the
// lists of notification cells, health ministries, OpenStreetMap, KoBo, OCHA's
// common operational datasets and spreadsheets in English, French, Spanish,
// Russian, Ukrainian and Arabic. They are compared by headingKey, so case,
// accents, separators and the usual exchanges of Arabic letters do not count.
// The heading of a field's own path is recognised without standing here.
var aliases = map[string]string{
	"lat": `latitude, lat, y, ycoord, y coord, coord y, y coordinate, coordinate y, point y, lat dd, dd lat, latitude dd,
		lat decimal, decimal lat, latitude decimal, decimal latitude, latitude decimal degrees, latitude degrees, lat deg,
		gps latitude, gps lat, geo lat, latitude n, latitude y, y latitude, latitude wgs84, lat wgs84, wgs84 lat, latitude gps,
		latitude decimale, latitude en degres decimaux, coordonnee y, coordonnees y, latitud, latitud decimal, latitud gps,
		coordenada y, широта, широта десятичная, широта gps, шир, северная широта, північна широта, широта с, координата у,
		خط العرض, خطوط العرض, دائرة العرض, عرض, العرض, احداثي y, الاحداثي y, احداثيات العرض`,
	"lon": `longitude, lon, long, lng, longi, x, xcoord, x coord, coord x, x coordinate, coordinate x, point x, lon dd, dd lon,
		long dd, dd long, longitude dd, lon decimal, long decimal, decimal lon, decimal long, longitude decimal, decimal longitude,
		longitude decimal degrees, longitude degrees, lon deg, long deg, gps longitude, gps lon, gps long, gps lng, geo lon, geo long,
		geo lng, longitude e, longitude x, x longitude, longitude wgs84, lon wgs84, long wgs84, wgs84 lon, longitude gps,
		longitude decimale, longitude en degres decimaux, coordonnee x, coordonnees x, longitud, longitud decimal, longitud gps,
		coordenada x, долгота, долгота десятичная, долгота gps, долг, восточная долгота, довгота, довгота десяткова, східна довгота,
		координата х, خط الطول, خطوط الطول, طول, الطول, احداثي x, الاحداثي x, احداثيات الطول`,
	"lat.dms": `dms lat, lat dms, dms latitude, latitude dms, ddm lat, lat ddm, latitude ddm, lat deg min sec, latitude deg min sec,
		latitude degrees minutes seconds, lat gms, gms lat, latitude gms, latitude en dms, latitude degres minutes secondes,
		latitud gms, latitud grados minutos segundos, широта гмс, широта dms, خط العرض بالدرجات`,
	"lon.dms": `dms lon, lon dms, dms long, long dms, dms longitude, longitude dms, dms lng, ddm lon, lon ddm, longitude ddm,
		lon deg min sec, long deg min sec, longitude deg min sec, longitude degrees minutes seconds, lon gms, long gms, gms long,
		gms lon, longitude gms, longitude en dms, longitude degres minutes secondes, longitud gms, longitud grados minutos segundos,
		долгота гмс, долгота dms, довгота гмс, довгота dms, خط الطول بالدرجات`,
	"coord": `coordinates, coordinate, coord, coords, position, gps, gps coordinates, gps coordinate, gps coords, gps position, gps point,
		geopoint, geolocation, geo location, geo coordinates, latlon, latlong, latlng, lat lon, lat long, lat lng, latitude longitude,
		latitude and longitude, mgrs, mgrs grid, mgrs coordinates, mgrs coordinate, mgrs grid reference, usng, utm, utm coordinates, utm coordinate,
		utm grid, grid, grid reference, grid ref, grid coordinates, geo uri, dms, dms coordinates, map link, google maps link,
		coordonnees, coordonnee, coordonnees gps, coordonnees geographiques, position gps, coordenadas, coordenadas gps,
		coordenadas geograficas, posicion, координаты, координата, координаты gps, географические координаты, gps координаты,
		координати, gps координати, географічні координати, الاحداثيات, احداثيات, احداثيات الموقع, احداثيات gps, الاحداثيات الجغرافية`,
	"utm.easting":  `easting, utm easting, utm e, e utm, utm x, x utm, eastings, est utm, utm este`,
	"utm.northing": `northing, utm northing, utm n, n utm, utm y, y utm, northings, nord utm, utm norte`,
	"utm.zone":     `utm zone, zone utm, utm z, grid zone, zone designator, huso utm, зона utm, نطاق utm`,
	"coord.accuracyM": `accuracy, accuracy m, accuracy metres, accuracy meters, position accuracy, gps accuracy, gps precision, precision,
		precision m, precision metres, radius, radius m, radius metres, radius meters, uncertainty, uncertainty m, coordinate uncertainty,
		coordinateuncertaintyinmeters, hdop m, geo precision, exactitude, rayon, rayon m, precision gps, precision gps m, incertitude, precision en metres,
		exactitud, incertidumbre, точность, точность м, радиус, радиус м, погрешность, точність, точність м, радіус, радіус м, похибка,
		الدقة, دقة, دقة الموقع, نصف القطر, الدقة بالمتر`,
	"coord.method": `method, coordinate method, coordinate source, source of coordinates, coordinates source, ll source, latlong source,
		position source, gps source, location method, source des coordonnees, methode, fuente de coordenadas, источник координат, джерело координат,
		مصدر الاحداثيات`,
	"coord.datum": `datum, geodetic datum, reference datum, coordinate datum`,
	"geometry":    `geometry, geom, the geom, wkt, wkt geom, geojson, shape wkt, footprint, геометрия, геометрія`,

	"names": `name, names, title, site, site name, name of site, name of the site, facility, facility name, name of facility, name of the facility,
		facility n, facilityname, fac name, health facility, health facility name, hospital name, name of hospital, school name, place name, location name,
		object name, feature name, establishment, establishment name, official name, area name, convoy name, movement name,
		nom, noms, nom du site, nom de l etablissement, nom etablissement, etablissement, nom de la structure, nom structure,
		nom de la formation sanitaire, formation sanitaire, structure sanitaire, denomination, designation, intitule, nom officiel,
		nombre, nombres, nombre del sitio, nombre del establecimiento, nombre establecimiento, establecimiento, nombre de la instalacion, denominacion,
		название, наименование, имя, название объекта, наименование объекта, название учреждения, наименование учреждения, учреждение, объект,
		назва, найменування, ім'я, назва об'єкта, назва закладу, найменування закладу, заклад, об'єкт, установа,
		الاسم, اسم, اسم المنشأة, المنشأة, اسم الموقع, اسم المستشفى, اسم المدرسة, اسم المرفق, المرفق, اسم المركز, التسمية`,
	"names.alias": `alias, aliases, alt name, alternative name, alternate name, other name, other names, short name, local name, also known as, aka,
		autre nom, autres noms, nom alternatif, nom court, otro nombre, nombre alternativo, nombre corto,
		другое название, краткое название, інша назва, коротка назва, اسم اخر, الاسم البديل, الاسم المحلي`,
	"names.former":          `old name, former name, previous name, ancien nom, nombre anterior, прежнее название, старое название, колишня назва, стара назва, الاسم القديم, الاسم السابق`,
	"names.transliteration": `transliteration, transliterated name, name transliterated, romanized name, nom translittere, транслитерация, транслітерація`,

	"type": `type, types, kind, function, functions, facility type, type of facility, facility kind, site type, type of site, type of object, object type, location type,
		category, categories, facility category, typology, amenity, healthcare, health facility type, use, usage,
		fonction, type de structure, type d etablissement, type de site, type de formation, categorie, typologie,
		tipo, tipo de establecimiento, tipo de instalacion, tipo de sitio, tipo establecimiento, funcion, categoria, tipologia,
		тип, вид, тип объекта, вид объекта, тип учреждения, категория, назначение, функция,
		тип об'єкта, тип закладу, вид закладу, категорія, призначення, функція,
		النوع, نوع, نوع المنشأة, نوع المرفق, نوع الموقع, الفئة, فئة, التصنيف, الوظيفة`,
	"areaKind": `area kind, area type, type of area, zone type, type de zone, tipo de zona, тип зоны, вид зоны, тип зони, نوع المنطقة`,
	"purpose":  `purpose, mission, mission type, reason, objet, but, but de la mission, motif, proposito, цель поездки, мета поїздки, الغرض`,
	"mode":     `mode, mode of transport, transport mode, mode de transport, modo, medio de transporte, вид транспорта, вид транспорту, وسيلة النقل`,
	"operatorOrg": `operator, operators, operator org, operator name, operated by, operating organisation, operating organization, organisation, organization, organisation name,
		organization name, org, owner, owners, owned by, ownership, agency, managing agency, managing organisation, managing organization, managed by, run by, management, authority,
		exploitant, operateur, organisme, organisme gestionnaire, gestionnaire, gere par, proprietaire, propriete, agence, organisation responsable,
		operador, organizacion, organismo, propietario, entidad, agencia, gestionado por,
		оператор, организация, владелец, собственник, управляющая организация, принадлежность, ведомство, балансодержатель,
		організація, власник, керуюча організація, належність, відомство, балансоутримувач,
		المشغل, الجهة المشغلة, الجهة, المنظمة, الجهة المالكة, المالك, الجهة المسؤولة, تابع ل`,
	"supportingAgency": `supporting agency, supporting organisation, supporting organization, supported by, support, partner, implementing partner,
		soutenu par, appuye par, organisation de soutien, partenaire, apoyado por, socio, при поддержке, партнер, поддерживающая организация, за підтримки,
		الجهة الداعمة, بدعم من, الشريك`,
	"submittingOrg": `submitting organisation, submitting organization, submitting org, submitting agency, submitted by, reporting organisation, reporting organization, notifying organisation,
		notifying organization, organisation declarante, organizacion notificante, подающая организация, заявитель, الجهة المقدمة`,
	"admin.country": `country, country name, country code, countries, nation, iso, iso2, iso3, iso3c, iso2c, iso a2, iso a3, adm0, admin0, adm0 name, adm0 en, adm0 pcode, admin0 name, admin0 pcode, addr country,
		pays, pais, страна, государство, країна, держава, البلد, الدولة, بلد`,
	"admin.adm1": `adm1, admin1, admin 1, adm1 name, adm1 en, adm1 pcode, admin1 name, admin1 pcode, adm1 code, governorate, governorates, province, region, state, oblast, mohafaza, muhafaza,
		gouvernorat, departement, wilaya, provincia, departamento, estado federal, область, регион, провинция, мухафаза, область, регіон, المحافظة, محافظة, الولاية, الاقليم`,
	"admin.adm2": `adm2, admin2, admin 2, adm2 name, adm2 en, adm2 pcode, admin2 name, admin2 pcode, adm2 code, district, qada, caza, county, cercle, raion, arrondissement,
		distrito, canton, район, округ, القضاء, المنطقة, منطقة, المديرية`,
	"admin.adm3": `adm3, admin3, admin 3, adm3 name, adm3 en, adm3 pcode, admin3 name, admin3 pcode, adm3 code, subdistrict, sub district, nahiya, nahia, commune, municipality, municipio,
		громада, территориальная община, община, الناحية, ناحية`,
	"admin.adm4": `adm4, admin4, admin 4, adm4 name, adm4 en, adm4 pcode, admin4 name, admin4 pcode, adm4 code, neighbourhood, neighborhood, quarter, quartier, barrio, микрорайон, мікрорайон, الحي, حي`,
	"admin.settlement": `settlement, town, city, village, locality, place, populated place, city or village, town or village, addr city, city town village, ville, localite, ville village,
		ciudad, pueblo, localidad, город, населенный пункт, село, деревня, місто, населений пункт, المدينة, مدينة, القرية, قرية, البلدة, التجمع السكاني`,
	"validFrom": `valid from, from date, start, start date, date start, starts, begin, begin date, date from, effective from, in force from, since, planned start, departure,
		debut, date debut, date de debut, valable du, valide du, depuis, desde, fecha inicio, fecha de inicio, inicio, valido desde,
		начало, дата начала, действует с, действителен с, с даты, початок, дата початку, діє з, чинний з, من تاريخ, تاريخ البدء, البداية, تاريخ البداية, ساري من`,
	"validUntil": `valid until, valid to, valid till, until, end, end date, date end, ends, date to, date until, expiry, expiry date, expires, in force until, planned end, arrival,
		fin, date fin, date de fin, valable jusqu au, valide jusqu au, jusqu au, hasta, fecha fin, fecha de fin, final, valido hasta, vence,
		окончание, дата окончания, действует до, действителен до, до даты, кінець, закінчення, дата закінчення, діє до, чинний до,
		حتى تاريخ, تاريخ الانتهاء, النهاية, تاريخ النهاية, ساري حتى`,
	"revalidateBy": `revalidate by, revalidation, revalidation date, review by, review date, next review, recheck by, check again by, a revoir le, revision, перепроверить до, перевірити до, تاريخ المراجعة`,
	"operatingState": `operating state, operational status, operation status, operational state, operating status, status, functional status, functionality, functionality status, functional, facility status, building status, state of facility, condition,
		etat, statut, etat de fonctionnement, statut operationnel, fonctionnalite, estado, estado operativo, estado de funcionamiento,
		статус, состояние, состояние объекта, стан, стан об'єкта, الحالة, حالة, حالة التشغيل, الحالة التشغيلية, الوضع`,
	"externalIds": `id, ids, osm id, osmid, way id, node id, uid, uuid, guid, globalid, global id, identifier, unique id, unique identifier, external id, externalid, record id, code, codes, site id, site code, facility id, facility code,
		facility uid, fid, gid, objectid, object id, hc id, ref, reference, reference number, pcode, p code, place code, location id, location code, hdx id, wikidata, gers id, registration number, hns id, hns number,
		identifiant, code structure, code etablissement, identificador, codigo, код, идентификатор, код объекта, ідентифікатор, код об'єкта, المعرف, رمز, الرمز, الكود, كود, رقم التعريف, الرقم التعريفي`,
	"description": `description, desc, details, descripcion, detalles, описание, подробности, опис, الوصف, وصف, تفاصيل`,
	"notes": `notes, note, remark, remarks, comment, comments, cmt, observation, observations, remarque, remarques, commentaire, commentaires, notas, nota, observaciones, comentarios,
		примечание, примечания, комментарий, комментарии, заметки, примітка, примітки, коментар, коментарі, ملاحظة, ملاحظات, تعليق, تعليقات`,
	"contacts.phone": `phone, phones, phone number, telephone, telephone number, tel, tel number, mobile, mobile phone, cell phone, contact phone, contact telephone, contact number, contact mobile, contacts phone,
		numero de telephone, telephone portable, portable, telefono, numero de telefono, movil, celular, телефон, номер телефона, тел, мобильный, номер телефону, мобільний,
		الهاتف, هاتف, رقم الهاتف, الجوال, جوال, رقم الجوال, الموبايل, رقم التواصل`,
	"contacts.satellite": `satellite phone, sat phone, satphone, satellite, satellite telephone, thuraya, iridium, telephone satellite, telefono satelital, спутниковый телефон, супутниковий телефон, هاتف فضائي, ثريا`,
	"contacts.radio":     `radio, radio call sign, call sign, callsign, radio channel, vhf, indicatif, indicatif radio, indicativo, позывной, радио, позивний, радіо, نداء, رمز النداء, اللاسلكي`,
	"contacts.email":     `email, e mail, emails, mail, email address, contact email, courriel, adresse email, correo, correo electronico, эл почта, электронная почта, ел пошта, електронна пошта, البريد الالكتروني, بريد الكتروني`,
	"contacts.role":      `contact role, contact duty, duty, duty desk, function du contact, должность контакта, صفة جهة الاتصال`,
	"markings.roof":      `roof marking, roof markings, roof mark, roof emblem, marking on roof, marquage du toit, маркировка крыши, маркування даху, علامة السطح`,
	"markings.colours":   `marking colours, marking colors, colours of marking, colors of marking`,
	"markings.night":     `night marking, night markings, marking at night, night lighting, marquage de nuit`,
	"emblem":             `emblem, protective emblem, embleme, emblema, эмблема, емблема, الشارة, شارة`,
	"signCode":           `sign code, whiteflag, whiteflag code, whiteflag sign`,
	"legs.bufferM":       `buffer, buffer m, corridor width m, half width m, largeur tampon`,
	"legs.from.name":     `from, from name, origin, origin name, departure point, point of departure, origine, lieu de depart, origen, откуда, пункт отправления, звідки, من, نقطة الانطلاق`,
	"legs.to.name":       `to, to name, destination, destination name, arrival point, lieu d arrivee, destino, куда, пункт назначения, куди, إلى, الوجهة`,
	"leader":             `team leader, leader, convoy leader, chef de convoi, chef d equipe, старший колонны, قائد القافلة`,
	"-":                  `errors, error, row, rownum, row number`,
}

// languages are the words and codes that say the language of a name, beside a
// word for name: "name_ar", "Arabic name", "الاسم بالعربية".
var languages = map[string]string{
	"en": `en eng english anglais ingles английский английское англійська англійською الانكليزية الانجليزية بالانكليزية بالانجليزية انكليزي انجليزي`,
	"ar": `ar ara arabic arabe арабский арабское арабська арабською العربية بالعربية عربي العربي`,
	"fr": `fr fra fre french francais frances французский французское французька французькою الفرنسية بالفرنسية فرنسي`,
	"ru": `ru rus russian russe ruso русский русское рус російська російською рос الروسية بالروسية روسي`,
	"uk": `uk ukr ukrainian ukrainien ucraniano украинский украинское укр українська українською الاوكرانية`,
	"es": `es spa spanish espagnol espanol испанский испанское іспанська الاسبانية`,
	"ku": `ku kur kurdish kurde kurdo kmr ckb курдский курдское курдська الكردية بالكردية كردي`,
	"tr": `tr tur turkish turc turco турецкий турецкое турецька التركية بالتركية تركي`,
	"fa": `fa fas per persian farsi persan persa персидский перська الفارسية`,
	"he": `he heb hebrew hebreu hebreo иврит العبرية`,
	"hy": `hy hye armenian armenien armenio армянский الارمنية`,
	"de": `de deu ger german allemand aleman немецкий німецька`,
	"it": `it ita italian italien italiano`,
}

// aliasIndex are the aliases by headingKey, and the languages by folded word.
var aliasIndex = sync.OnceValue(func() map[string]string {
	index := map[string]string{}
	for field, phrases := range aliases {
		for p := range strings.SplitSeq(phrases, ",") {
			key, _ := headingKey(p)
			index[key] = field
		}
	}
	return index
})

var languageIndex = sync.OnceValue(func() map[string]string {
	index := map[string]string{}
	for tag, words := range languages {
		for w := range strings.FieldsSeq(words) {
			index[foldText(w)] = tag
		}
	}
	return index
})
