package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"earmark/ui/keys"
)

// remap is one line of the table of keys.
type remap struct {
	at   toml.Key // where it stands in the file
	keys []string
}

// keys remaps the default table. In the file an action has one key or a list of keys:
//
//	[keys]
//	decide-ai = "y"
//	queue.open = ["enter", "o"]
func (r reader) keys(table map[string]any) (*keys.Table, error) {
	remaps := map[string]remap{}
	if err := r.flatten(toml.Key{"keys"}, table, remaps); err != nil {
		return nil, err
	}
	names := slices.Sorted(maps.Keys(remaps))
	actions := map[string][]string{}
	for _, name := range names {
		one := remaps[name]
		_, err := keys.Default().Remap(map[string][]string{name: one.keys})
		if errors.Is(err, keys.ErrUnknownAction) {
			return nil, r.fail(one.at, "keys: unknown action %q; %s", name, instead(name, actionNames()))
		}
		actions[name] = one.keys
	}
	remapped, err := keys.Default().Remap(actions)
	if err != nil {
		return nil, r.fail(blamed(err, names, remaps), "%v", err)
	}
	return remapped, nil
}

// flatten makes one name of tables within the table: queue.open is an action of the queue.
func (r reader) flatten(at toml.Key, table map[string]any, out map[string]remap) error {
	for _, name := range slices.Sorted(maps.Keys(table)) {
		key := append(slices.Clone(at), name)
		action := strings.Join(key[1:], ".")
		switch value := table[name].(type) {
		case string:
			out[action] = remap{key, []string{value}}
		case map[string]any:
			if err := r.flatten(key, value, out); err != nil {
				return err
			}
		case []any:
			list := []string{}
			for _, v := range value {
				text, ok := v.(string)
				if !ok {
					return r.fail(key, "keys: %s: %v is no key; write it in quotes", action, v)
				}
				list = append(list, text)
			}
			out[action] = remap{key, list}
		default:
			return r.fail(key, "keys: %s = %v: give a key or a list of keys, in quotes", action, value)
		}
	}
	return nil
}

// blamed is where the first action stands that an error names; the whole table when it names none.
func blamed(err error, names []string, remaps map[string]remap) toml.Key {
	for _, name := range names {
		if strings.Contains(err.Error(), name) {
			return remaps[name].at
		}
	}
	return toml.Key{"keys"}
}

// actionNames lists what can be remapped.
func actionNames() []string {
	var names []string
	table := keys.Default()
	scopes := append(keys.Scopes(), keys.ScopeAlways, keys.ScopeGlobal, keys.ScopeList)
	for _, scope := range scopes {
		for _, e := range table.Entries(scope) {
			names = append(names, string(e.Verb), fmt.Sprintf("%s.%s", scope, e.Verb))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
