package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"truce"

	"truce/holds"
	"truce/pack"
	"truce/proof"

	"golang.org/x/mod/sumdb/tlog"
)

// driver runs the program as the page does, in node.
const driver = `"use strict";
const fs = require("fs");
require(process.argv[2]);
(async () => {
  const go = new Go();
  const { instance } = await WebAssembly.instantiate(fs.readFileSync(process.argv[3]), go.importObject);
  go.run(instance);
  const out = [];
  const call = (fn, ...args) => out.push(JSON.parse(fn(...args)));
  call(truceCheck, "36.2, 37.1", 0, "", "", "en");
  call(truceOpen, new Uint8Array(fs.readFileSync(process.argv[4])), "");
  call(truceCheck, "36°12'46\"N 37°7'0\"E", 500, "", "", "ar");
  call(truceCheck, "0.5, 0.5", 500, "2016-08-11T10:00:00Z", "", "en");
  call(truceCheck, "nowhere", 500, "", "", "en");
  call(truceCheck, "36.2, 37.1", NaN, "", "", "en");
  call(truceCheck, "36.2, 37.1", 1, "soon", "", "en");
  const bad = new Uint8Array(fs.readFileSync(process.argv[4]));
  bad[bad.length - 40] ^= 1;
  call(truceOpen, bad, "");
  call(truceOpen, new Uint8Array(fs.readFileSync(process.argv[5])), process.argv[6]);
  call(truceCheck, "36.2, 37.1", 0, "2016-08-11T09:59:59Z", "", "en");
  call(truceCheck, "36.2, 37.1", 0, "2016-08-11T10:00:00Z", "", "en");
  call(truceCheck, "36.2, 37.1", 0, "2016-09-30T07:30:00Z", "", "en");
  call(truceCheck, "36.2, 37.1", 0, "2016-08-11T00:00:00Z", "2016-08-13T00:00:00Z", "en");
  console.log(JSON.stringify(out));
  process.exit(0);
})();
`

// TestProgram: the WebAssembly build opens a pack, answers out of it, and says what is
// wrong with what it is handed; and it fits into its bound.
func TestProgram(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node here")
	}
	if testing.Short() {
		t.Skip("builds a program: run without -short")
	}
	dir := t.TempDir()
	wasm := filepath.Join(dir, "pack.wasm")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", wasm, "truce/cmd/packwasm")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	runtime := filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js")
	if err := bundle(wasm, runtime, filepath.Join(dir, "check.html")); err != nil {
		t.Error(err)
	}
	var objects []pack.Object
	_, err = pack.ReadGeoJSON(strings.NewReader(`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"M10","kind":"hospital","radius_m":200},"geometry":{"type":"Point","coordinates":[37.1167,36.2128]}}]}`), func(o *pack.Object) error { objects = append(objects, *o); return nil })
	if err != nil {
		t.Fatal(err)
	}
	data, err := pack.Make(pack.Contents{Header: pack.Header{Source: pack.FromFile, Origin: "a list"}, MadeAt: time.Now(), Objects: objects}, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	file, script, register := filepath.Join(dir, "x.pack"), filepath.Join(dir, "drive.js"), filepath.Join(dir, "r.pack")
	agreed, vkey := registerPack(t)
	for name, content := range map[string][]byte{file: data, script: []byte(driver), register: agreed} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var stderr bytes.Buffer
	run := exec.Command(node, script, runtime, wasm, file, register, vkey)
	run.Stderr = &stderr
	out, err := run.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	judge(t, out)
}

func judge(t *testing.T, out []byte) {
	t.Helper()
	var answers []struct {
		Error       *struct{ Code, Message string }
		Objects     int
		Protections []struct{ Name string }
		Windows     json.RawMessage // how many, of a pack; which, of an answer
		Notice      string
	}
	if err := json.Unmarshal(out, &answers); err != nil || len(answers) != 13 {
		t.Fatalf("%v: %s", err, out)
	}
	for i, code := range []string{"usage", "", "", "", "invalid", "invalid", "invalid", "tampered", "", "", "", "", ""} {
		if got := answers[i].Error; (got == nil) != (code == "") || got != nil && got.Code != code {
			t.Errorf("answer %d: %+v, want %q", i, got, code)
		}
	}
	if a := answers[2]; answers[1].Objects != 1 || len(a.Protections) != 1 || a.Protections[0].Name != "M10" || a.Notice == "" {
		t.Errorf("%s", out)
	}
	if a := answers[3]; len(a.Protections) != 0 || !strings.Contains(a.Notice, "does not depend on being registered") {
		t.Errorf("an empty answer must say what it is not: %+v", a)
	}
	for i, want := range []holds.State{holds.Open, holds.Later, holds.NotExpanded, holds.Open} {
		var w []holds.WindowBrief
		if err := json.Unmarshal(answers[9+i].Windows, &w); err != nil || len(w) != 1 || w[0].State != want || w[0].AgreedByAll || w[0].Acceptance["xx"] != "announced" || (i == 3) != (len(w[0].Parts) == 2) {
			t.Errorf("answer %d: %+v, want %s", 9+i, w, want)
		}
	}
}

// registerPack is a pack of a register with a daily pause that one side announced, signed up to the end of August 2016.
func registerPack(t *testing.T) (data []byte, vkey string) {
	t.Helper()
	signer, vkey, err := pack.NewSigner("register.example/t", ed25519.NewKeyFromSeed(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	cp, err := proof.SignCheckpoint(signer, 1, tlog.Hash{})
	if err != nil {
		t.Fatal(err)
	}
	body := `{"windowKind":"pause","parties":[{"party":"xx","roles":["signatory"]},{"party":"yy","roles":["signatory"]}],"schedule":{"zone":"Asia/Damascus","tzVersion":"2025c","horizon":"2016-08-31T00:00:00Z",
		"instants":["2016-08-11T07:00:00Z/2016-08-11T10:00:00Z","2016-08-12T07:00:00Z/2016-08-12T10:00:00Z","2016-08-30T07:00:00Z/2016-08-30T10:00:00Z"]}}`
	records, err := holds.NewModel(1, []*holds.Record{{Subject: "window-1", Object: "window", Owner: "xx", Status: truce.Actual, Versions: []holds.Version{{ID: "v", Author: "xx", At: time.Unix(1_470_000_000, 0), Body: []byte(body)}}}}).
		Told(nil, []truce.Status{truce.Actual})
	if err != nil {
		t.Fatal(err)
	}
	data, err = pack.Make(pack.Contents{Header: pack.Header{Source: pack.FromRegister, Origin: "register.example/t", LogSize: 1, Root: cp.RootText(), Checkpoint: string(cp.Note),
		Audience: &pack.Audience{Party: "xx", Role: truce.RoleParty}}, MadeAt: time.Now(), Agreed: records}, signer, vkey)
	if err != nil {
		t.Fatal(err)
	}
	return data, vkey
}
