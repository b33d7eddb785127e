// Package view is stage 3 VIEWS: it runs the views, which read entries from the
// ledger and write what the statements mean when applied in order. A view can be
// dropped and replayed at any time and has the same bytes again.
package view
