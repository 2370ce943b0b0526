// Package process runs the analyzer in child processes and knows which processes are alive.
//
// A decoder that crashes, hangs, eats memory or writes nonsense takes its own process with it and costs one track,
// which fails with a code that says so. [Pool] starts workers when they are needed, gives each one track at a time (one
// JSON item a line in, one JSON answer a line out), and kills the whole process group of a worker that does not behave,
// so that no decoder it started survives it.
//
// A track whose worker died or talked nonsense is tried once more on a new worker, since the cause may have been an
// earlier track or somebody's kill; the second time it is the track's fault. Running out of time or memory is final.
//
// Workers die with this process: on Linux the kernel kills them (parent-death signal), everywhere they end when their
// standard input does. They run at a lower priority, and on Linux they are the first that the kernel kills when memory
// runs out, so that listening and deciding stay quick.
//
// [Owner] names this process in a way that can be checked later: host, process id and start time. [Gone] is true only
// when that process certainly does not exist any more.
//
// The package imports analyzer (the worker protocol) and nothing else of this program; only engine imports it.
package process
