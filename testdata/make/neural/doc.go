// Package neural simulates what the last stage of a music generator does to sound. It is what the detector looks for,
// in its simplest form.
//
// # Where the lines come from
//
// A generator does not compute samples. It computes a latent sequence, some twenty to a hundred frames a second, and
// a decoder raises it to audio rate through layers of transposed convolution. A layer of stride s puts s-1 zeros after
// every sample and then filters:
//
//	spectrum before        the zeros copy it             a perfect filter would
//	                       s times                       remove the copies
//	|\                     |\    /|\    /|\    /|        |\
//	| \____                | \__/ | \__/ | \__/ |        | \___________________
//	0      f/2             0      f      2f     3f       0
//
// A feature map is not zero on average (weights have biases, activations clip one side), so its spectrum has a spike at
// 0 Hz, and every copy carries the spike along: narrow lines at multiples of the layer's input rate. Trained filters
// are good and not perfect, so a trace of the lines is left, and the next layer copies those too. In the end they
// stand at the multiples of
//
//	sample rate / (s1 · s2 · … · sL)
//
// That spacing follows from the architecture alone. It does not depend on the weights, nor on the music: the music
// moves and the lines stand still. 8·8·4·2 = 512 at 44.1 kHz gives a line every 86.13 Hz. ("A Fourier Explanation of
// AI-music Artifacts", ISMIR 2025, arXiv 2506.19108.)
//
// # What is simulated, and what is not
//
// Decoder takes music down to a latent of such a frame rate (how loud each band of frequencies is, and a few random
// projections of the samples) and back up through a stack of layers with random weights. As the weights are not
// trained, the music itself does not survive that; so it is added to the untouched original, quietly, as the error that
// a well-trained decoder would leave. It leaves lines of a fraction of a dB to a few dB above the local floor.
//
// Only the fixtures' generator imports this package.
package neural
