package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/auth"
	"truce/internal/store"
	"truce/internal/tabular"
	"truce/internal/view/protected"
)

// Preview is what an import would do: nothing was done. The caller signs the
// drafts and hands them in; the register holds no keys of parties.
type Preview struct {
	*tabular.Summary
	DryRun bool    `json:"dryRun" doc:"always true"`
	Drafts []Draft `json:"drafts" doc:"what is to be signed, in the order of the file"`
}

// Draft is one row as a statement that is not signed yet.
type Draft struct {
	Row      int             `json:"row" doc:"as a spreadsheet shows it"`
	Action   tabular.Action  `json:"action" doc:"register, amend or unchanged"`
	Kind     truce.Kind      `json:"kind,omitempty" doc:"kind of the statement to be made; absent when unchanged"`
	Subject  string          `json:"subject,omitempty" doc:"id of the object that is there; choose one for a new object"`
	Replaces string          `json:"replaces,omitempty" doc:"version that an amendment replaces"`
	Body     json.RawMessage `json:"body,omitempty" doc:"body of the statement; absent when unchanged"`
}

const (
	importTime = 10 * time.Minute // to send and to read a file
	maxPreview = 32 << 20         // bytes of drafts in one JSON answer; as lines there is no such bound
)

// mediaImports are the media types of files; octet-stream leaves it to the file.
var mediaImports = []string{mediaBytes, mediaCSV, mediaGeoJSON, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"application/vnd.google-earth.kml+xml", "application/vnd.google-earth.kmz", "application/gpx+xml"}

// preview reads a list and says what registering it would mean.
func (c *call) preview() error {
	holder := "party " + c.viewer.Party
	if !c.imports.enter(holder) {
		c.Metrics.Refused("imports")
		return truce.E(truce.CodeBusy, "another list is being read").WithHint("try again when it is done")
	}
	defer c.imports.leave(holder)
	options, reading, err := c.importOptions()
	if err != nil {
		return err
	}
	c.readDeadline(importTime)
	c.writeDeadline(importTime)
	data, err := c.body()
	if err != nil {
		return err
	}
	src, err := tabular.Open(c.query["filename"], bytes.NewReader(data), int64(len(data)), reading)
	if err != nil {
		return err
	}
	defer src.Close()
	c.w.Header().Set("Cache-Control", "no-store")
	if strings.Contains(c.r.Header.Get("Accept"), mediaNDJSON) {
		return c.previewLines(src, options)
	}
	return c.previewWhole(src, options)
}

func (c *call) previewWhole(src *tabular.Source, options tabular.ImportOptions) error {
	out, size := Preview{DryRun: true, Drafts: []Draft{}}, 0
	sum, err := tabular.Import(c.ctx, src, options, visible{c, options.Object}, func(d tabular.Draft) error {
		if size += len(d.Body); size > maxPreview {
			return truce.E(truce.CodeTooLarge, "the drafts have more than %d bytes", maxPreview).WithHint("ask with Accept: application/x-ndjson")
		}
		out.Drafts = append(out.Drafts, draft(d))
		return nil
	})
	if err != nil {
		return err
	}
	out.Summary = sum
	return c.json(http.StatusOK, out)
}

// previewLines answers with one draft a line, and the summary in the last.
func (c *call) previewLines(src *tabular.Source, options tabular.ImportOptions) error {
	begin := func() {
		if !c.w.wrote {
			c.w.Header().Set("Content-Type", mediaNDJSON)
			c.w.WriteHeader(http.StatusOK)
		}
	}
	sum, err := tabular.Import(c.ctx, src, options, visible{c, options.Object}, func(d tabular.Draft) error {
		begin()
		_, err := c.w.Write(append(encodeJSON(map[string]Draft{"draft": draft(d)}), '\n'))
		return err
	})
	if err != nil {
		return c.endStream(err)
	}
	begin()
	_, err = c.w.Write(append(encodeJSON(map[string]*tabular.Summary{"summary": sum}), '\n'))
	return err
}

