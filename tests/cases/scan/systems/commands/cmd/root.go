package cmd

import "github.com/spf13/cobra"

var rootCmd = &cobra.Command{Use: "server"}

func Execute() {
	cobra.CheckErr(rootCmd.Execute())
}
