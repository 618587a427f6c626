package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"github.com/tfsave/tfsave/internal/spell"
)

// envPrefix begins the environment variables with settings: TFSAVE_LOG_FORMAT
// is the setting of --log-format.
const envPrefix = "TFSAVE"

var envName = strings.NewReplacer("-", "_")

// configure gives the flags that the command line leaves out the values that
// the environment has for them or, failing that, the configuration file.
func (a *app) configure(cmd *cobra.Command) error {
	a.configured = true
	v := viper.New()
	v.SetEnvPrefix(envPrefix)
	v.SetEnvKeyReplacer(envName)
	v.AutomaticEnv()
	if err := a.readConfig(v, cmd.Root()); err != nil {
		return &usageError{cmd, err}
	}
	var errs []error
	eachSetting(cmd.Flags(), func(f *pflag.Flag) {
		if f.Changed || !v.IsSet(f.Name) {
			return
		}
		if err := setFrom(f.Value, v.Get(f.Name)); err != nil {
			errs = append(errs, fmt.Errorf("%s: invalid value %q: %w", origin(v, f.Name), fmt.Sprint(v.Get(f.Name)), err))
		}
	})
	if len(errs) > 0 {
		return &usageError{cmd, errors.Join(errs...)}
	}
	return nil
}

// setFrom gives a flag the value of a setting: a list only where the flag may be
// repeated.
func setFrom(flag pflag.Value, value any) error {
	list, isList := value.([]any)
	slice, repeated := flag.(pflag.SliceValue)
	switch {
	case isList && repeated:
		texts := make([]string, len(list))
		for i, x := range list {
			texts[i] = fmt.Sprint(x)
		}
		return slice.Replace(texts)
	case isList:
		return errors.New("want one value, not a list")
	}
	err := flag.Set(fmt.Sprint(value))
	if err != nil && flag.Type() == "bool" {
		return errors.New("want true or false")
	}
	return err
}

// origin names the place that a setting comes from.
func origin(v *viper.Viper, name string) string {
	env := envPrefix + "_" + strings.ToUpper(envName.Replace(name))
	if os.Getenv(env) != "" {
		return env
	}
	return v.ConfigFileUsed() + ": " + name
}

// readConfig reads the configuration file: the one of --config or TFSAVE_CONFIG,
// which must be there, or the user's own.
func (a *app) readConfig(v *viper.Viper, root *cobra.Command) error {
	path := a.configFile
	if path == "" {
		path = v.GetString("config")
	}
	if path == "" {
		path = userConfig()
		if path == "" {
			return nil
		}
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
	}
	v.SetConfigFile(path)
	v.SetConfigType("yaml")
	if err := v.ReadInConfig(); err != nil {
		return fmt.Errorf("configuration file %s: %w", path, err)
	}
	known := settings(root)
	for _, key := range v.AllKeys() {
		if !slices.Contains(known, key) {
			err := fmt.Errorf("configuration file %s: unknown setting %q", path, key)
			if near := spell.Nearest(key, known); near != "" {
				err = fmt.Errorf("%w (did you mean %q?)", err, near)
			}
			return err
		}
	}
	return nil
}

// userConfig is the path of the user's own configuration file, "" where the
// system has no place for it.
func userConfig() string {
	dir := os.Getenv("XDG_CONFIG_HOME")
	if dir == "" {
		var err error
		if dir, err = os.UserConfigDir(); err != nil {
			return ""
		}
	}
	return filepath.Join(dir, "tfsave", "config.yaml")
}

// settings lists the names of all settings.
func settings(root *cobra.Command) []string {
	var names []string
	add := func(f *pflag.Flag) {
		if !slices.Contains(names, f.Name) {
			names = append(names, f.Name)
		}
	}
	eachSetting(root.PersistentFlags(), add)
	for _, cmd := range root.Commands() {
		eachSetting(cmd.Flags(), add)
	}
	return names
}

// eachSetting calls f for the flags that are settings: those whose value may
// stand in the environment or in the configuration file.
func eachSetting(flags *pflag.FlagSet, f func(*pflag.Flag)) {
	flags.VisitAll(func(flag *pflag.Flag) {
		switch flag.Name {
		case "config", "help", "version", "set", "dry-run":
		default:
			f(flag)
		}
	})
}
