// Package keys turns keys into verbs, in one place. A screen is told what to do ([DecideAI], [SeekForward], …), never
// which key was pressed; so tests, the mouse and scripts can say the same. From the same [Table] come the footer, the
// help overlay, the README's key list and remapping by configuration. Everything in ui may import it.
//
// Invariants: within a scope and the scopes that are merged into it no key has two verbs, and every place has a key
// that leaves it; a remap that would break this is refused and names both actions ([ErrClash]), or the one that needs
// a key ([ErrNoWayOut]). Which scope holds is decided by what is on the screen (a screen, a
// typing line, an overlay), never by a focus that cannot be seen.
package keys
