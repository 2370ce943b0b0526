package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"earmark/analyzer"
	"earmark/engine"
	"earmark/store"
	"earmark/ui"
	"earmark/ui/cell"
	"earmark/ui/command/config"
	"earmark/ui/command/console"
	"earmark/ui/command/headless"
	"earmark/ui/command/summary"
	"earmark/ui/command/unasked"
	"earmark/ui/player"
)

// interactive says whether the workstation can be shown and typed to.
func (p *program) interactive() bool {
	return console.IsTerminal(os.Stdin) && console.IsTerminal(p.Out) && !console.Dumb()
}

func (p *program) workstation(ctx context.Context, l *limits) error {
	if !p.interactive() {
		return fmt.Errorf("the workstation needs a terminal; without one: %s, or earmark help", p.Again("scan FOLDER"))
	}
	c, err := p.configuration()
	if err != nil {
		return err
	}
	s, err := p.open(ctx, c, p.database(c), l)
	if err != nil {
		return err
	}
	defer s.Close(ctx)
	if err := s.Engine.Start(ctx); err != nil {
		return err
	}
	return p.show(ctx, s, c, 0)
}

func (p *program) demo() *cobra.Command {
	var fresh bool
	cmd := &cobra.Command{
		Use:     "demo FOLDER",
		GroupID: groupWork,
		Short:   "Open the workstation on a demo queue made of a folder",
		Long: `Analyse the recordings of a folder into a database of its own in the cache
folder, and open the workstation on them: to look around without touching your
own queue. Decisions made there are kept for the next time. Without a terminal
it analyses them and prints the summary.`,
		Example: `  earmark demo testdata/demo
  earmark demo --fresh testdata/demo     forget the decisions of last time`,
		Args: one("the folder with the demo recordings"),
		RunE: p.run(func(ctx context.Context, args []string) error {
			return p.runDemo(ctx, args[0], fresh)
		}),
	}
	cmd.Flags().BoolVar(&fresh, "fresh", false, "begin with an empty demo database")
	return cmd
}

func demoPath() string { return filepath.Join(xdg.CacheHome, "earmark", "demo.db") }

func (p *program) runDemo(ctx context.Context, folder string, fresh bool) error {
	source := engine.Source{Paths: []string{folder}, Name: "demo"}
	if err := missing(source); err != nil {
		return err
	}
	c, err := p.configuration()
	if err != nil {
		return err
	}
	if p.DB == "" {
		p.DB = demoPath() // so that the commands that the summary names find it
	}
	s, err := p.openDemo(ctx, c, fresh)
	if err != nil {
		return err
	}
	defer s.Close(ctx)
	job, err := demoJob(ctx, s, source)
	if err != nil {
		return s.Explain(ctx, job, err)
	}
	if p.interactive() {
		return p.show(ctx, s, c, job.ID)
	}
	began := time.Now()
	if job, err = s.Follow(ctx, job.ID, nil); err != nil {
		return s.Explain(ctx, job, err)
	}
	return p.conclude(ctx, s, job, took(job, began), &scanOptions{})
}

// openDemo opens the demo database. It is a cache: one that is damaged, foreign or newer is made afresh.
func (p *program) openDemo(ctx context.Context, c config.Config, fresh bool) (*headless.Session, error) {
	remove := func() error {
		var errs []error
		for _, end := range []string{"", "-wal", "-shm"} {
			if err := os.Remove(p.DB + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
				errs = append(errs, err)
			}
		}
		return errors.Join(errs...)
	}
	if fresh {
		if err := remove(); err != nil {
			return nil, err
		}
	}
	s, err := p.open(ctx, c, p.DB, &limits{})
	for _, kind := range []error{store.ErrNewer, store.ErrNotDatabase, store.ErrDamaged} {
		if p.DB == demoPath() && errors.Is(err, kind) {
			p.Say("the demo database is made afresh: %v", err)
			if err := remove(); err != nil {
				return nil, err
			}
			return p.open(ctx, c, p.DB, &limits{})
		}
	}
	return s, err
}