func draft(d tabular.Draft) Draft {
	out := Draft{Row: d.Row, Action: d.Action, Subject: d.Subject, Replaces: d.Replaces}
	if d.Action != tabular.Unchanged {
		out.Kind, out.Body = truce.Kind(d.Object+"."+string(d.Action)), d.Body
	}
	return out
}

// importOptions reads what the list cannot say itself.
func (c *call) importOptions() (o tabular.ImportOptions, reading tabular.Options, err error) {
	o = tabular.ImportOptions{Object: c.query["object"], Map: c.many["map"], Zone: c.query["zone"], Set: map[string]string{}}
	reading = tabular.Options{Charset: c.query["encoding"], Sheet: c.query["sheet"]}
	if o.Object == "" {
		o.Object = "site"
	}
	for _, s := range c.many["set"] {
		field, value, ok := strings.Cut(s, "=")
		if !ok {
			return o, reading, truce.E(truce.CodeUsage, "set is not field=value").At("set")
		}
		o.Set[field] = value
	}
	if d := []rune(c.query["delimiter"]); len(d) == 1 {
		reading.Delimiter = d[0]
	}
	row, err := c.number("headerRow", 0, 0, 1_000_000)
	if err != nil {
		return o, reading, err
	}
	reading.HeaderRow = int(row)
	if o.TakeBroken, err = c.flag("takeBroken"); err != nil {
		return o, reading, err
	}
	return o, reading, c.importArea(&o)
}

// importArea reads where the places ought to be. The middle comes in a header: no
// coordinate stands in an address.
func (c *call) importArea(o *tabular.ImportOptions) error {
	for name, to := range map[string]*float64{"radiusM": &o.RadiusM, "duplicatesM": &o.DuplicateM} {
		if text, ok := c.query[name]; ok {
			v, err := strconv.ParseFloat(text, 64)
			if err != nil || !(v > -2 && v < 3e7) {
				return truce.E(truce.CodeUsage, "%s must be metres", name).At(name)
			}
			*to = v
		}
	}
	near := c.r.Header.Get("Truce-Near")
	if near == "" {
		return nil
	}
	at, err := geo.ParseCoord(near)
	if err != nil {
		return truce.Within(err, "Truce-Near")
	}
	o.Near = at.Point
	return nil
}

// visible are the objects of a kind that the viewer may read with their
// position: what it may not read must not show as a duplicate.
type visible struct {
	*call
	kind string
}

// Each implements tabular.Known.
func (v visible) Each(ctx context.Context, fn func(tabular.Existing) error) error {
	return v.DB.View(ctx, func(r store.Reader) error {
		for after := truce.NoEntry; ; {
			page, err := v.Objects.Page(ctx, r, truce.Now, protected.Filter{Object: v.kind}, after, scanObjects)
			if err != nil || len(page) == 0 {
				return err
			}
			for _, o := range page {
				if err := v.tell(ctx, r, o, fn); err != nil {
					return err
				}
			}
			after = page[len(page)-1].First
		}
	})
}

func (v visible) tell(ctx context.Context, r store.Reader, o *protected.Object, fn func(tabular.Existing) error) error {
	shown := auth.Show(v.viewer, o)
	if shown == nil || auth.May(shown.Relation, truce.DisclosePosition) != auth.All {
		return nil
	}
	e := tabular.Existing{Subject: o.Subject, Version: o.Version.ID, Entry: o.Version.Entry, Object: o.Kind, Body: shown.Object.Content.Body,
		Withdrawn: o.Withdrawn != nil, Foreign: o.Owner != v.viewer.Party}
	if err := fn(e); err != nil || e.Foreign || o.Content.Entry == o.First {
		return err
	}
	all, err := v.Objects.Versions(ctx, r, o.Subject, truce.Now, truce.NoEntry, allVersions)
	if err != nil {
		return err
	}
	for _, old := range all {
		if old.Entry == o.Content.Entry || old.Act != "register" && old.Act != "amend" {
			continue
		}
		e.Body, e.Superseded = old.Body, true
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}
