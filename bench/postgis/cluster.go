package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
)

// binaries is where Debian keeps the programs of PostgreSQL 15.
const binaries = "/usr/lib/postgresql/15/bin"

// cluster is a server in a folder of its own that listens on a socket there.
type cluster struct {
	dir    string
	server *exec.Cmd
}

// start makes and starts a cluster.
func start(ctx context.Context, memory string) (*cluster, error) {
	dir, err := os.MkdirTemp("", "truce-postgis-")
	if err != nil {
		return nil, err
	}
	c := &cluster{dir: dir}
	if err := give(dir); err != nil {
		return nil, c.fail(err)
	}
	data := filepath.Join(dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(binaries, "initdb"), "-D", data, "-U", "truce", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
	initdb.Dir = dir
	drop(initdb)
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, c.fail(fmt.Errorf("initdb: %w\n%s", err, out))
	}
	c.server = exec.Command(filepath.Join(binaries, "postgres"), "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers="+memory,
		"-c", "maintenance_work_mem=512MB", "-c", "autovacuum=off", "-c", "jit=off", "-c", "plan_cache_mode=force_generic_plan", "-c", "log_min_messages=fatal")
	c.server.Dir = dir
	drop(c.server)
	if err := c.server.Start(); err != nil {
		c.server = nil
		return nil, c.fail(err)
	}
	return c, c.prepare(ctx)
}

// prepare waits until the server answers, and brings PostGIS in.
func (c *cluster) prepare(ctx context.Context) error {
	var last error
	for range 100 {
		db, err := c.connect(ctx)
		if err == nil {
			_, err = db.Exec(ctx, "CREATE EXTENSION IF NOT EXISTS postgis")
			db.Close(ctx)
		}
		if err == nil {
			return nil
		}
		last = err
		select {
		case <-ctx.Done():
			return c.fail(ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
	return c.fail(last)
}

func (c *cluster) connect(ctx context.Context) (*pgx.Conn, error) {
	return pgx.Connect(ctx, "host="+c.dir+" user=truce dbname=postgres")
}

func (c *cluster) fail(err error) error {
	c.stop()
	return err
}

// stop ends the server that was started here and removes its folder.
func (c *cluster) stop() {
	if c.server != nil {
		c.server.Process.Signal(os.Interrupt) // "fast shutdown"
		c.server.Wait()
	}
	os.RemoveAll(c.dir)
}
