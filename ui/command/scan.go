package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"earmark/engine"
	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/command/console"
	"earmark/ui/command/headless"
	"earmark/ui/command/summary"
)

type scanOptions struct {
	limits
	name, manifest, failOn, resume string
	json                           bool
}

func (p *program) scan() *cobra.Command {
	var o scanOptions
	cmd := &cobra.Command{
		Use:     "scan PATH… | --manifest FILE | --resume JOB",
		GroupID: groupWork,
		Short:   "Analyse folders, files, playlists or a manifest",
		Long: `Analyse every recording below the named folders, and the named files,
playlists (.m3u) and manifests (.ndjson), as one job. What was analysed before
is recognised by its content and not analysed again.

A manifest has one item a line: {"item_id": "A-17", "path": "masters/a17.wav",
"metadata": {…}}. The path may be relative to the manifest, absolute, or a
file:// address. - reads the manifest from standard input.

Without --json a summary is printed at the end. With --json each record is
printed as one line, in the order of the intake, as soon as it and those
before it are done. A file that cannot be analysed is a record with status
"failed" and a reason; it does not stop the job, and it is never a flag.

A track of more than 90 s is heard in part, in windows of 12 s spread over it:
four when the verdict is clear by then, seven at the most. heard_sec of its
record says how much, heard_full whether it was all of it. --full hears every
second, also of tracks that were analysed in part before. Opening a track in
the workstation does the same for that one.

Interrupted with Ctrl-C, nothing is lost: --resume goes on with the job, and
so does the workstation. An unfinished job of the same database goes first.`,
		Example: `  earmark scan ~/demos                                   analyse a folder, print a summary
  earmark scan --json ~/demos > demos.ndjson             one JSON record a line
  earmark scan --fail-on suspicious -q release/          exit code 10 when something is flagged
  earmark scan --manifest catalogue.ndjson --name May    items with your own ids
  earmark scan --resume job_7                            go on with an interrupted job`,
		RunE: p.run(func(ctx context.Context, args []string) error { return p.runScan(ctx, args, &o) }),
	}
	f := cmd.Flags()
	f.StringVar(&o.name, "name", "", "`NAME` of the job (default: the name of the folder)")
	f.StringVar(&o.manifest, "manifest", "", "read the items from this NDJSON `FILE`; - is standard input")
	f.BoolVar(&o.json, "json", false, "print one record a line instead of the summary")
	f.StringVar(&o.failOn, "fail-on", "", "exit with 10 when a track is `suspicious`")
	f.StringVar(&o.resume, "resume", "", "go on with an interrupted `JOB`, such as job_7")
	o.limits.flags(f)
	complete(cmd, "fail-on", "suspicious")
	completeWith(cmd, "resume", p.jobNames)
	return cmd
}

// source checks what was asked for, as far as that can be known before anything is read.
func (o *scanOptions) source(args []string, in io.Reader) (engine.Source, error) {
	s := engine.Source{Name: strings.TrimSpace(o.name), Manifest: o.manifest, Stdin: in}
	for _, arg := range args {
		switch {
		case arg != "-":
			s.Paths = append(s.Paths, arg)
		case s.Manifest != "":
			return s, misused("- is a manifest on standard input, --manifest %s another: give one of them", s.Manifest)
		default:
			s.Manifest = "-"
		}
	}
	if o.failOn != "" && o.failOn != "suspicious" {
		return s, misused("--fail-on %s: there is only suspicious", o.failOn)
	}
	nothing := len(s.Paths) == 0 && s.Manifest == ""
	switch {
	case o.resume == "" && nothing:
		return s, misused("name a folder, a file, a playlist or a manifest")
	case o.resume != "" && !nothing:
		return s, misused("--resume goes on with what the job was made of: name nothing else")
	case o.resume != "" && s.Name != "":
		return s, misused("--resume: the job has its name")
	}
	return s, nil
}

// missing tells of every path that does not exist, before anything is begun: a typing error is cheapest then.
func missing(s engine.Source) error {
	var lines []string
	paths := s.Paths
	if s.Manifest != "" && s.Manifest != "-" {
		paths = append([]string{s.Manifest}, paths...)
	}
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			reason := err
			if detail, ok := errors.AsType[*fs.PathError](err); ok {
				reason = detail.Err
			}
			lines = append(lines, fmt.Sprintf("%s: %v", path, reason))
		}
	}
	switch {
	case len(lines) == 0:
		return nil
	case len(lines) == 1:
		return errors.New(lines[0])
	default:
		return fmt.Errorf("nothing was begun:\n  %s", strings.Join(lines, "\n  "))
	}
}

func (p *program) runScan(ctx context.Context, args []string, o *scanOptions) error {
	source, err := o.source(args, p.In)
	if err != nil {
		return err
	}
	if err := missing(source); err != nil {
		return err
	}
	c, err := p.configuration()
	if err != nil {
		return err
	}
	s, err := p.open(ctx, c, p.database(c), &o.limits)
	if err != nil {
		return err
	}
	defer s.Close(ctx)
	job, err := p.beginScan(ctx, s, source, o.resume)
	if err != nil {
		return s.Explain(ctx, job, err)
	}
	var records io.Writer
	if o.json {
		records = p.Out
	}
	began := time.Now()
	job, err = s.Follow(ctx, job.ID, records)
	if err != nil {
		return s.Explain(ctx, job, err)
	}
	return p.conclude(ctx, s, job, took(job, began), o)
}

func (p *program) beginScan(
	ctx context.Context, s *headless.Session, source engine.Source, resume string,
) (store.Job, error) {
	if resume == "" {
		return s.Begin(ctx, source)
	}
	job, err := findJob(ctx, s.Store, resume)
	if err != nil {
		return store.Job{}, err
	}
	return s.GoOn(ctx, job)
}

// took is how long a job was worked on since a moment; 0 when it was done by then. Jobs that went first do not count.
func took(job store.Job, since time.Time) time.Duration {
	if job.StartedAt.After(since) {
		since = job.StartedAt
	}
	return max(0, job.CompletedAt.Sub(since))
}

// conclude prints the summary and gives the answer that --fail-on asks for.
func (p *program) conclude(
	ctx context.Context, s *headless.Session, job store.Job, took time.Duration, o *scanOptions,
) error {
	if !o.json && !p.Quiet {
		style := summary.Style{Theme: p.Theme(p.Out), Width: console.Width(p.Out), Again: p.Again}
		err := p.write(func(w io.Writer) error { return summary.Job(ctx, w, s.Store, job, took, style) })
		if err != nil {
			return err
		}
	}
	switch {
	case job.Status == store.JobFailed:
		return fmt.Errorf("%s failed: %s", job.ID, cell.Clean(job.Error))
	case job.Status == store.JobCancelled:
		return fmt.Errorf("%s was cancelled in another window", job.ID)
	case o.failOn != "" && job.Counts.Suspicious > 0:
		p.Say("%s suspicious: exit code %d", cell.Plural(job.Counts.Suspicious, "track is", "tracks are"), exitFlagged)
		return errFlagged
	}
	return nil
}
