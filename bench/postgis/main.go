package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime/pprof"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := command(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func command(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("postgis", flag.ContinueOnError)
	seed := flags.Uint64("seed", 1, "of the first world")
	count := flags.Int("worlds", 40, "verify: how many worlds")
	asks := flags.Int("asks", 400, "verify: how many questions a world")
	zones := flags.Int("zones", 30_000, "how many zones of the workload, or sites")
	checks := flags.Int("checks", 50_000, "verify: how many checks of the workload")
	rounds := flags.Int("rounds", 7, "http: how often each batch is asked")
	profile := flags.String("cpuprofile", "", "http: write a profile of the race to this file")
	memory := flags.String("memory", "1GB", "shared_buffers")
	if len(args) == 0 || flags.Parse(args[1:]) != nil {
		return fmt.Errorf("postgis verify or postgis http, and flags")
	}
	c, err := start(ctx, *memory)
	if err != nil {
		return err
	}
	defer c.stop()
	db, err := c.connect(ctx)
	if err != nil {
		return err
	}
	defer db.Close(context.Background())
	var version string
	if err := db.QueryRow(ctx, "SELECT version() || '; PostGIS ' || postgis_lib_version()").Scan(&version); err != nil {
		return err
	}
	fmt.Println(version)
	switch args[0] {
	case "verify":
		f, err := verify(ctx, db, *seed, *count, *asks)
		if err != nil {
			return err
		}
		f.print()
		fmt.Printf("\n%d zones of the workload:\n", *zones)
		g, err := crowd(ctx, db, *zones, *checks)
		if err != nil {
			return err
		}
		g.print()
		if n := len(f.wrong) + len(g.wrong); n > 0 {
			return fmt.Errorf("%d answers are wrong", n)
		}
		return nil
	case "http":
		return profiled(*profile, func() error { return race(ctx, db, *zones, *rounds) })
	}
	return fmt.Errorf("%q is neither verify nor http", args[0])
}

// profiled runs do, with a profile of the processor's time if a file is named.
func profiled(path string, do func() error) error {
	if path == "" {
		return do()
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	return do()
}
