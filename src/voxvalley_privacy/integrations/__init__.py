"""One file for each tool that an app may already use; each needs that tool, and nothing else of ours needs it."""
