package geo_test

import (
	"math"
	"strings"
	"sync"
	"testing"

	"truce"
	"truce/geo"
)

// apartM is the distance in metres on a sphere, written apart from the code under test.
func apartM(a, b geo.Point) float64 {
	x := func(p geo.Point) [3]float64 {
		φ, λ := p.Lat*math.Pi/180, p.Lon*math.Pi/180
		return [3]float64{math.Cos(φ) * math.Cos(λ), math.Cos(φ) * math.Sin(λ), math.Sin(φ)}
	}
	u, v := x(a), x(b)
	return 6371008.8 * math.Sqrt((u[0]-v[0])*(u[0]-v[0])+(u[1]-v[1])*(u[1]-v[1])+(u[2]-v[2])*(u[2]-v[2]))
}

type notationCase struct {
	text     string
	lat, lon float64
	format   geo.Format
}

const (
	dmsLat, dmsLon = 36 + 12.0/60 + 46.0/3600, 37 + 7.0/60
	ddmLat, ddmLon = 36 + 12.5/60, 37 + 7.25/60
	lat4, lon4     = 36.2128, 37.1166
)

// The place of most rows is in Aleppo: 36.2128, 37.1166 in decimals, or the same rounded to seconds or minutes.
var notationCases = []notationCase{
	// Decimal degrees, separators and signs.
	{"36.2128, 37.1166", lat4, lon4, geo.DD},
	{"36.2128 37.1166", lat4, lon4, geo.DD},
	{"36.2128,37.1166", lat4, lon4, geo.DD},
	{"36.2128;37.1166", lat4, lon4, geo.DD},
	{"36.2128 / 37.1166", lat4, lon4, geo.DD},
	{"36.2128|37.1166", lat4, lon4, geo.DD},
	{"36.2128\t37.1166", lat4, lon4, geo.DD},
	{"36.2128\r\n37.1166\r\n", lat4, lon4, geo.DD},
	{"  (36.2128, 37.1166)  ", lat4, lon4, geo.DD},
	{"[36.2128, 37.1166]", lat4, lon4, geo.DD},
	{`"36.2128", "37.1166"`, lat4, lon4, geo.DD},
	{`{"lat": 36.2128, "lon": 37.1166}`, lat4, lon4, geo.DD},
	{`{"lon": 37.1166, "lat": 36.2128}`, lat4, lon4, geo.DD},
	{"+36.2128 +37.1166", lat4, lon4, geo.DD},
	{"+36.2128, +37.1166", lat4, lon4, geo.DD},
	{"-36.2128, -37.1166", -lat4, -lon4, geo.DD},
	{"-36.2128 37.1166", -lat4, lon4, geo.DD},
	{"36.2128 -37.1166", lat4, -lon4, geo.DD},
	{"36.2128,-37.1166", lat4, -lon4, geo.DD},
	{"−36.2128, −37.1166", -lat4, -lon4, geo.DD},
	{"–36.2128; –37.1166", -lat4, -lon4, geo.DD},
	{"36.2128°, 37.1166°", lat4, lon4, geo.DD},
	{"36.2128º 37.1166˚", lat4, lon4, geo.DD},
	{"36.2128° N, 37.1166° E", lat4, lon4, geo.DD},
	{"36.2128N 37.1166E", lat4, lon4, geo.DD},
	{"36.2128n37.1166e", lat4, lon4, geo.DD},
	{"N36.2128E37.1166", lat4, lon4, geo.DD},
	{"N 36.2128, E 37.1166", lat4, lon4, geo.DD},
	{"S36.2128 W37.1166", -lat4, -lon4, geo.DD},
	{"36.2128S 37.1166W", -lat4, -lon4, geo.DD},
	{"-36.2128 S, 37.1166 W", -lat4, -lon4, geo.DD},
	{"E37.1166 N36.2128", lat4, lon4, geo.DD},
	{"37.1166E, 36.2128N", lat4, lon4, geo.DD},
	{"36.2128N, 37.1166", lat4, lon4, geo.DD},
	{"36.2128 N, 37.1166", lat4, lon4, geo.DD},
	{"36.2128 N,37.1166", lat4, lon4, geo.DD},
	{"36.2128 N; 37.1166", lat4, lon4, geo.DD},
	{"36.2128 N 37.1166", lat4, lon4, geo.DD},
	{"36.2128 lat, 37.1166", lat4, lon4, geo.DD},
	{"36.2128 с.ш., 37.1166", lat4, lon4, geo.DD},
	{"36.2128 شمال، 37.1166", lat4, lon4, geo.DD},
	{"36°12'46\" N, 37°07'00\"", dmsLat, dmsLon, geo.DMS},
	{"37.1166, N 36.2128", lat4, lon4, geo.DD},
	{"37.1166 E, 36.2128", lat4, lon4, geo.DD},
	{"36.2128, E 37.1166", lat4, lon4, geo.DD},
	{"36/2128, 37/1166", lat4, lon4, geo.DD},
	{"۳۶/۲۱۲۸ ، ۳۷/۱۱۶۶", lat4, lon4, geo.DD},
	{"36/12/46 37/07/00", dmsLat, dmsLon, geo.DMS},
	{"36.2128, E37.1166", lat4, lon4, geo.DD},
	{"N 36.2128, 37.1166 E", lat4, lon4, geo.DD},
	{"Lat 36.2128 N Lon 37.1166 E", lat4, lon4, geo.DD},
	{"lat: 36.2128 lon: 37.1166", lat4, lon4, geo.DD},
	{"lat=36.2128&lon=37.1166", lat4, lon4, geo.DD},
	{"lat=-36.2128 lng=-37.1166", -lat4, -lon4, geo.DD},
	{"lon: 37.1166 lat: 36.2128", lat4, lon4, geo.DD},
	{"Longitude: 37.1166, Latitude: 36.2128", lat4, lon4, geo.DD},
	{"lat/lon: 36.2128, 37.1166", lat4, lon4, geo.DD},
	{"lon, lat: 37.1166, 36.2128", lat4, lon4, geo.DD},
	{"36.2128, 37.1166 (lat, lon)", lat4, lon4, geo.DD},
	{"GPS coordinates: 36.2128, 37.1166", lat4, lon4, geo.DD},
	{"36.2128, 37.1166 (WGS 84)", lat4, lon4, geo.DD},
	{"WGS84: 36.2128 N 37.1166 E", lat4, lon4, geo.DD},
	{"90, 180", 90, 180, geo.DD},
	{"-90.0000 -180.0000", -90, -180, geo.DD},
	{".5000, .2500", .5, .25, geo.DD},
	{"36., 37.", 36, 37, geo.DD},
	{"36,37", 36, 37, geo.DD},
	{"36 37", 36, 37, geo.DD},

	// Decimal commas.
	{"36,2128, 37,1166", lat4, lon4, geo.DD},
	{"36,2128 37,1166", lat4, lon4, geo.DD},
	{"36,2128; 37,1166", lat4, lon4, geo.DD},
	{"36,2128,37,1166", lat4, lon4, geo.DD},
	{"-36,2128,-37,1166", -lat4, -lon4, geo.DD},
	{"36,2128° N, 37,1166° E", lat4, lon4, geo.DD},
	{"N 36,2128 E 37,1166", lat4, lon4, geo.DD},
	{"36° 12,5' N 37° 7,25' E", ddmLat, ddmLon, geo.DDM},
	{"36 12,5 37 7,25", ddmLat, ddmLon, geo.DDM},
	{"36°12'46,0\"N 37°07'00,0\"E", dmsLat, dmsLon, geo.DMS},
	{"36, 12, 46, 37, 7, 0", dmsLat, dmsLon, geo.DMS},
	{"36,12,46,37,7,0", dmsLat, dmsLon, geo.DMS},

	// Degrees and minutes.
	{"36°12.5'N 37°7.25'E", ddmLat, ddmLon, geo.DDM},
	{"36° 12.5′ N, 37° 7.25′ E", ddmLat, ddmLon, geo.DDM},
	{"N36 12.5 E037 07.25", ddmLat, ddmLon, geo.DDM},
	{"36 12.5, 37 7.25", ddmLat, ddmLon, geo.DDM},
	{"36-12.5N 037-07.25E", ddmLat, ddmLon, geo.DDM},
	{"-36 12.5, -37 7.25", -ddmLat, -ddmLon, geo.DDM},
	{"-0 30.5, -0 15.5", -30.5 / 60, -15.5 / 60, geo.DDM},
	{"3612.5N 03707.25E", ddmLat, ddmLon, geo.DDM},
	{"36 deg 12.5 min N 37 deg 7.25 min E", ddmLat, ddmLon, geo.DDM},

	// Degrees, minutes and seconds.
	{"36 11 55.14N 37  9 34.41E", 36 + 11.0/60 + 55.14/3600, 37 + 9.0/60 + 34.41/3600, geo.DMS},
	{`N36°12'46" E37°7'0"`, dmsLat, dmsLon, geo.DMS},
	{`36°12'46"N 37°7'0"E`, dmsLat, dmsLon, geo.DMS},
	{`36°12'46"N, 37°7'0"E`, dmsLat, dmsLon, geo.DMS},
	{`36° 12' 46" N 37° 7' 0" E`, dmsLat, dmsLon, geo.DMS},
	{"36°12′46″N 37°07′00″E", dmsLat, dmsLon, geo.DMS},
	{"36º12’46”N 37º07’00”E", dmsLat, dmsLon, geo.DMS},
	{"36˚12‘46“N 37˚07‘00“E", dmsLat, dmsLon, geo.DMS},
	{"36°12'46''N 37°07'00''E", dmsLat, dmsLon, geo.DMS},
	{"36°12′46′′N 37°07′00′′E", dmsLat, dmsLon, geo.DMS},
	{"36°12´46´´N 37°07´00´´E", dmsLat, dmsLon, geo.DMS},
	{"36°12`46``N 37°07`00``E", dmsLat, dmsLon, geo.DMS},
	{"36°12'46'N 37°07'00'E", dmsLat, dmsLon, geo.DMS},
	{`36°12'46" 37°07'00"`, dmsLat, dmsLon, geo.DMS},
	{"36 12 46 37 7 0", dmsLat, dmsLon, geo.DMS},
	{"36 12 46, 37 7 0", dmsLat, dmsLon, geo.DMS},
	{"36\t12\t46\t37\t7\t0", dmsLat, dmsLon, geo.DMS},
	{"36:12:46 37:07:00", dmsLat, dmsLon, geo.DMS},
	{"36:12:46N, 37:07:00E", dmsLat, dmsLon, geo.DMS},
	{"36.12.46 N 37.07.00 E", dmsLat, dmsLon, geo.DMS},
	{"36.12.46.0, 37.07.00.0", dmsLat, dmsLon, geo.DMS},
	{"36-12-46N 037-07-00E", dmsLat, dmsLon, geo.DMS},
	{"36-12-46 N / 37-07-00 E", dmsLat, dmsLon, geo.DMS},
	{"361246N 0370700E", dmsLat, dmsLon, geo.DMS},
	{"N361246 E0370700", dmsLat, dmsLon, geo.DMS},
	{"361246.0N0370700.0E", dmsLat, dmsLon, geo.DMS},
	{"36d12m46s N 37d7m0s E", dmsLat, dmsLon, geo.DMS},
	{"36d12m46sN 37d07m00sE", dmsLat, dmsLon, geo.DMS},
	{"36d12'46\"S 37d07'00\"W", -dmsLat, -dmsLon, geo.DMS},
	{"36 degrees 12 minutes 46 seconds north, 37 degrees 7 minutes 0 seconds east", dmsLat, dmsLon, geo.DMS},
	{`Lat: 36° 12' 46" N; Long: 37° 07' 00" E`, dmsLat, dmsLon, geo.DMS},
	{`-36°12'46", -37°07'00"`, -dmsLat, -dmsLon, geo.DMS},
	{"36\u00a012\u00a046\u00a0N 37\u202f07\u200900\u00a0E", dmsLat, dmsLon, geo.DMS},
	{"\u202a36.2128\u202c, \u200e37.1166\u200f", lat4, lon4, geo.DD},
	{"\ufeff36.2128\u200b, 37.1166", lat4, lon4, geo.DD},
	{"３６．２１２８，３７．１１６６", lat4, lon4, geo.DD},

	// French and Spanish.
	{"36,2128 N 37,1166 O", lat4, -lon4, geo.DD},
	{"36,2128° Nord, 37,1166° Ouest", lat4, -lon4, geo.DD},
	{"36°12'46\" sud 37°07'00\" est", -dmsLat, dmsLon, geo.DMS},
	{"latitude nord 36,2128 longitude est 37,1166", lat4, lon4, geo.DD},
	{"36 degrés 12 minutes 46 secondes nord et 37 degrés 7 minutes 0 secondes est", dmsLat, dmsLon, geo.DMS},
	{"Sur 36.2128 Oeste 37.1166", -lat4, -lon4, geo.DD},

	// Russian.
	{"36°12′46″ с.ш. 37°07′00″ в.д.", dmsLat, dmsLon, geo.DMS},
	{"36°12′46″ ю.ш., 37°07′00″ з.д.", -dmsLat, -dmsLon, geo.DMS},
	{"36°12'46\"С 37°07'00\"В", dmsLat, dmsLon, geo.DMS},
	{"Ю36,2128 З37,1166", -lat4, -lon4, geo.DD},
	{"36,2128° с. ш. 37,1166° в. д.", lat4, lon4, geo.DD},
	{"36,2128 СШ 37,1166 ВД", lat4, lon4, geo.DD},
	{"широта 36,2128, долгота 37,1166", lat4, lon4, geo.DD},
	{"Широта: 36.2128 Долгота: 37.1166", lat4, lon4, geo.DD},
	{"36,2128° северной широты, 37,1166° восточной долготы", lat4, lon4, geo.DD},
	{"36 градусов 12 минут 46 секунд с.ш. 37 градусов 7 минут 0 секунд в.д.", dmsLat, dmsLon, geo.DMS},
	{"37.1166 в.д. 36.2128 с.ш.", lat4, lon4, geo.DD},
	{"36.2128N 37.1166Е", lat4, lon4, geo.DD}, // a Cyrillic Е

	// Ukrainian.
	{"48°00′32″ пн.ш. 37°48′15″ сх.д.", 48 + 32.0/3600, 37 + 48.0/60 + 15.0/3600, geo.DMS},
	{"48,0089° пн. ш. 37,8042° сх. д.", 48.0089, 37.8042, geo.DD},
	{"48.0089 пд.ш. 37.8042 зх.д.", -48.0089, -37.8042, geo.DD},
	{"48.0089° північної широти 37.8042° східної довготи", 48.0089, 37.8042, geo.DD},
	{"Пн 48.0089 Сх 37.8042", 48.0089, 37.8042, geo.DD},

	// Arabic and Persian.
	{"٣٦٫٢١٢٨، ٣٧٫١١٦٦", lat4, lon4, geo.DD},
	{"٣٦٫٢١٢٨ ٣٧٫١١٦٦", lat4, lon4, geo.DD},
	{"٣٦،٢١٢٨ ٣٧،١١٦٦", lat4, lon4, geo.DD},
	{"۳۶٫۲۱۲۸, ۳۷٫۱۱۶۶", lat4, lon4, geo.DD},
	{"٣٦٫٢١٢٨ ش ٣٧٫١١٦٦ ق", lat4, lon4, geo.DD},
	{"٣٦٫٢١٢٨ ج، ٣٧٫١١٦٦ غ", -lat4, -lon4, geo.DD},
	{"٣٦°١٢′٤٦″ شمالاً ٣٧°٠٧′٠٠″ شرقاً", dmsLat, dmsLon, geo.DMS},
	{"٣٦ درجة ١٢ دقيقة ٤٦ ثانية شمال ٣٧ درجة ٧ دقيقة ٠ ثانية شرق", dmsLat, dmsLon, geo.DMS},
	{"خط العرض: ٣٦٫٢١٢٨ خط الطول: ٣٧٫١١٦٦", lat4, lon4, geo.DD},
	{"36.2128 جنوب 37.1166 غرب", -lat4, -lon4, geo.DD},
	{"\u200f٣٦٫٢١٢٨\u200f، \u200f٣٧٫١١٦٦", lat4, lon4, geo.DD},
	{"عرض جغرافیایی ۳۶٫۲۱۲۸ طول جغرافیایی ۳۷٫۱۱۶۶", lat4, lon4, geo.DD},

	// ISO 6709.
	{"+36.2128+037.1166/", lat4, lon4, geo.DD},
	{"-36.2128-037.1166/", -lat4, -lon4, geo.DD},
	{"+361246+0370700/", dmsLat, dmsLon, geo.DMS},
	{"+3612.5+03707.25CRSWGS_84/", ddmLat, ddmLon, geo.DDM},
	{"+36.2128+037.1166+0390/", lat4, lon4, geo.DD},

	// Grids.
	{"37S 330702 4009196", lat4, lon4, geo.UTM},
	{"37s 330702 4009196", lat4, lon4, geo.UTM},
	{"37 S 330702 4009196", lat4, lon4, geo.UTM},
	{"37N 330702 4009196", lat4, lon4, geo.UTM},
	{"37 north 330702 4009196", lat4, lon4, geo.UTM},
	{"UTM 37S 330702 4009196", lat4, lon4, geo.UTM},
	{"UTM zone 37N: 330702, 4009196", lat4, lon4, geo.UTM},
	{"WGS 84 / UTM zone 37N 330702 4009196", lat4, lon4, geo.UTM},
	{"37S 330702mE 4009196mN", lat4, lon4, geo.UTM},
	{"37S 330702 m E 4009196 m N", lat4, lon4, geo.UTM},
	{"37S E330702 N4009196", lat4, lon4, geo.UTM},
	{"330702E 4009196N 37N", lat4, lon4, geo.UTM},
	{"N 4009196 E 330702 37N", lat4, lon4, geo.UTM},
	{"37S 330,702 4,009,196", lat4, lon4, geo.UTM},
	{"37S 330702,4 4009196,2", lat4, lon4, geo.UTM},
	{"٣٧S ٣٣٠٧٠٢ ٤٠٠٩١٩٦", lat4, lon4, geo.UTM},
	{"Easting: 330702 Northing: 4009196 Zone: 37N", lat4, lon4, geo.UTM},
	{"56H 334901 6252289", -33.8568, 151.2153, geo.UTM},
	{"56 south 334901 6252289", -33.8568, 151.2153, geo.UTM},
	{"31N 500000 0", 0, 3, geo.UTM},
	{"37SCA3070209196", lat4, lon4, geo.MGRS},
	{"37S CA 30702 09196", lat4, lon4, geo.MGRS},
	{"37 S CA 30702 09196", lat4, lon4, geo.MGRS},
	{"37sca 3070209196", lat4, lon4, geo.MGRS},
	{"MGRS: 37SCA 30702 09196", lat4, lon4, geo.MGRS},
	{"٣٧S CA ٣٠٧٠٢ ٠٩١٩٦", lat4, lon4, geo.MGRS},
	{"37SСА 30702 09196", lat4, lon4, geo.MGRS},         // С and А are Cyrillic
	{"36SUD 30702 09196", 34.41036, 31.15795, geo.MGRS}, // the square (330702, 3809196), not the French south
	{"36 sud 37 ouest", -36, -37, geo.DD},
	{"36 sud 37", -36, 37, geo.DD},
	{"37SCA 3070 0919", lat4, lon4, geo.MGRS},
	{"UPS N 2000000 2000000", 90, 0, geo.UPS},
	{"Z 2000000 2000000", 90, 0, geo.UPS},
	{"S 2000000 2000000", -90, 0, geo.UPS},
	{"UPS south 2000000 2000000", -90, 0, geo.UPS},

	// URIs and links.
	{"geo:36.2128,37.1166", lat4, lon4, geo.GeoURI},
	{"GEO:36.2128,37.1166;u=35", lat4, lon4, geo.GeoURI},
	{"geo:36.2128,37.1166,390;crs=wgs84;u=10", lat4, lon4, geo.GeoURI},
	{"geo:-36.2128,-37.1166;crs=WGS84", -lat4, -lon4, geo.GeoURI},
	{"geo: 36.2128, 37.1166", lat4, lon4, geo.GeoURI},
	{"geo:90,45", 90, 0, geo.GeoURI},
	{"geo:0,0?q=36.2128,37.1166(clinic)", lat4, lon4, geo.GeoURI},
	{"https://www.google.com/maps/@36.2128,37.1166,15z", lat4, lon4, geo.Link},
	{"https://www.google.com/maps?q=36.2128,37.1166", lat4, lon4, geo.Link},
	{"https://maps.google.com/maps?q=loc:36.2128+37.1166&z=17", lat4, lon4, geo.Link},
	{"https://www.google.com/maps/search/?api=1&query=36.2128%2C37.1166", lat4, lon4, geo.Link},
	{"https://maps.google.com/?ll=36.2128,37.1166&z=14", lat4, lon4, geo.Link},
	{"https://www.google.com/maps/dir/?api=1&destination=36.2128,37.1166", lat4, lon4, geo.Link},
	{"https://www.google.com/maps/place/Aleppo/@36.3,37.2,12z/data=!3m1!4b1!4m6!3m5!1s0x0:0x0!8m2!3d36.2128!4d37.1166!16zL20", lat4, lon4, geo.Link},
	{"https://www.google.com/maps/place/36%C2%B012'46.0%22N+37%C2%B007'00.0%22E/@36.3,37.2,17z", dmsLat, dmsLon, geo.Link},
	{"https://www.google.com/maps/search/36.2128,+37.1166?entry=tts", lat4, lon4, geo.Link},
	{"https://www.openstreetmap.org/#map=15/36.2128/37.1166", lat4, lon4, geo.Link},
	{"https://www.openstreetmap.org/?mlat=36.2128&mlon=37.1166#map=15/36.3/37.2", lat4, lon4, geo.Link},
	{"openstreetmap.org/?mlat=36.2128&mlon=37.1166", lat4, lon4, geo.Link},
	{"https://maps.apple.com/?ll=36.2128,37.1166&q=Clinic", lat4, lon4, geo.Link},
	{"https://maps.apple.com/place?coordinate=36.2128,37.1166&name=Clinic", lat4, lon4, geo.Link},
	{"https://www.bing.com/maps?cp=36.2128~37.1166&lvl=15", lat4, lon4, geo.Link},
	{"https://bing.com/maps/default.aspx?sp=point.36.2128_37.1166_Clinic&cp=1~2", lat4, lon4, geo.Link},
	{"https://yandex.ru/maps/?ll=37.1166%2C36.2128&z=15", lat4, lon4, geo.Link},
	{"https://yandex.com/maps/?pt=37.1166,36.2128,pm2rdm&ll=1,2&z=15", lat4, lon4, geo.Link},
	{"https://yandex.ru/maps/?whatshere%5Bpoint%5D=37.1166%2C36.2128&ll=1,2", lat4, lon4, geo.Link},
	{"https://waze.com/ul?ll=36.2128%2C37.1166&navigate=yes", lat4, lon4, geo.Link},
	{"https://www.waze.com/live-map/directions?to=ll.36.2128%2C37.1166", lat4, lon4, geo.Link},
	{"https://example.org/map?lat=36.2128&lng=37.1166", lat4, lon4, geo.Link},
	{"www.google.com/maps/@-36.2128,-37.1166,15z", -lat4, -lon4, geo.Link},
}

