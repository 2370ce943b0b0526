package doctor

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"earmark/analyzer/audio"
)

// patience is how long a check waits for another program or a device.
const patience = 5 * time.Second

// Libsndfile tells the version of the library that decodes most formats.
func Libsndfile(context.Context) Finding {
	version := strings.TrimPrefix(audio.LibsndfileVersion(), "libsndfile-")
	return Finding{Thing: "libsndfile", State: OK, Found: version + ": wav, aiff, flac"}
}

// Ogg tells the versions of the libraries that decode vorbis and opus.
func Ogg(context.Context) Finding {
	return Finding{Thing: "ogg", State: OK, Found: audio.OggVersions()}
}

// FFmpeg tells whether ffmpeg and ffprobe can be started, and their version.
func FFmpeg(ctx context.Context) Finding {
	path, ok := audio.FFmpeg()
	if !ok {
		return Finding{
			Thing: "ffmpeg", State: Note,
			Found: "ffmpeg or ffprobe not found: aac and m4a files fail with decoder_missing",
			Todo:  install("ffmpeg") + ", then retry the failed tracks",
		}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "-version").Output()
	if err != nil {
		return Finding{
			Thing: "ffmpeg", State: Note, Found: fmt.Sprintf("%s does not run: %v", path, err),
			Todo: "install it again: " + install("ffmpeg"),
		}
	}
	found := fmt.Sprintf("%s (%s): aac, m4a", ffmpegVersion(string(out)), path)
	return Finding{Thing: "ffmpeg", State: OK, Found: found}
}

// ffmpegVersion is the version in the first line of what ffmpeg -version prints.
func ffmpegVersion(out string) string {
	line, _, _ := strings.Cut(out, "\n")
	words := strings.Fields(line)
	if len(words) >= 3 && words[1] == "version" {
		return words[2]
	}
	return "unknown version"
}

// MP3 tells who decodes mp3: libsndfile since 1.1.0, else ffmpeg.
func MP3(context.Context) Finding {
	version := audio.LibsndfileVersion()
	if sndfileHasMP3(version) {
		return Finding{Thing: "mp3", State: OK, Found: "by libsndfile"}
	}
	if _, ok := audio.FFmpeg(); ok {
		return Finding{
			Thing: "mp3", State: Note, Found: version + " cannot decode it; ffmpeg does, more slowly",
			Todo: "with libsndfile 1.1.0 or newer it is faster",
		}
	}
	return Finding{
		Thing: "mp3", State: Broken, Found: version + " cannot decode it, and there is no ffmpeg",
		Todo: install("ffmpeg") + ", or libsndfile 1.1.0 or newer",
	}
}

// sndfileHasMP3 reads a version such as libsndfile-1.2.0.
func sndfileHasMP3(version string) bool {
	_, number, _ := strings.Cut(version, "-")
	parts := strings.Split(number, ".")
	if len(parts) < 2 {
		return false
	}
	major, err1 := strconv.Atoi(parts[0])
	minor, err2 := strconv.Atoi(parts[1])
	return err1 == nil && err2 == nil && (major > 1 || major == 1 && minor >= 1)
}

// install is the command that installs a package.
func install(name string) string {
	switch {
	case runtime.GOOS == "darwin":
		return "brew install " + name
	case has("apt-get"):
		return "sudo apt-get install " + name
	case has("dnf"):
		return "sudo dnf install " + name
	case has("pacman"):
		return "sudo pacman -S " + name
	default:
		return "install the package " + name
	}
}

func has(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}
