package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func (a *app) completionCommand() *cobra.Command {
	shell := choice{allowed: []string{"bash", "zsh", "fish", "powershell"}}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print the completions for a shell",
		Long: `completion prints a script that lets a shell complete the commands, options and
files of tfsave. SHELL is bash, zsh, fish or powershell.`,
		Example: `  # this session
  source <(tfsave completion bash)

  # every session
  tfsave completion bash > /etc/bash_completion.d/tfsave
  tfsave completion zsh > "${fpath[1]}/_tfsave"
  tfsave completion fish > ~/.config/fish/completions/tfsave.fish
  tfsave completion powershell >> $PROFILE`,
		Args: a.named("SHELL"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := shell.Set(args[0]); err != nil {
				return &usageError{cmd, fmt.Errorf("unknown shell %q: %w", args[0], err)}
			}
			root := cmd.Root()
			switch shell.value {
			case "bash":
				return root.GenBashCompletionV2(a.out, true)
			case "zsh":
				return root.GenZshCompletion(a.out)
			case "fish":
				return root.GenFishCompletion(a.out, true)
			}
			return root.GenPowerShellCompletionWithDesc(a.out)
		},
		ValidArgsFunction: cobra.FixedCompletions(shell.allowed, cobra.ShellCompDirectiveNoFileComp),
	}
}