func TestParseCoordNotations(t *testing.T) {
	if len(notationCases) < 120 {
		t.Fatalf("%d notations", len(notationCases))
	}
	for _, c := range notationCases {
		got, err := geo.ParseCoord(c.text)
		if err != nil {
			t.Errorf("%q: %v (%s)", c.text, err, truce.HintOf(err))
			continue
		}
		tolM := 0.01
		if got.Format == geo.UTM || got.Format == geo.MGRS { // the grid texts are the place to the metre, or to the cell
			tolM = max(8, got.AccuracyM)
		}
		if apart := apartM(got.Point, geo.Point{Lat: c.lat, Lon: c.lon}); apart > tolM || got.Format != c.format {
			t.Errorf("%q: %v %s, want %v %v %s (%.2f m off)", c.text, got.Point, got.Format, c.lat, c.lon, c.format, apart)
		}
		if got.Entered != c.text || got.Datum != "WGS84" || got.AccuracyM <= 0 {
			t.Errorf("%q: entered %q, datum %q, accuracy %v", c.text, got.Entered, got.Datum, got.AccuracyM)
		}
	}
}

func TestParseCoordRefuses(t *testing.T) {
	cases := []struct{ text, message, hint string }{
		{"", "no coordinate", "36.2128"},
		{" \u200e\t ", "no coordinate", "36.2128"},
		{"Aleppo", "word", "coordinate alone"},
		{"36 .2128, 37 .1166", "do not make", "36.2128"}, // never 36°0.2128'
		{"36°.2128, 37°.1166", "do not make", "36.2128"},
		{"36..2128, 37.1166", "do not make", "36.2128"},
		{"36.2128 lat 37.1166", "which number", "beside the latitude"},
		{"36.2128", "do not make", "two numbers"},
		{"36 11 55.14N", "do not make", "two numbers"},
		{"36.2, 37.1, 390", "do not make", ""},
		{"36,37,100", "do not make", ""},
		{"1 2 3 4 5 6 7 8", "do not make", ""},
		{"137.1166, 36.2128", "latitude is over 90", "did you mean 36.21280, 137.11660"},
		{"36.2, 200.5", "longitude is over 180", "did you mean 36.20000, -159.50000"},
		{"95, 200", "out of range", "-90 to 90"},
		{"N 95, E 37", "out of range", "-90 to 90"},
		{"36°60'N 37°7'E", "60 or more", ""},
		{"36°12'60\"N 37°7'0\"E", "60 or more", ""},
		{"36.5°12'N 37.5°7'E", "only the last part", ""},
		{"36'12\"N 37'7\"E", "out of order", ""},
		{"36N 37N", "same kind", "one latitude"},
		{"N36.2 E37.1 W", "contradict", ""},
		{"-36.2 N, 37.1 E", "minus stands beside N or E", ""},
		{"36.2 E 37.1", "not clear which", ""},
		{"N 36.2 37.1", "only one of the two", ""},
		{"36.2, 37.1 ED50", "not in WGS-84", "ED50"},
		{"СК-42 36,2 37,1", "not in WGS-84", "СК-42"},
		{"36.2 & 37.1 € 5", "not read as a coordinate", ""},
		{"POINT(37.1 36.2)", "word", ""},
		{"36.2\xff, 37.1", "UTF-8", ""},
		{strings.Repeat("9", 40) + ", 37.1", "too many digits", ""},
		{strings.Repeat("1 ", 200), "more than one coordinate", ""},
		{"NaN, NaN", "word", ""},
		{"Inf Inf", "word", ""},

		{"330702 4009196", "UTM zone is missing", "37S"},
		{"37 330702 4009196", "letter after the UTM zone is missing", ""},
		{"37I 330702 4009196", "not a band", "without I and O"},
		{"37T 330702 4009196", "band does not fit", "would be S"},
		{"61N 330702 4009196", "zone is out of range", "1 to 60"},
		{"0N 330702 4009196", "zone is out of range", "1 to 60"},
		{"37S 4009196 330702", "easting is out of range", "exchange"},
		{"37S 30702 4009196", "out of range", "100000"},
		{"37N 330702 9999999", "no such place on the UTM", "UPS"},
		{"UPS N 100 2000000", "no such place on the UPS", ""},
		{"UPS N 9000000 2000000", "no such place on the UPS", ""},
		{"A 2222222 2000000", "letter does not fit", ""},

		{"37SIA3070209196", "letters I and O", ""},
		{"37SCO3070209196", "letters I and O", ""},
		{"37SCA307020919", "odd number|unequal", ""},
		{"37SCA 30702 0919", "unequal", "missing or too much"},
		{"37SCA 307 09196", "unequal", ""},
		{"29 LNG", "do not make", ""},
		{"37SCA 307020 091960", "too many digits", ""},
		{"61SCA3070209196", "zone is out of range", ""},
		{"37ACA3070209196", "band is not right", ""},
		{"37SZZ3070209196", "no such MGRS square", "37S"},
		{"37SCK3070209196", "no such MGRS square", "check the letters"},
		{"CA 30702 09196", "grid zone is missing", "37S CA"},
		{"SCA 30702 09196", "grid zone is missing", ""},

		{"geo:36.2,37.1;crs=epsg:4326", "not in WGS-84", "crs=wgs84"},
		{"geo:36.2", "no latitude", ""},
		{"geo:36.2,37.1;u=-5", "uncertainty", ""},
		{"geo:36.2,37.1;u=NaN", "uncertainty", ""},
		{"geo:136.2,37.1", "out of range", ""},
		{"https://maps.app.goo.gl/AbCdEf", "shortened link", "not followed"},
		{"https://goo.gl/maps/AbCdEf", "shortened link", ""},
		{"https://www.google.com/maps/place/Aleppo", "no latitude and longitude", ""},
		{"https://www.google.com/maps/@136.2,37.1,15z", "out of range", ""},
		{"https://exa mple.org/\x7f", "broken|no latitude", ""},
	}
	for _, c := range cases {
		_, err := geo.ParseCoord(c.text)
		e, ok := err.(*truce.Error)
		if !ok || e.Code != truce.CodeInvalid {
			t.Errorf("%q: got %v, want an invalid error", c.text, err)
			continue
		}
		if !containsAny(e.Message, c.message) || !strings.Contains(e.Hint, c.hint) || e.Hint == "" {
			t.Errorf("%q: message %q, hint %q", c.text, e.Message, e.Hint)
		}
		if strings.ContainsAny(e.Message, "0123456789") && !containsAny(e.Message, "WGS-84|60 or more|over 90|over 180|UTF-8") {
			t.Errorf("%q: the message holds what was typed: %q", c.text, e.Message)
		}
	}
}

