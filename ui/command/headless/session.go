package headless

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"

	"earmark/engine"
	"earmark/store"
	"earmark/ui/command/console"
)

// Session is an open database and an engine that works on it.
type Session struct {
	*console.Console
	Store  *store.Store
	Engine *engine.Engine
	Log    *os.File // nil when there is none
}

// Open opens the database at path. The engine is not started yet.
func Open(ctx context.Context, c *console.Console, path string, settings engine.Config, log string) (*Session, error) {
	s := &Session{Console: c, Log: openLog(log)}
	if s.Log != nil {
		settings.Log = slog.New(slog.NewTextHandler(s.Log, nil))
	}
	var err error
	if s.Store, err = store.Open(ctx, path); err != nil {
		s.closeLog()
		return nil, err
	}
	s.Engine = engine.New(s.Store, settings)
	return s, nil
}

// Close stops the engine at once, also when ctx has ended: what runs is given up and queued again.
func (s *Session) Close(ctx context.Context) {
	now, cancel := context.WithCancel(context.WithoutCancel(ctx))
	cancel()
	if err := s.Engine.Stop(now); err != nil {
		s.Say("earmark: %v", err)
	}
	if err := s.Store.Close(); err != nil {
		s.Say("earmark: close the database: %v", err)
	}
	s.closeLog()
}

func (s *Session) closeLog() {
	if s.Log != nil {
		_ = s.Log.Close() // it was written to unbuffered
	}
}

// mostLog is the size from which the log begins anew; the old one is kept beside it.
const mostLog = 5 << 20

// openLog opens the log for appending. Without one, nothing is logged: that is no reason not to work.
func openLog(path string) *os.File {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.Size() > mostLog {
		_ = os.Rename(path, path+".1")
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil
	}
	return f
}

// Newest is the job that was made last; the zero job when there is none.
func (s *Session) Newest(ctx context.Context) (store.Job, error) {
	jobs, err := s.Store.Jobs(ctx)
	if err != nil || len(jobs) == 0 {
		return store.Job{}, err
	}
	return jobs[0], nil
}

// Working says whether a job is neither done nor paused.
func Working(j store.Job) bool { return j.Status == store.JobQueued || j.Status == store.JobProcessing }
