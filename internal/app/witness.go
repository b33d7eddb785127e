package app

import (
	"context"
	"path/filepath"

	"truce"
	"truce/internal/api"
	"truce/internal/outbound"
	cosigning "truce/internal/witness"
)

// Witnessed is the file of the newest head that the policy's witnesses have cosigned.
func (f Folder) Witnessed() string { return filepath.Join(string(f), "witnessed") }

// joinWitnesses lets a server publish what the witnesses of its policy have
// cosigned, and lets the server of a mirror answer as a witness itself.
func (r *Register) joinWitnesses(ctx context.Context, server *api.Server, o ServeOptions) error {
	w, err := r.Witness()
	if err != nil {
		return err
	}
	if w != nil {
		server.Cosign = func(body []byte) (int, string, []byte) {
			reply := w.AddCheckpoint(body)
			return reply.Status, reply.Media, reply.Body
		}
	}
	if o.Policy == nil {
		return nil
	}
	if r.Ledger.IsCopy() {
		return truce.E(truce.CodeUsage, "a mirror shows the heads of its log as they are, and asks no witnesses").WithHint("give the policy to truce mirror")
	}
	g, err := cosigning.NewGatherer(cosigning.GatherConfig{Log: r.Ledger, LogKey: r.LogKey, Policy: o.Policy, Patience: o.Patience,
		HTTP: outbound.Client(outbound.Options{AllowPrivate: o.AllowPrivate}), Path: r.Folder.Witnessed(), Now: r.now, Logger: r.Logger})
	if err != nil {
		return err
	}
	server.Heads = g
	go g.Run(ctx)
	return nil
}