func containsAny(s, alternatives string) bool {
	for a := range strings.SplitSeq(alternatives, "|") {
		if strings.Contains(s, a) {
			return true
		}
	}
	return false
}

// The converters of the library write to themselves; go test -race sees it where the lock is missing.
func TestParseCoordConcurrently(t *testing.T) {
	texts := []string{"UPS N 2000000 1900000", "ZAH0000000000", "S 2000000 2100000", "37SCA3070209196", "37N 330702 4009196"}
	var wg sync.WaitGroup
	for _, text := range texts {
		wg.Go(func() {
			for range 50 {
				c, err := geo.ParseCoord(text)
				if err != nil || len(geo.Notations(c.Point)) != 6 {
					t.Errorf("%q: %v", text, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestParseCoordHasNoMinusZero(t *testing.T) {
	for _, text := range []string{"-0, -0", "0S 0W", "geo:-0,-0.0"} {
		c, err := geo.ParseCoord(text)
		if err != nil || math.Signbit(c.Point.Lat) || math.Signbit(c.Point.Lon) {
			t.Errorf("%q: %v, %v", text, c.Point, err)
		}
	}
}

func TestParseCoordBound(t *testing.T) {
	pad := strings.Repeat(" ", geo.MaxCoordBytes)
	if _, err := geo.ParseCoord(("36.2128, 37.1166" + pad)[:geo.MaxCoordBytes]); err != nil {
		t.Errorf("at the bound: %v", err)
	}
	if _, err := geo.ParseCoord("36.2128, 37.1166" + pad); truce.CodeOf(err) != truce.CodeTooLarge {
		t.Errorf("over the bound: %v", err)
	}
}

func TestParseCoordAccuracy(t *testing.T) {
	for text, want := range map[string]float64{
		"36, 37":                          111319,
		"36.2, 37.1166":                   11132,
		"36.21, 37.11":                    1113,
		"36.212, 37.116":                  111.3,
		"36.2128, 37.1166":                11.13,
		"36.21280, 37.11660":              1.113,
		"36°12'N 37°07'E":                 1855,
		"36°12.5'N 37°07.2'E":             185.5,
		"36°12'46\"N 37°07'00\"E":         30.9,
		"36°12'46.1\"N 37°07'00.1\"E":     3.09,
		"36°12'46.1\"N 37°07'E":           1855,
		"37S 330702 4009196":              1,
		"37S 330702.5 4009196.5":          0.1,
		"37SCA":                           70711,
		"37SCA 3 0":                       7071,
		"37SCA 30 09":                     707.1,
		"37SCA 307 091":                   70.71,
		"37SCA 3070 0919":                 7.071,
		"37SCA 30702 09196":               1.414,
		"geo:36.21280,37.11660;u=250":     250,
		"geo:36.2,37.1;u=5":               11132,
		"36.21280000000000, 37.116600000": 0.001,
	} {
		c, err := geo.ParseCoord(text)
		if err != nil || math.Abs(c.AccuracyM-want) > want*0.001 {
			t.Errorf("%q: %v m (%v), want %v", text, c.AccuracyM, err, want)
		}
	}
}

func hintOf(err error) string { return truce.HintOf(err) }
