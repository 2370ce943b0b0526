package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
)

func main() {
	only := flag.String("only", "", "make one folder: demo, hostile or tone")
	out := flag.String("o", "testdata", "folder to write to")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *out, *only)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "make:", err)
		os.Exit(1)
	}
}

// run makes the folders again, each from nothing, so that what is no longer made does not stay behind.
func run(ctx context.Context, out, only string) error {
	folders := []struct {
		name string
		make func(ctx context.Context, folder string) error
	}{
		{"demo", makeDemo},
		{"hostile", makeHostile},
		{"tone", makeTones},
	}
	known := slices.ContainsFunc(folders, func(f struct {
		name string
		make func(ctx context.Context, folder string) error
	},
	) bool {
		return f.name == only
	})
	if only != "" && !known {
		return fmt.Errorf("-only %s: there is demo, hostile and tone", only)
	}
	for _, f := range folders {
		if only != "" && only != f.name {
			continue
		}
		folder := filepath.Join(out, f.name)
		if err := os.RemoveAll(folder); err != nil {
			return err
		}
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		if err := f.make(ctx, folder); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return nil
}
