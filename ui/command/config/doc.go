// Package config reads the configuration file. Only ui/command imports it.
//
// The file is TOML, and nobody needs one: every setting has a default, and a flag of the command line wins over the
// file. Invariants: a file that was read has no unknown key and no value out of range; every error names the file, the
// line and what is allowed, so that it can be mended without another look at the manual.
package config
