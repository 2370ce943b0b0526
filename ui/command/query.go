package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"earmark/engine"
	"earmark/store"
	"earmark/ui/cell"
	"earmark/ui/command/console"
	"earmark/ui/command/nearest"
	"earmark/ui/command/summary"
)

// last is the name of the newest job.
const last = "last"

// findJob reads the job that is named job_7, 7 or last.
func findJob(ctx context.Context, s *store.Store, name string) (store.Job, error) {
	jobs := func() ([]store.Job, error) { return s.Jobs(ctx) }
	if name == last {
		all, err := jobs()
		if err != nil {
			return store.Job{}, err
		}
		if len(all) == 0 {
			return store.Job{}, errNoDatabase
		}
		return all[0], nil
	}
	id, err := store.ParseJobID(name)
	if err != nil {
		return store.Job{}, misused(
			"%q is no job: give its id, such as job_7 or 7, or the word %s; `earmark jobs` lists them", name, last)
	}
	job, err := s.Job(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return job, fmt.Errorf("there is no %s in %s; `earmark jobs` lists what there is", id, s.Path())
	}
	return job, err
}

// jobNames completes the name of a job.
func (p *program) jobNames(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	const none = cobra.ShellCompDirectiveNoFileComp
	if len(args) > 0 {
		return nil, none
	}
	s, err := p.reading(cmd.Context())
	if err != nil {
		return nil, none
	}
	defer s.Close()
	jobs, err := s.Jobs(cmd.Context())
	if err != nil {
		return nil, none
	}
	var names []string
	for _, j := range jobs {
		names = append(names, cobra.CompletionWithDesc(j.ID.String(), cell.Clean(j.Name)))
	}
	return names, none
}

func (p *program) jobs() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "jobs",
		GroupID: groupResults,
		Short:   "List the jobs, newest first",
		Example: "  earmark jobs\n  earmark jobs --json | jq 'select(.status == \"processing\")'",
		Args:    none,
		RunE: p.run(func(ctx context.Context, _ []string) error {
			s, err := p.reading(ctx)
			if errors.Is(err, errNoDatabase) {
				p.Say("%v", err)
				return nil
			}
			if err != nil {
				return err
			}
			defer s.Close()
			jobs, err := s.Jobs(ctx)
			if err != nil {
				return err
			}
			if asJSON {
				return p.write(func(w io.Writer) error { return summary.JobObjects(w, jobs) })
			}
			if len(jobs) == 0 {
				p.Say("%v; begin with: %s", errNoDatabase, p.Again("scan FOLDER"))
				return nil
			}
			return p.write(func(w io.Writer) error {
				summary.Jobs(w, jobs, time.Now(), p.Theme(p.Out), console.Width(p.Out))
				return nil
			})
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one job object a line")
	return cmd
}

func (p *program) results() *cobra.Command {
	var verdict, status string
	cmd := &cobra.Command{
		Use:     "results JOB",
		GroupID: groupResults,
		Short:   "Print the records of a job, one JSON object a line",
		Long: `Print the records of a job in the order of its intake, one JSON object a line,
as far as it is done. JOB is an id such as job_7 or 7, or the word last.

The verdict of a track that could not be measured is "human", because the job
contract has no third one; "measured" is false and the scores are null: look at
both. A failed track has no verdict.`,
		Example: `  earmark results last
  earmark results job_7 --verdict suspicious | jq -r .path
  earmark results job_7 --status failed | jq -r '[.path, .error] | @tsv'`,
		Args:              one("a job: its id, such as job_7, or the word last"),
		ValidArgsFunction: p.jobNames,
		RunE: p.run(func(ctx context.Context, args []string) error {
			if err := oneOf("verdict", verdict, verdicts); err != nil {
				return err
			}
			if err := oneOf("status", status, statuses); err != nil {
				return err
			}
			s, err := p.reading(ctx)
			if err != nil {
				return err
			}
			defer s.Close()
			job, err := findJob(ctx, s, args[0])
			if err != nil {
				return err
			}
			filter := store.Filter{Job: job.ID, Verdict: verdict, Status: store.TrackStatus(status)}
			return engine.Export(ctx, s, filter, engine.NDJSON, p.Out)
		}),
	}
	cmd.Flags().StringVar(&verdict, "verdict", "", "only tracks that are `VERDICT`: human or suspicious")
	cmd.Flags().StringVar(&status, "status", "", "only tracks whose analysis ended in `STATUS`: success or failed")
	complete(cmd, "verdict", verdicts...)
	complete(cmd, "status", statuses...)
	return cmd
}

var (
	verdicts = []string{"human", "suspicious"}
	statuses = []string{"success", "failed"}
	formats  = []string{engine.NDJSON, engine.CSV}
)

// oneOf refuses a value of a flag that is not in the list. Empty means that the flag was not given.
func oneOf(flag, value string, list []string) error {
	if value == "" || slices.Contains(list, value) {
		return nil
	}
	hint := ""
	if near := nearest.To(value, list); near != "" {
		hint = fmt.Sprintf("; did you mean %s?", near)
	}
	return misused("--%s %s: give %s%s", flag, value, strings.Join(list, " or "), hint)
}

func (p *program) export() *cobra.Command {
	var format, output string
	cmd := &cobra.Command{
		Use:     "export JOB",
		GroupID: groupResults,
		Short:   "Write a job with its decisions to a file, as CSV or NDJSON",
		Long: `Write the processed tracks of a job with what was decided, in the order of the
intake. JOB is an id such as job_7 or 7, or the word last. A file is written
under another name first and renamed when it is complete, so that nobody reads
half of it.

CSV has one flat row a track. A text that a spreadsheet would run as a formula
gets an apostrophe in front.`,
		Example: `  earmark export last -o demos.csv
  earmark export job_7 --format ndjson | gzip > job_7.ndjson.gz`,
		Args:              one("a job: its id, such as job_7, or the word last"),
		ValidArgsFunction: p.jobNames,
		RunE: p.run(func(ctx context.Context, args []string) error {
			if err := oneOf("format", format, formats); err != nil {
				return err
			}
			if format == "" {
				format = formatOf(output)
			}
			return p.runExport(ctx, args[0], format, output)
		}),
	}
	f := cmd.Flags()
	f.StringVar(&format, "format", "", "write `FORMAT`: ndjson or csv (default: by the ending of FILE, else ndjson)")
	f.StringVarP(&output, "output", "o", "-", "write to this `FILE`; - is standard output")
	complete(cmd, "format", formats...)
	return cmd
}

func formatOf(path string) string {
	if strings.HasSuffix(strings.ToLower(path), ".csv") {
		return engine.CSV
	}
	return engine.NDJSON
}

func (p *program) runExport(ctx context.Context, name, format, output string) error {
	s, err := p.reading(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	job, err := findJob(ctx, s, name)
	if err != nil {
		return err
	}
	filter := store.Filter{Job: job.ID}
	if output == "-" {
		err = engine.Export(ctx, s, filter, format, p.Out)
	} else {
		err = engine.ExportFile(ctx, s, filter, format, output)
	}
	if err != nil {
		return err
	}
	c := job.Counts
	where := output
	if output == "-" {
		where = "standard output"
	}
	p.Say("%s of %s written to %s as %s", cell.Plural(c.Processed, "track", "tracks"), job.ID, where, format)
	if c.Processed < c.Total {
		p.Say("%s is %s: %s done; export it again later", job.ID, summary.State(job), summary.Done(c))
	}
	return nil
}
