package tabular

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"truce"
)

// importList imports a text, or a file of the shared data.
func importList(t *testing.T, name, text string, known Known) (*Summary, []Draft) {
	t.Helper()
	var src *Source
	var err error
	if text == "" {
		path := filepath.Join("..", "..", "..", "shared", "data", "ceasefires", name)
		if _, err := os.Stat(path); err != nil {
			t.Skip("the shared data is not here")
		}
		src, err = OpenFile(path, Options{})
	} else {
		src, err = Open(name, strings.NewReader(text), int64(len(text)), Options{})
	}
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var drafts []Draft
	sum, err := ImportAgreements(context.Background(), src, AgreementOptions{}, known, func(d Draft) error { drafts = append(drafts, d); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return sum, drafts
}

// registeredDrafts are drafts as if they had been registered.
type registeredDrafts []Draft

func (k registeredDrafts) Each(_ context.Context, fn func(Existing) error) error {
	for i, d := range k {
		if err := fn(Existing{Subject: truce.AgreementPrefix + "x", Version: "v", Entry: int64(i), Object: "agreement", Body: d.Body}); err != nil {
			return err
		}
	}
	return nil
}

func contentOf(t *testing.T, d Draft) *truce.AgreementContent {
	t.Helper()
	var c truce.AgreementContent
	if err := json.Unmarshal(d.Body, &c); err != nil {
		t.Fatal(err)
	}
	return &c
}

// What others published: every row is accounted for, nothing is made up, and the
// same list again changes nothing.
func TestPublishedLists(t *testing.T) {
	for _, c := range []struct {
		name             string
		rows, agreements int
	}{{"eth_prio_ceasefires_mena.csv", 760, 410}, {"pax_local_agreements_syria.csv", 84, 84}, {"pax_agreements_syria-iraq.csv", 103, 103}} {
		t.Run(c.name, func(t *testing.T) {
			sum, drafts := importList(t, c.name, "", nil)
			for _, e := range sum.Errors {
				t.Logf("row %d: %s %s: %s (%s)", e.Row, e.Column, e.Field, e.Message, e.Hint)
				if e.Hint == "" {
					t.Errorf("row %d: no hint", e.Row)
				}
			}
			if sum.Rows != c.rows || sum.Rows != sum.Accepted+sum.Rejected || sum.Registered != len(drafts) || sum.Registered < c.agreements*95/100 {
				t.Errorf("%d rows, %d accepted, %d rejected, %d agreements of %d", sum.Rows, sum.Accepted, sum.Rejected, sum.Registered, c.agreements)
			}
			for _, d := range drafts {
				if text := string(d.Body); strings.Contains(text, "-1-") || strings.Contains(text, `"at":"-1`) || strings.Contains(text, "-00") {
					t.Errorf("row %d: %s", d.Row, text)
				}
			}
			again, _ := importList(t, c.name, "", registeredDrafts(drafts))
			if again.Registered != 0 || again.Amended != 0 || again.Unchanged != len(drafts) {
				t.Errorf("again: %d registered, %d amended, %d unchanged", again.Registered, again.Amended, again.Unchanged)
			}
		})
	}
}

// The cessation of hostilities of 27 February 2016 has no end that anybody knows.
func TestCessationOf2016(t *testing.T) {
	_, drafts := importList(t, "eth_prio_ceasefires_mena.csv", "", nil)
	for _, d := range drafts {
		c := contentOf(t, d)
		if c.ExternalIDs[0].ID != "652057" {
			continue
		}
		if c.Until == nil || c.Until.Precision != truce.Unknown || c.EntryIntoForce.At.At != "2016-02-27" || len(c.Parties) < 2 {
			t.Errorf("%s", d.Body)
		}
		for _, p := range c.Parties {
			if p.Party != "" || p.Is("signatory") && p.Reported == "" {
				t.Errorf("%+v", p)
			}
		}
		return
	}
	t.Error("it is not among them")
}

const prioHead = "uniq_id,location,actor_name,cf_dec_yr,cf_dec_month,cf_dec_day,cf_effect_yr,cf_effect_month,cf_effect_day,side,end_yr,end_month,end_day,ceasefire_class\n"

func TestUnknownDaysStayUnknown(t *testing.T) {
	for _, c := range []struct{ row, from, until string }{
		{"7,X,A,2016,2,-1,2016,2,27,1,-1,-1,-1,1", "2016-02-27", ""},
		{"7,X,A,2016,2,-1,2016,2,-1,1,2016,9,-1,1", "2016-02", "2016-09"},
		{"7,X,A,2016,2,-1,2016,-1,-1,1,2017,0,0,1", "2016", "2017"},
		{"7,X,A,2016,2,-1,-1,-1,-1,1,0,0,0,1", "", ""},
		{"7,X,A,2016,2,-1,2016,-1,5,1,,,,1", "2016", ""},
	} {
		sum, drafts := importList(t, "x.csv", prioHead+c.row+"\n", nil)
		if len(drafts) != 1 {
			t.Fatalf("%s: %+v", c.row, sum.Errors)
		}
		got := contentOf(t, drafts[0])
		from := ""
		if got.EntryIntoForce != nil {
			from = got.EntryIntoForce.At.At
		}
		if from != c.from || got.Until.At != c.until || c.until == "" && got.Until.Precision != truce.Unknown {
			t.Errorf("%s: from %q until %+v", c.row, from, got.Until)
		}
	}
}

// A wrong row takes its own agreement out, and no other; a date on which the rows
// do not agree is kept as far as they do.
func TestRowsOfOneAgreement(t *testing.T) {
	sum, drafts := importList(t, "x.csv", prioHead+
		"1,X,A,2016,2,1,2016,2,1,2,-1,-1,-1,1\n1,X,B,2016,2,1,2016,13,1,2,-1,-1,-1,1\n"+
		"2,X,A,2016,2,1,2016,2,1,2,-1,-1,-1,1\n2,X,B,2016,2,1,2016,2,3,2,-1,-1,-1,1\n"+
		"3,X,A,2016,2,1,2016,2,1,9,-1,-1,-1,1\n4,X,A,2016,2,1,2016,2,1,1,2015,1,1,1\n", nil)
	if sum.Accepted != 2 || sum.Rejected != 4 || len(sum.Errors) != 4 || len(drafts) != 1 {
		t.Fatalf("%+v", sum)
	}
	if c := contentOf(t, drafts[0]); c.EntryIntoForce.At.At != "2016-02" || len(c.Parties) != 2 || sum.WarnCount != 1 {
		t.Errorf("%+v, %d warnings", c, sum.WarnCount)
	}
	if sum.Errors[0].Row != 2 || !strings.Contains(sum.Errors[0].Message, "row 3") || sum.Errors[1].Row != 3 || sum.Errors[1].Column != "cf_effect_yr" {
		t.Errorf("%+v", sum.Errors[:2])
	}
}

func TestPlainList(t *testing.T) {
	sum, drafts := importList(t, "x.csv", "Name,Parties,From,Until,Class,Lat,Lon,id,colour\n"+
		"Homs,Group A; Council,2014-02-07,,local-ceasefire,34.73,36.72,h1,red\nNobody,,2014,,,,,h2,\nTwice,A,2014,,,,,h1,\nFar,A,2014,,,95,36,h4,\n", nil)
	if sum.Accepted != 1 || sum.Rejected != 3 || len(sum.Ignored) != 1 {
		t.Fatalf("%+v", sum)
	}
	c := contentOf(t, drafts[0])
	if len(c.Parties) != 2 || c.Parties[0].Reported != "unknown" || c.Geometry == nil || c.Until.Precision != truce.Unknown {
		t.Errorf("%s", drafts[0].Body)
	}
}

func TestListsThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		text, layout string
		code         truce.Code
	}{
		{"a,b\n1,2\n", "", truce.CodeInvalid}, {"name,target\nx,y\n", "", truce.CodeRefused},
		{"name\nx\n", "pa-x", truce.CodeInvalid}, {"name\nx\n", "xyz", truce.CodeUsage},
	} {
		src, err := Open("x.csv", strings.NewReader(c.text), int64(len(c.text)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = ImportAgreements(t.Context(), src, AgreementOptions{Layout: c.layout}, nil, nil)
		if truce.CodeOf(err) != c.code || truce.HintOf(err) == "" {
			t.Errorf("%q: %v", c.text, err)
		}
	}
}

func FuzzImportAgreements(f *testing.F) {
	f.Add(prioHead + "1,X,A,2016,2,1,2016,2,1,2,-1,-1,-1,1\n")
	f.Add("AgtId,Agt,Dat,Stage,LatDec,LongDec\n1,x,2016-01-01,Cea,36,37\n")
	f.Add("name,parties,from\nx,a;b,-1\n")
	f.Fuzz(func(t *testing.T, text string) {
		src, err := Open("x.csv", strings.NewReader(text), int64(len(text)), Options{})
		if err != nil {
			return
		}
		defer src.Close()
		sum, err := ImportAgreements(t.Context(), src, AgreementOptions{}, nil, func(d Draft) error {
			if faults := truce.BodyFaults(truce.AgreementFields, d.Body); len(faults) > 0 {
				t.Errorf("%s: %v", d.Body, faults)
			}
			return nil
		})
		if err == nil && sum.Rows != sum.Accepted+sum.Rejected {
			t.Errorf("%+v", sum)
		}
	})
}
