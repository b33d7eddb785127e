package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"truce/pack"
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
  call(truceCheck, "36.2, 37.1", 0, "", "en");
  call(truceOpen, new Uint8Array(fs.readFileSync(process.argv[4])), "");
  call(truceCheck, "36°12'46\"N 37°7'0\"E", 500, "", "ar");
  call(truceCheck, "0.5, 0.5", 500, "2016-08-11T10:00:00Z", "en");
  call(truceCheck, "nowhere", 500, "", "en");
  call(truceCheck, "36.2, 37.1", NaN, "", "en");
  call(truceCheck, "36.2, 37.1", 1, "soon", "en");
  const bad = new Uint8Array(fs.readFileSync(process.argv[4]));
  bad[bad.length - 40] ^= 1;
  call(truceOpen, bad, "");
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
	file, script := filepath.Join(dir, "x.pack"), filepath.Join(dir, "drive.js")
	for name, content := range map[string][]byte{file: data, script: []byte(driver)} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var stderr bytes.Buffer
	run := exec.Command(node, script, runtime, wasm, file)
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
		Notice      string
	}
	if err := json.Unmarshal(out, &answers); err != nil || len(answers) != 8 {
		t.Fatalf("%v: %s", err, out)
	}
	for i, code := range []string{"usage", "", "", "", "invalid", "invalid", "invalid", "tampered"} {
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
}
