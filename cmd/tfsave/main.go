// Command tfsave writes TensorFlow SavedModels without TensorFlow, from a
// description of the model in YAML or JSON, and shows what is in any SavedModel.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
}