// demoJob gives the job of the last time, if it is still about these recordings and this detector, else a new one.
func demoJob(ctx context.Context, s *headless.Session, source engine.Source) (store.Job, error) {
	if err := s.HasAudio(ctx, source); err != nil {
		return store.Job{}, err
	}
	job, err := s.Newest(ctx)
	if err != nil {
		return job, err
	}
	again, err := same(ctx, s, job, source)
	if err != nil {
		return store.Job{}, err
	}
	if err := s.Engine.Start(ctx); err != nil {
		return store.Job{}, err
	}
	if again {
		s.Say("%s  %s: the queue of last time, with its decisions", job.ID, cell.Clean(job.Name))
		return job, nil
	}
	return s.Create(ctx, source)
}

// same says whether a job can be shown again for a source.
func same(ctx context.Context, s *headless.Session, job store.Job, source engine.Source) (bool, error) {
	full, err := filepath.Abs(source.Paths[0])
	if err != nil {
		return false, err
	}
	if job.ID == 0 || job.Status == store.JobCancelled || job.Status == store.JobFailed ||
		engine.Describe(job.Source) != full {
		return false, nil
	}
	if !job.Sealed {
		return true, nil // cut off while its folder was read; that goes on now
	}
	found, err := s.Engine.Survey(ctx, source, nil)
	if err != nil || found.Files+found.Failed != job.Counts.Total {
		return false, err
	}
	if changed, err := latest(full); err != nil || changed.After(job.CreatedAt) {
		return false, err
	}
	page, err := s.Store.Tracks(ctx, store.Filter{Job: job.ID, Status: store.TrackSuccess}, store.SortIntake,
		store.Cursor{}, store.Forward, 1)
	if err != nil || len(page.Rows) == 0 {
		return err == nil, err
	}
	track, err := s.Store.Track(ctx, page.Rows[0].ID)
	return err == nil && track.Report.DetectorVersion == analyzer.Version(), err
}

// latest is when the youngest file below a folder was written.
func latest(folder string) (newest time.Time, err error) {
	err = filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil //nolint:nilerr // what cannot be read was not read last time either
		}
		if info, err := entry.Info(); err == nil && info.ModTime().After(newest) {
			newest = info.ModTime()
		}
		return nil
	})
	return newest, err
}

// show opens the workstation on the queue of a job; 0: on the list of jobs. The engine is running.
func (p *program) show(ctx context.Context, s *headless.Session, c config.Config, id store.JobID) error {
	reviewer, err := config.Reviewer(p.reviewer, c)
	if err != nil {
		return err
	}
	log := s.Log
	if log == nil {
		if log, err = os.OpenFile(os.DevNull, os.O_WRONLY, 0); err != nil {
			return err
		}
		defer log.Close()
	}
	// Whatever a sound library prints from C would be painted over the screens.
	restore, err := player.QuietStderr(log)
	if err != nil {
		return err
	}
	sound := player.New(player.Options{VolumeDB: c.VolumeDB})
	unasked.End()
	err = ui.Run(ctx, ui.Options{
		Store: s.Store, Engine: s.Engine, Player: sound, Reviewer: reviewer,
		Keys: c.Keys, NoColor: p.NoColor, StartJob: id,
	})
	sound.Close()
	restore()
	if readErr := left(ctx, s); err == nil {
		err = readErr
	}
	return err
}

// left says which jobs are not finished.
func left(ctx context.Context, s *headless.Session) error {
	jobs, err := s.Store.Jobs(context.WithoutCancel(ctx))
	if err != nil {
		return err
	}
	for _, j := range jobs {
		if headless.Working(j) {
			s.Say("%s  %s: %s done; it goes on at the next start, or with: %s", j.ID, cell.Clean(j.Name),
				summary.Done(j.Counts), s.Again("scan --resume "+j.ID.String()))
		}
	}
	return nil
}
