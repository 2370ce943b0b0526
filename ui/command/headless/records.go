package headless

import (
	"context"
	"io"

	"earmark/engine"
	"earmark/store"
)

// recordPage is how many rows are read at a time.
const recordPage = 100

// records writes the records of a job as they come: in the order of the intake, each once, each in one write. A record
// waits for those before it, so that the output of a job is the same whatever the workers did. What waits is in the
// database and takes no memory.
//
// A reader that does not read holds up nobody but the writing goroutine: an interruption still ends the program.
type records struct {
	store *store.Store
	job   store.JobID
	w     io.Writer
	wish  chan struct{} // more may have come; closed when all has
	ended chan error    // of the writing goroutine, one value

	from  store.Cursor // where the page that is being written begins
	wrote int          // rows of that page that are written
}

// startRecords begins to write to w; nil writes nothing.
func startRecords(ctx context.Context, s *store.Store, id store.JobID, w io.Writer) *records {
	r := &records{store: s, job: id, w: w, wish: make(chan struct{}, 1), ended: make(chan error, 1)}
	if w != nil {
		go func() { r.ended <- r.run(ctx) }()
	}
	return r
}

// more says that something may have changed. It never waits.
func (r *records) more() {
	select {
	case r.wish <- struct{}{}:
	default:
	}
}

// finish says that the job has ended, and waits until all is written.
func (r *records) finish(ctx context.Context) error {
	if r.w == nil {
		return nil
	}
	close(r.wish)
	select {
	case err := <-r.ended:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r *records) run(ctx context.Context) error {
	for range r.wish {
		if err := r.drain(ctx, false); err != nil {
			return err
		}
	}
	return r.drain(ctx, true)
}

// drain writes what is processed, up to the first track that is not. At the end of the job there is no use in waiting:
// tracks that were never processed, since the job was cancelled, are passed over.
func (r *records) drain(ctx context.Context, end bool) error {
	for {
		page, err := r.store.Tracks(ctx, store.Filter{Job: r.job}, store.SortIntake, r.from, store.Forward, recordPage)
		if err != nil {
			return err
		}
		for r.wrote < len(page.Rows) {
			row := page.Rows[r.wrote]
			switch {
			case row.Status == store.TrackSuccess || row.Status == store.TrackFailed:
				if err := r.write(ctx, row.ID); err != nil {
					return err
				}
			case !end:
				return nil
			}
			r.wrote++
		}
		if !page.HasAfter {
			return nil
		}
		r.from, r.wrote = page.After, 0
	}
}

func (r *records) write(ctx context.Context, id store.TrackID) error {
	track, err := r.store.Track(ctx, id)
	if err != nil {
		return err
	}
	return engine.NewRecord(track).Write(r.w, "")
}
