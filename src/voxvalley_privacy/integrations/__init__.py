"""One file for each tool that an app may use; only that file needs the tool."""
