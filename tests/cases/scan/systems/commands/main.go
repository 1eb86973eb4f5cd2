package main

import "example.org/chat/cmd"

func main() {
	cmd.Execute()
}
