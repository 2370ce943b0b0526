// Package manual writes the man page of a tree of commands: all of them on one page, in the man(7) macros that both
// groff and mandoc read. Only ui/command imports it.
//
// Invariants: the page holds every visible command and flag of the tree, and nothing that is not in the tree; the same
// tree gives the same bytes.
package manual

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Write writes the page of root, section 1. The help topics of the tree become its last sections.
func Write(w io.Writer, root *cobra.Command) error {
	p := &page{w: bufio.NewWriter(w)}
	name := root.Name()
	p.macro("TH", strings.ToUpper(name), "1", "", strings.TrimSpace(name+" "+root.Version), name+" manual")
	p.section("Name")
	p.text(name + " - " + lower(root.Short))
	p.section("Synopsis")
	p.macro("B", name)
	p.text("[command] [flags]")
	p.section("Description")
	p.prose(root.Long)
	p.section("Commands")
	p.commands(root)
	p.section("Flags of every command")
	p.flags(root.PersistentFlags())
	p.section("Examples")
	p.example(root.Example)
	for _, c := range root.Commands() {
		if c.IsAdditionalHelpTopicCommand() {
			p.section(strings.ReplaceAll(c.Name(), "-", " "))
			p.prose(c.Long)
		}
	}
	return p.w.Flush()
}

type page struct{ w *bufio.Writer }

// commands writes one subsection for each command that can be run, and for those below it.
func (p *page) commands(parent *cobra.Command) {
	for _, c := range parent.Commands() {
		if !c.IsAvailableCommand() || c.Name() == "help" {
			continue
		}
		if c.Runnable() && !c.HasAvailableSubCommands() {
			p.macro("SS", c.UseLine())
			about := c.Long
			if about == "" {
				about = c.Short + "."
			}
			p.prose(about)
			p.flags(c.LocalNonPersistentFlags())
			if c.Example != "" {
				p.example(c.Example)
			}
		}
		p.commands(c)
	}
}

func (p *page) flags(set *pflag.FlagSet) {
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		head := `\fB` + escape("--"+f.Name) + `\fR`
		if f.Shorthand != "" {
			head = `\fB` + escape("-"+f.Shorthand) + `\fR, ` + head
		}
		if value != "" {
			head += ` \fI` + escape(value) + `\fR`
		}
		p.macro("TP")
		fmt.Fprintln(p.w, head)
		p.text(usage)
	})
}

func (p *page) section(title string) { p.macro("SH", strings.ToUpper(title)) }

// macro writes a request with its arguments.
func (p *page) macro(name string, args ...string) {
	fmt.Fprint(p.w, "."+name)
	for _, a := range args {
		fmt.Fprint(p.w, ` "`+strings.ReplaceAll(escape(a), `"`, `\(dq`)+`"`)
	}
	fmt.Fprintln(p.w)
}

// prose writes paragraphs. Lines that are indented are kept as they are.
func (p *page) prose(text string) {
	for i, paragraph := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if strings.HasPrefix(paragraph, "  ") {
			p.example(paragraph)
			continue
		}
		if i > 0 {
			p.macro("PP")
		}
		p.text(paragraph)
	}
}

// example writes lines as they are.
func (p *page) example(text string) {
	p.macro("PP")
	p.macro("nf")
	p.text(strings.TrimRight(text, "\n"))
	p.macro("fi")
}

func (p *page) text(text string) {
	for line := range strings.SplitSeq(text, "\n") {
		line = escape(line)
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			line = `\&` + line
		}
		fmt.Fprintln(p.w, line)
	}
}

// escape keeps troff from reading text as anything else. A plain minus would be printed as a hyphen, which nobody could
// paste into a shell.
func escape(text string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
}

func lower(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToLower(text[:1]) + text[1:]
}
