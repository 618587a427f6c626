package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// Set by -ldflags for a release; `go install` leaves them to the build info.
var (
	buildVersion string
	buildCommit  string
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Long:  `version prints the version of tfsave and what it was built from.`,
		Args:  a.named(),
		RunE: func(*cobra.Command, []string) error {
			version, commit := versionInfo()
			_, err := fmt.Fprintf(a.out, "tfsave %s\ncommit %s\n%s %s/%s\n", version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

// versionInfo gives the version and the commit, "unknown" where the build does
// not say.
func versionInfo() (version, commit string) {
	version, commit = buildVersion, buildCommit
	if info, ok := debug.ReadBuildInfo(); ok {
		if version == "" {
			version = info.Main.Version
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && commit == "" {
				commit = s.Value
			}
		}
	}
	for _, s := range []*string{&version, &commit} {
		if *s == "" {
			*s = "unknown"
		}
	}
	return version, commit
}
