package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Filter says which tracks are meant. All its conditions must hold; the zero value means every track.
type Filter struct {
	Job       JobID       // 0: of all jobs
	Status    TrackStatus // empty: any
	Verdict   string      // human, suspicious, or none: failed; empty: any
	Tier      string      // press_safe, human_safe or recall: suspicious there; empty: any
	Decision  string      // ai, human or skip stands, or none; empty: any
	Undecided bool        // processed, and no decision stands
	Decided   bool        // a decision stands
	ScoreMin  *float64    // inclusive; only measured tracks have a score
	ScoreMax  *float64    // inclusive
	Terms     []Term      // everything else: text, numbers, and what is negated or said twice
}

// Term is one condition in the words of ParseFilter.
type Term struct {
	Field string // such as artist, score, undecided; any for free words
	Op    string // ":" is, "~" contains, ">" ">=" "<" "<="; empty for undecided, decided, measured, unmeasured
	Value string
	Not   bool
}

// maxTerms keeps a filter far below SQLite's limit of 1,000 nested expressions.
const maxTerms = 100

// ParseFilter reads a filter as people type it, such as
//
//	verdict:suspicious tier:human_safe undecided artist~name score>0.8 -status:failed "free words"
//
// Words are joined by and. A leading - or ! negates, quotes hold spaces, : or = means is, ~ means contains; text is
// compared without case and accents. A quote that is still open ends with the text, so that a filter can be read while
// it is typed. The errors wrap ErrFilter, name the word and say what is allowed.
func ParseFilter(text string) (Filter, error) {
	var f Filter
	for rest := text; ; {
		var w word
		w, rest = nextWord(rest)
		if w.raw == "" {
			return f, nil
		}
		t, err := w.term()
		if err == nil {
			_, err = t.condition()
		}
		if err == nil && len(f.Terms) == maxTerms {
			err = fmt.Errorf("more than %d words", maxTerms)
		}
		if err != nil {
			return Filter{}, fmt.Errorf("%w: %q: %w", ErrFilter, w.raw, err)
		}
		if !lift(&f, t) {
			f.Terms = append(f.Terms, t)
		}
	}
}

// word is one word of a filter, taken apart.
type word struct {
	raw              string
	not              bool
	field, op, value string
	quoted           bool
}

func nextWord(text string) (w word, rest string) {
	text = strings.TrimLeftFunc(text, unicode.IsSpace)
	runes := []rune(text)
	at := func(i int) rune {
		if i < len(runes) {
			return runes[i]
		}
		return ' '
	}
	i, inside := 0, false
	if (at(0) == '-' || at(0) == '!') && !unicode.IsSpace(at(1)) {
		w.not, i = true, 1
	}
	var value []rune
	for ; i < len(runes) && (inside || !unicode.IsSpace(runes[i])); i++ {
		r := runes[i]
		switch {
		case inside && r == '\\' && (at(i+1) == '"' || at(i+1) == '\\'):
			i++
			value = append(value, runes[i])
		case r == '"':
			inside, w.quoted = !inside, true
		case w.op == "" && !w.quoted && strings.ContainsRune(":=~<>", r):
			w.field, w.op, value = strings.ToLower(string(value)), string(r), nil
			if (r == '<' || r == '>') && at(i+1) == '=' {
				i++
				w.op += "="
			}
		default:
			value = append(value, r)
		}
	}
	w.value = string(value)
	w.raw, rest = string(runes[:i]), string(runes[i:])
	if w.op == "=" {
		w.op = ":"
	}
	return w, rest
}

func (w word) term() (Term, error) {
	t := Term{Field: w.field, Op: w.op, Value: w.value, Not: w.not}
	if w.op == "" {
		if bare := strings.ToLower(w.value); !w.quoted && slices.Contains(bareWords, bare) {
			return Term{Field: bare, Not: w.not}, nil
		}
		t.Field, t.Op = "any", "~"
		return t, nil
	}
	if w.value == "" && !w.quoted {
		return t, fmt.Errorf("%s needs a value", w.field)
	}
	if fields[t.Field].values != nil {
		t.Value = strings.ToLower(t.Value)
	}
	return t, nil
}

// lift moves a plain term to the field of f that it has to itself, if that is still free.
func lift(f *Filter, t Term) bool {
	set := func(field *string) bool {
		if t.Not || *field != "" {
			return false
		}
		*field = t.Value
		return true
	}
	mark := func(field *bool) bool {
		if t.Not || *field {
			return false
		}
		*field = true
		return true
	}
	switch t.Field + t.Op {
	case "job:":
		if t.Not || f.Job != 0 {
			return false
		}
		f.Job, _ = ParseJobID(t.Value)
		return true
	case "status:":
		return set((*string)(&f.Status))
	case "verdict:":
		return set(&f.Verdict)
	case "tier:":
		return set(&f.Tier)
	case "decision:":
		return set(&f.Decision)
	case "undecided":
		return mark(&f.Undecided)
	case "decided":
		return mark(&f.Decided)
	case "score>=", "score<=":
		bound := &f.ScoreMin
		if t.Op == "<=" {
			bound = &f.ScoreMax
		}
		if t.Not || *bound != nil {
			return false
		}
		n, _ := strconv.ParseFloat(t.Value, 64)
		*bound = &n
		return true
	}
	return false
}

// terms are all conditions but that of Job, each as a term.
func (f Filter) terms() []Term {
	var ts []Term
	add := func(field, value string) {
		if value != "" {
			ts = append(ts, Term{Field: field, Op: ":", Value: value})
		}
	}
	add("status", string(f.Status))
	add("verdict", f.Verdict)
	add("tier", f.Tier)
	add("decision", f.Decision)
	if f.Undecided {
		ts = append(ts, Term{Field: "undecided"})
	}
	if f.Decided {
		ts = append(ts, Term{Field: "decided"})
	}
	if f.ScoreMin != nil {
		ts = append(ts, Term{Field: "score", Op: ">=", Value: strconv.FormatFloat(*f.ScoreMin, 'g', -1, 64)})
	}
	if f.ScoreMax != nil {
		ts = append(ts, Term{Field: "score", Op: "<=", Value: strconv.FormatFloat(*f.ScoreMax, 'g', -1, 64)})
	}
	return append(ts, f.Terms...)
}

// String writes the filter as ParseFilter reads it.
func (f Filter) String() string {
	var words []string
	if f.Job != 0 {
		words = append(words, fmt.Sprintf("job:%d", f.Job))
	}
	for _, t := range f.terms() {
		words = append(words, t.String())
	}
	return strings.Join(words, " ")
}

// String writes the term as ParseFilter reads it.
func (t Term) String() string {
	value := t.Value
	plain := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._+", r) }
	if value == "" && t.Op != "" || strings.ContainsFunc(value, func(r rune) bool { return !plain(r) }) ||
		t.Field == "any" && slices.Contains(bareWords, strings.ToLower(value)) {
		value = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
	}
	text := t.Field + t.Op + value
	if t.Field == "any" && t.Op == "~" {
		text = value
	}
	if t.Not {
		text = "-" + text
	}
	return text
}
