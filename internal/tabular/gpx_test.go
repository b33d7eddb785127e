package tabular

import (
	"strings"
	"testing"
)

func TestGPX(t *testing.T) {
	for name, tt := range map[string]struct{ body, want string }{
		"waypoint": {`<wpt lat="36.2" lon="37.1"><ele>379</ele><time>2016-08-01T09:00:00Z</time><name>Gate</name><desc>North</desc><extensions><x>9</x><name>no</name></extensions></wpt>`,
			"1 gpx=waypoint time=2016-08-01T09:00:00Z name=Gate desc=North {\"type\":\"Point\",\"coordinates\":[37.1,36.2,379]}\n"},
		"route": {`<rte><name>Castello</name><rtept lat="36" lon="37"><name>stop</name></rtept><rtept lat="36.1" lon="37.1"/></rte>`,
			"1 gpx=route name=Castello {\"type\":\"LineString\",\"coordinates\":[[37,36],[37.1,36.1]]}\n"},
		"track": {`<trk><name>T</name><trkseg><trkpt lat="1" lon="2"><ele>0</ele><time>2016-08-01T09:00:00Z</time></trkpt><trkpt lat="3" lon="4"><time>2016-08-01T10:00:00Z</time></trkpt></trkseg></trk>`,
			"1 gpx=track name=T begin=2016-08-01T09:00:00Z end=2016-08-01T10:00:00Z {\"type\":\"LineString\",\"coordinates\":[[2,1],[4,3]]}\n"},
		"segments": {`<trk><trkseg><trkpt lat="1" lon="2"/><trkpt lat="3" lon="4"/></trkseg><trkseg><trkpt lat="9" lon="9"/></trkseg><trkseg><trkpt lat="5" lon="6"/><trkpt lat="7" lon="8"/></trkseg></trk>`,
			"1 gpx=track {\"type\":\"MultiLineString\",\"coordinates\":[[[2,1],[4,3]],[[6,5],[8,7]]]} note: a segment with a single position was left out note: the track has 2 segments with gaps between them\n"},
		"empty track between good points": {`<metadata><name>m</name></metadata><wpt lat="1" lon="2"/><trk/><wpt lat="3" lon="4"/>`,
			"1 gpx=waypoint {\"type\":\"Point\",\"coordinates\":[2,1]}\n2 gpx=track error row 2: the track has fewer than two positions\n3 gpx=waypoint {\"type\":\"Point\",\"coordinates\":[4,3]}\n"},
		"no position":  {`<wpt><name>x</name></wpt>`, "1 gpx=waypoint name=x error row 1: coordinates: \"\" is not a number of degrees or metres\n"},
		"bad position": {`<wpt lat="36N" lon="37"/>`, "1 gpx=waypoint error row 1: coordinates: \"36N\" is not a number of degrees or metres\n"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, version := range []string{"1/0", "1/1"} {
				text := `<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/` + version + `">` + tt.body + `</gpx>`
				src := mustOpen(t, "x.gpx", text, Options{})
				if got := show(t, src); got != tt.want || src.Format() != GPX {
					t.Errorf("got\n%swant\n%s", got, tt.want)
				}
			}
		})
	}
}

func TestGPXOutOfRange(t *testing.T) {
	got := show(t, mustOpen(t, "x.gpx", `<gpx><wpt lat="95" lon="37"/><wpt lat="1" lon="2"/></gpx>`, Options{}))
	if !strings.HasPrefix(got, "1 gpx=waypoint error row 1") || !strings.Contains(got, "\n2 gpx=waypoint {") {
		t.Error(got)
	}
}
