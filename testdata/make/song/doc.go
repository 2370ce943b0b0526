// Package song holds the twelve demo pieces: who plays, and what. Each is a function that fills a mix; how it is
// mastered, decoded and encoded is not its business. The same instruments play in the pieces that are later passed
// through a simulated decoder and in those that are not, so that nothing but the decoder tells them apart.
package song
