package api

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"truce"
	"truce/internal/auth"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/proof"
)

// Bounds of one answer with records.
const (
	recordsBytes    = 1 << 20 // after which no further entry is begun
	recordsEntries  = 1000
	recordsSubjects = 64
	recordsAbout    = 3000 // entries about one subject
)

const mediaRecords = "application/vnd.truce.records"

// handing gathers one handover.
type handing struct {
	*looker
	out   proof.Handover
	bytes int
}

// records answers with the entries that the viewer may read, as a mirror keeps
// them: with salt and record where all of it may be read.
func (c *call) records() error {
	head := c.Log.Head().Size
	until, err := c.number("until", head, 0, head)
	if err != nil {
		return err
	}
	from, err := c.number("from", 0, 0, max(head, 0))
	if err != nil {
		return err
	}
	subjects := c.many["subject"]
	if len(subjects) > recordsSubjects {
		return truce.E(truce.CodeUsage, "at most %d subjects can be asked for at once", recordsSubjects).At("subject")
	}
	h := &handing{looker: c.looking()}
	if len(subjects) > 0 {
		err = h.about(subjects, until)
	} else {
		err = h.run(from, until)
	}
	if err != nil {
		return err
	}
	c.packs = true
	c.w.Header().Set("Cache-Control", "no-store")
	return c.send(http.StatusOK, mediaRecords, h.out.Marshal())
}

func (h *handing) full() bool {
	return h.bytes > recordsBytes || len(h.out.Entries) >= recordsEntries
}

// run hands over the entries from (inclusive) to until (exclusive), as many as fit.
func (h *handing) run(from, until int64) error {
	h.out.From, h.out.To = from, from
	for n := from; n < min(until, from+scanEntries) && !h.full(); n++ {
		if err := h.hand(n); err != nil {
			return err
		}
		h.out.To = n + 1
	}
	return nil
}

// about hands over the entries about objects, below until. To is then the number
// of subjects that were done.
func (h *handing) about(subjects []string, until int64) error {
	numbers := map[int64]bool{}
	for _, s := range subjects {
		if !truce.ValidSubject(s) {
			return truce.E(truce.CodeUsage, "a subject is not formed right").At("subject")
		}
		if len(numbers) >= recordsEntries && h.out.To > 0 {
			break
		}
		all, err := h.numbers(s, until)
		if err != nil {
			return err
		}
		for _, n := range all {
			numbers[n] = true
		}
		h.out.To++
	}
	for _, n := range slices.Sorted(maps.Keys(numbers)) {
		if err := h.hand(n); err != nil {
			return err
		}
	}
	return nil
}

func (h *handing) numbers(subject string, until int64) (all []int64, err error) {
	err = h.DB.View(h.ctx, func(r store.Reader) (err error) {
		all, err = h.Objects.Entries(h.ctx, r, subject, until)
		return err
	})
	if truce.CodeOf(err) == truce.CodeNotFound {
		return nil, nil
	}
	return all[:min(len(all), recordsAbout)], err
}

// hand adds what the viewer may read of entry n.
func (h *handing) hand(n int64) error {
	e, err := h.Log.Entry(h.ctx, n)
	if err != nil {
		return err
	}
	v, err := h.view(e)
	if truce.CodeOf(err) == truce.CodeGone || err == nil && v == nil {
		return nil
	}
	if err != nil {
		return err
	}
	one := proof.Handed{Number: n}
	if e.Envelope != nil && (v.Whole || isAboutParty(e.Statement) && mayVouch(h.viewer, e.Statement)) {
		one.Salt, one.Record = e.Salt, e.Envelope.Record()
	} else {
		one.Partial = encodeJSON(ledger.Partial{ID: v.ID, Kind: v.Kind, Subject: v.Subject, Author: v.Author, Status: v.Status,
			Replaces: v.Replaces, Lang: v.Lang, Body: v.Body})
	}
	h.bytes += len(one.Record) + len(one.Partial) + len(one.Salt)
	h.out.Entries = append(h.out.Entries, one)
	return nil
}

func isAboutParty(s *truce.Statement) bool {
	o := s.Kind.Object()
	return o == "party" || o == "key"
}

// HandOver gives the entries from (inclusive) to until (exclusive) that a viewer
// may read, or the first of them, as /v1/records does, without a server.
func HandOver(ctx context.Context, c Config, viewer auth.Viewer, from, until int64) (*proof.Handover, error) {
	c.defaults()
	h := &handing{looker: &looker{Server: &Server{Config: c}, ctx: ctx, viewer: viewer, objects: map[string]*looked{}}}
	if err := h.run(from, until); err != nil {
		return nil, err
	}
	return &h.out, nil
}
